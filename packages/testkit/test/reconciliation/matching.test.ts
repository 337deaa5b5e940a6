import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { books } from './files.ts'

describe('a gateway’s file is read into the books', () => {
  test('lines that name our captures settle them: what was owed is on its way, what was kept is a cost', async () => {
    const { w, sell, ingest, has } = await books()
    const [one, two] = [await sell('100.00'), await sell('50.00')]
    const run = await ingest([
      { id: 'l1', kind: 'capture', gross: '100.00', fee: '1.50', attempt: one.attempt, batch: 'po_1' },
      { id: 'l2', kind: 'capture', gross: '50.00', fee: '0.80', attempt: two.attempt, batch: 'po_1' },
    ])
    expect(run).toMatchObject({ state: 'completed', place: 2, counts: { matched: 2, missingHere: 0 } })
    expect(await has('transit')).toBe(14_770n)
    expect(await has('costs')).toBe(230n)
    expect(await has('receivable')).toBe(0n)
    expect((await w.run(w.florin.reconciliation.breaks.list())).data).toEqual([])
    await auditAlways(w)
  })
})
