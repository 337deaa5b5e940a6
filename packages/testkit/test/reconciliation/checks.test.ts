import type { Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { rows } from '../rows.ts'
import { books } from './files.ts'

const MINUTE_MS = 60_000

/** A storage whose reads of a table say something else, once told to. */
const lying = (table: string, lie: (row: Record<string, unknown>) => Record<string, unknown>) => {
  const state = { lies: false }
  const storage = (inner: Storage): Storage => ({
    ...inner,
    load: async (of, keys) => {
      const found = await inner.load(of, keys)
      if (!state.lies || of.name !== table) return found
      return found.map((row) => row && lie(row as never)) as never
    },
    async *scan(of, query) {
      for await (const page of inner.scan(of, query)) {
        yield state.lies && of.name === table ? (page.map((row) => lie(row as never)) as never) : page
      }
    },
  })
  return { state, storage }
}

const found = async (b: Awaited<ReturnType<typeof books>>) =>
  (await b.w.run(b.w.florin.reconciliation.breaks.list({ source: 'florin' }))).data

describe('our own books are checked against each other', () => {
  test('what changed is read once, and nothing is amiss', async () => {
    const b = await books()
    await b.sell()
    const { check } = b.w.florin.reconciliation
    const first = await b.w.run(check('changes'))
    expect(first.problems).toBe(0)
    expect(first.checked).toBeGreaterThan(1)
    expect(await b.w.run(check('changes'))).toEqual({ checked: 0, problems: 0 })
    expect((await b.w.run(check('all'))).problems).toBe(0)
    expect(await found(b)).toEqual([])
  })

  test('a payment that does not follow from its attempts is a break, which ends once it does', async () => {
    const { state, storage } = lying('payments', (row) => ({ ...row, captured: 1n }))
    const b = await books({ storage })
    const { payment } = await b.sell()
    state.lies = true
    expect((await b.w.run(b.w.florin.reconciliation.check('changes'))).problems).toBe(1)
    expect(await found(b)).toMatchObject([{ kind: 'inconsistent', payment, state: 'open' }])
    expect((await b.w.run(b.w.florin.reconciliation.check('all'))).problems).toBeGreaterThan(0)
    state.lies = false
    expect((await b.w.run(b.w.florin.reconciliation.check('all'))).problems).toBe(0)
    expect(await found(b)).toEqual([])
  })

  test('a balance that is not its newest entry’s is a break', async () => {
    const { state, storage } = lying('accounts', (row) => ({ ...row, debitsPosted: (row.debitsPosted as bigint) + 1n }))
    const b = await books({ storage })
    await b.sell()
    state.lies = true
    await b.w.run(b.w.florin.reconciliation.check('changes'))
    state.lies = false
    const all = await found(b)
    expect(all.length).toBeGreaterThan(0)
    expect(all[0]?.why).toContain('another balance than its newest entry')
  })

  test('by themselves: every minute, and every night with what no file has', async () => {
    const b = await books()
    const sold = await b.sell('20.00')
    await b.w.tick()
    await b.w.advance(2 * MINUTE_MS)
    await b.w.tick()
    const [place] = await rows<{ position: number }>(b.w.inner, 'reconciliation_places')
    expect(place?.position).toBeGreaterThan(0)
    await b.ingest([
      { id: 'a', kind: 'fee', gross: '-1.00', at: new Date(b.w.runtime.clock.now() - 3 * MINUTE_MS).toISOString() },
    ])
    await b.w.advance(1_440 * MINUTE_MS)
    await b.ingest([{ id: 'b', kind: 'fee', gross: '-1.00' }])
    await b.w.advance(7 * 1_440 * MINUTE_MS)
    await b.w.tick()
    expect((await b.w.run(b.w.florin.reconciliation.breaks.list())).data).toMatchObject([
      { kind: 'missing_there', attempt: sold.attempt },
    ])
  })
})
