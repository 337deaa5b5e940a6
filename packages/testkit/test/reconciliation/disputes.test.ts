import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { balances, captured, dispute, only, settle } from '../disputes/dispute-world.ts'
import type { World } from '../world.ts'
import { type CsvRow, csvFile, csvStatement } from './csv-statement.ts'
import { GATEWAY } from './files.ts'

const FREE = { acquirer: { fees: { basisPoints: 0 } } }

const ingest = (w: World, rows: readonly CsvRow[]) =>
  w.run(
    w.florin.reconciliation.ingest({
      source: GATEWAY,
      reader: csvStatement(),
      bytes: csvFile(rows, w.runtime.clock.now()),
      onMalformed: 'report',
    }),
  )
const capture = (charge: string): CsvRow => ({
  id: 'l1',
  kind: 'capture',
  gross: '100.00',
  gatewayId: charge,
  batch: 'b',
})
const taken = (charge: string, gatewayId: string): CsvRow => ({
  ...{ id: 'l2', kind: 'dispute', gross: '-100.00', fee: '15.00', gatewayId, parent: charge, batch: 'b' },
})

describe('a file tells of disputes', () => {
  test('of one that we know of: what was taken is settled, and its cost is not booked twice', async () => {
    const { w, charge } = await captured(FREE)
    const { id } = await dispute(w, charge)
    const run = await ingest(w, [capture(charge), taken(charge, id)])
    expect(run.counts).toMatchObject({ matched: 2, missingHere: 0 })
    const found = await balances(w)
    expect(found).toMatchObject({ 'costs/EUR': 1_500n, 'transit/EUR': -1_500n, 'disputed/EUR': 10_000n })
    expect(found).not.toHaveProperty('receivable/EUR')
    await auditAlways(w)
  })

  test('of one whose webhook never came: it is opened by the file, through its own flow', async () => {
    const { w, charge } = await captured({ ...FREE, webhooks: false })
    const run = await ingest(w, [capture(charge), taken(charge, 'dp_unheard')])
    expect(run.counts).toMatchObject({ matched: 2, missingHere: 0 })
    expect(await only(w)).toMatchObject({ frozen: '100.00', withdrawn: '100.00', gatewayFee: '15.00' })
    expect(await balances(w)).not.toHaveProperty('receivable/EUR')
    await auditAlways(w)
  })

  test('and that it was won: the money is back', async () => {
    const { w, charge } = await captured(FREE)
    const { id } = await dispute(w, charge)
    w.acquirer.dashboard.decideDispute(id, 'won')
    await settle(w)
    const won: CsvRow = { id: 'l3', kind: 'dispute_won', gross: '100.00', gatewayId: id, parent: charge, batch: 'b' }
    expect((await ingest(w, [capture(charge), taken(charge, id), won])).counts).toMatchObject({ matched: 3 })
    expect(await balances(w)).not.toHaveProperty('receivable/EUR')
    await auditAlways(w)
  })

  test('of a charge that nobody knows: it is nobody’s', async () => {
    const { w } = await captured(FREE)
    const run = await ingest(w, [taken('ch_strange', 'dp_strange')])
    expect(run.counts).toMatchObject({ missingHere: 1 })
    expect(await balances(w)).toMatchObject({ 'suspense/EUR': -10_000n })
    await auditAlways(w)
  })
})
