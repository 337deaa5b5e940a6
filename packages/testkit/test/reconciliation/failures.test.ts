/*
 * Where reading a file breaks, and what is right (FAILURES 1):
 *  1. before the run is committed: nothing happened, and the file may come again
 *  2. between any two commits of a file: the same file goes on where it was, and ends as if nothing had happened
 *  3. after a late success was told, before its line is committed: told again, which is harmless
 *  4. after the last line, before payouts and breaks are looked at: the same file does that
 *  5. two servers read one file, or two overlapping ones, at once: each line counts once
 *  6. the reader fails in the middle, or the file changes meanwhile: the run is failed, and goes on with a file of the same bytes
 *  7. the same file twice, an overlapping one, one in another order: nothing changes
 *  8. a malformed line: reported, or the whole file is refused without a trace
 */
import type { StatementReader } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { mortal } from '../mortal.ts'
import { rows } from '../rows.ts'
import { runOn } from '../world.ts'
import { type CsvRow, csvFile, csvStatement } from './csv-statement.ts'
import { type Books, books, GATEWAY } from './files.ts'

/** Small chunks come of a reader that gives balances and lines in any number: a chunk is a thousand items, so many lines are needed. */
const filler = (count: number): CsvRow[] =>
  Array.from({ length: count }, (_, i) => ({ id: `f${i}`, kind: 'fee', gross: '-0.01', batch: 'po_1' }))

interface Story {
  readonly b: Books
  readonly lines: readonly CsvRow[]
  readonly file: Uint8Array
}

/** A late success, an external refund, a strange line, more than two chunks, and a payout at the end. */
const story = async (): Promise<Story> => {
  const b = await books()
  const { charge } = await b.sell('100.00')
  const { id: refund } = b.w.acquirer.dashboard.refund(charge, 1_000n)
  const { id } = await b.w.pay({ capture: 'manual', amount: '50.00' })
  b.w.acquirer.fail({ how: 'drop_after', when: { operation: 'capture' } })
  await b.w.run(b.w.florin.payments.capture(id))
  const late = (await b.attempts()).find((one) => one.payment === id && one.kind === 'capture')?.id ?? ''
  const lines: CsvRow[] = [
    { id: 'l1', kind: 'capture', gross: '100.00', fee: '1.00', gatewayId: charge, batch: 'po_1' },
    ...filler(1_000),
    { id: 'l2', kind: 'capture', gross: '50.00', attempt: late, batch: 'po_1' },
    { id: 'l3', kind: 'refund', gross: '-10.00', gatewayId: refund, parent: charge, batch: 'po_1' },
    { id: 'l4', kind: 'capture', gross: '7.00', gatewayId: 'ch_strange', batch: 'po_1' },
    { id: 'p', kind: 'payout', gross: '-140.00', batch: 'po_1' },
  ]
  return { b, lines, file: csvFile(lines, b.w.runtime.clock.now()) }
}

const input = (file: Uint8Array) =>
  ({ source: GATEWAY, reader: csvStatement(), bytes: file, onMalformed: 'report' }) as const

/** All that may not depend on what happened on the way. */
const outcome = async (b: Books) => {
  const balances = (await b.w.run(b.w.florin.ledger.balances())).data.map(({ account, posted }) => [account, posted])
  const lines = await rows<{ id: string; settles: string }>(b.w.inner, 'statement_lines')
  const odd = await rows<{ id: string; result: string }>(b.w.inner, 'odd_lines')
  const found = await rows<{ about: string; state: string; kind: string }>(b.w.inner, 'breaks')
  const [run] = await rows<{ state: string; counts: unknown; place: number }>(b.w.inner, 'reconciliation_runs')
  return {
    balances,
    lines: lines.map(({ id, settles }) => `${id} ${settles.replace(/att_\w+/, 'att')}`).sort(),
    odd: odd.map(({ id, result }) => `${id} ${result}`).sort(),
    breaks: found.map(({ about, state, kind }) => `${about} ${state} ${kind}`).sort(),
    run: [run?.state, run?.place, run?.counts],
  }
}

const plain = async () => {
  const { b, file } = await story()
  await b.w.run(b.w.florin.reconciliation.ingest(input(file)))
  await auditAlways(b.w)
  return outcome(b)
}

/** The commits of a whole reading, by their number among the calls of the storage. */
const commitsOf = async (): Promise<readonly number[]> => {
  const { b, file } = await story()
  const life = mortal(b.w.runtime, null)
  const florin = await b.w.another(life.parts)
  life.arm()
  await life.live(florin.reconciliation.ingest(input(file)))
  return life.calls.flatMap((name, at) => (name === 'commit' ? [at + 1] : []))
}

describe('a crash while a file is read', () => {
  test.each(['before', 'after'] as const)(
    '%s any commit: the same file then ends as if nothing had happened',
    async (when) => {
      const expected = await plain()
      expect(expected.lines).toHaveLength(1_005)
      expect(expected.breaks).toHaveLength(2)
      const commits = await commitsOf()
      expect(commits.length).toBeGreaterThan(6)
      for (const call of commits) {
        const { b, file } = await story()
        const life = mortal(b.w.runtime, { call, when })
        const doomed = await b.w.another(life.parts)
        life.arm()
        await life.live(doomed.reconciliation.ingest(input(file)))
        expect(life.isDead()).toBe(true)
        await b.w.run(b.w.florin.reconciliation.ingest(input(file)))
        expect(await outcome(b), `${when} commit ${call}`).toEqual(expected)
        await auditAlways(b.w)
      }
    },
    60_000,
  )
})

describe('several who read at once', () => {
  test('two servers read one file: each line counts once', async () => {
    const expected = await plain()
    const { b, file } = await story()
    const second = await b.w.another()
    const both = [b.w.florin, second].map((florin) => florin.reconciliation.ingest(input(file)))
    const [one, two] = await runOn(b.w.runtime, Promise.all(both))
    expect(one?.id).toBe(two?.id)
    expect(await outcome(b)).toEqual(expected)
    await auditAlways(b.w)
  })

  test('two servers read overlapping files: each line counts once', async () => {
    const { b, lines } = await story()
    const second = await b.w.another()
    const now = b.w.runtime.clock.now()
    const [first, other] = [csvFile(lines.slice(0, 900), now), csvFile(lines.slice(400), now)]
    await runOn(
      b.w.runtime,
      Promise.all([b.w.florin.reconciliation.ingest(input(first)), second.reconciliation.ingest(input(other))]),
    )
    const { lines: got, balances } = await outcome(b)
    const expected = await plain()
    expect(got).toEqual(expected.lines)
    expect(balances).toEqual(expected.balances)
    await auditAlways(b.w)
  })
})

describe('the same again', () => {
  test('the same file twice changes nothing, and an overlapping one adds only what is new', async () => {
    const { b, lines, file } = await story()
    const first = await b.w.run(b.w.florin.reconciliation.ingest(input(file)))
    const before = await outcome(b)
    const events = (await rows(b.w.inner, 'events')).length
    expect(await b.w.run(b.w.florin.reconciliation.ingest(input(file)))).toEqual(first)
    expect(await outcome(b)).toEqual(before)
    expect((await rows(b.w.inner, 'events')).length).toBe(events)
    const extra: CsvRow = { id: 'x', kind: 'fee', gross: '-1.00' }
    const turned = csvFile([...lines, extra].reverse(), b.w.runtime.clock.now())
    const again = await b.w.run(b.w.florin.reconciliation.ingest(input(turned)))
    expect(again.counts).toMatchObject({ known: lines.length, booked: 1 })
    await auditAlways(b.w)
  })
})

/** A reader that fails once it has given so many items. */
const failing = (after: number): StatementReader => ({
  format: 'test.csv',
  async *read(bytes) {
    let given = 0
    for await (const group of csvStatement().read(bytes)) {
      given += group.length
      yield group
      if (given > after) throw new Error('the disk is gone')
    }
  },
})

describe('a file that cannot be read', () => {
  test('a reader that fails leaves a failed run, which goes on when the file comes again', async () => {
    const expected = await plain()
    const { b, file } = await story()
    const refused = await b.w.refusal(b.w.florin.reconciliation.ingest({ ...input(file), reader: failing(900) }))
    expect(refused.message).toBe('the disk is gone')
    const [failed] = (await b.w.run(b.w.florin.reconciliation.runs.list())).data
    expect(failed).toMatchObject({ state: 'failed', place: 1_000, failure: 'Error' })
    const run = await b.w.run(b.w.florin.reconciliation.ingest(input(file)))
    expect(run).toMatchObject({ id: failed?.id, state: 'completed' })
    expect(run).not.toHaveProperty('failure')
    expect(await outcome(b)).toEqual(expected)
    await auditAlways(b.w)
  })

  test('a file that changes between its two readings is told', async () => {
    const { b, file } = await story()
    const other = csvFile([{ id: 'y', kind: 'fee', gross: '-1.00' }], 0)
    let opened = 0
    async function* open() {
      yield opened++ === 0 ? file : other
    }
    const refused = await b.w.refusal(b.w.florin.reconciliation.ingest({ ...input(file), bytes: open }))
    expect(refused).toMatchObject({ code: 'invalid_request' })
    expect(refused.message).toContain('changed while it was read')
  })

  test('malformed lines are reported by their number, and the rest goes on', async () => {
    const b = await books()
    const { attempt } = await b.sell('10.00')
    const lines = ['nonsense', { id: 'l1', kind: 'capture', gross: '10.00', attempt }, 'a,b'] as const
    const told: number[] = []
    const run = await b.ingest([...lines], {
      onProgress: ({ malformed }) => void told.push(...malformed.map(({ line }) => line)),
    })
    expect(run).toMatchObject({ state: 'completed', counts: { malformed: 2, matched: 1 } })
    expect(run.malformed).toMatchObject([{ line: 2 }, { line: 4, why: 'it has 2 columns, not 12' }])
    expect(told).toEqual([2, 4])
  })

  test('or the file is refused whole, without a trace', async () => {
    const b = await books()
    const { attempt } = await b.sell('10.00')
    const before = (await rows(b.w.inner, 'events')).length
    const lines = [{ id: 'l1', kind: 'capture', gross: '10.00', attempt }, 'a,b'] as const
    const refused = await b.w.refusal(b.ingest([...lines], { onMalformed: 'refuse' }))
    expect(refused).toMatchObject({ code: 'invalid_request', details: { malformed: 1, lines: '3' } })
    for (const table of ['reconciliation_runs', 'reconciliation_sources', 'statement_lines', 'breaks'])
      expect(await rows(b.w.inner, table)).toEqual([])
    expect((await rows(b.w.inner, 'events')).length).toBe(before)
    expect(await b.ingest([...lines])).toMatchObject({ state: 'completed' })
  })

  test('what is no such file, an empty one, and an account that is not ours are refused', async () => {
    const b = await books()
    const ingest = (more: object) => b.w.refusal(b.ingest([], more))
    expect(await ingest({ bytes: new TextEncoder().encode('<xml/>') })).toMatchObject({ code: 'invalid_request' })
    expect((await ingest({ bytes: new Uint8Array() })).message).toContain('empty')
    expect(await ingest({ source: { gateway: 'sandbox', account: 'other' } })).toMatchObject({
      code: 'gateway_unknown',
    })
    expect((await ingest({ source: { bank: 'a/b' } })).message).toContain("without '/'")
    expect((await ingest({ reader: {} })).message).toContain('reader')
  })
})
