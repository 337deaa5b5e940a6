import type { IngestInput } from '@florin/core'
import type { StatementReader } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { type PayoutWorld, payoutWorld } from '../payouts/payout-world.ts'
import { type CsvRow, csvFile, csvStatement } from './csv-statement.ts'

const reading = async () => {
  const w = await payoutWorld()
  await w.fund(50_000n)
  const made = await w.payOut()
  const bank = (await w.inner.find((await tables()).payouts, { index: 'id', equals: {}, limit: 1 })).rows[0]?.bank ?? ''
  const ingest = (rows: readonly CsvRow[], more: Partial<IngestInput> = {}) =>
    w.run(
      w.florin.reconciliation.ingest({
        source: { bank },
        reader: csvStatement(),
        bytes: csvFile(rows, w.runtime.clock.now()),
        onMalformed: 'report',
        ...more,
      }),
    )
  return { w, made, bank, ingest }
}

const tables = () => import('../../../core/src/payouts/index.ts')
const breaks = async (w: PayoutWorld) => (await w.run(w.florin.reconciliation.breaks.list())).data
const debit = { id: 'd1', kind: 'bank_debit', gross: '-60.00' } as const

describe('a bank tells of payouts', () => {
  test('that one left, and that it came back; each is booked once, by its own flow', async () => {
    const { w, made, bank, ingest } = await reading()
    const reference = made.id.replace('_', '-').toUpperCase()
    expect((await ingest([{ ...debit, endToEnd: reference }])).counts).toMatchObject({ matched: 1 })
    expect((await w.payout(made.id)).status).toBe('paid')
    expect((await w.balances())[`bank/${bank}/EUR`]).toBe('-60.00')
    const back = { id: 'c1', kind: 'bank_credit', gross: '60.00', endToEnd: reference } as const
    expect((await ingest([back])).counts).toMatchObject({ matched: 1 })
    expect((await w.payout(made.id)).status).toBe('returned')
    expect(await w.balances()).not.toHaveProperty(`bank/${bank}/EUR`)
    expect(await breaks(w)).toEqual([])
    await auditAlways(w)
  })

  test.each([
    ['a code and words', { code: 'AC04', text: 'account closed' }, { code: 'AC04', note: 'account closed' }],
    ['a code only', { code: 'AC01', text: null }, { code: 'AC01' }],
    ['words only', { code: null, text: 'unknown payee' }, { code: 'returned', note: 'unknown payee' }],
    ['words in place of a code', { code: 'unknown payee', text: null }, { code: 'returned' }],
    ['nothing', undefined, { code: 'returned' }],
  ])('that one came back, and why: %s', async (_, returned, told) => {
    const { w, made, ingest } = await reading()
    const endToEnd = made.id.replace('_', '-')
    const reader: StatementReader = {
      format: 'test.returns',
      async *read(bytes) {
        for await (const items of csvStatement().read(bytes))
          yield items.map((one) => (one.is === 'line' && one.net > 0n ? { ...one, returned } : one))
      },
    }
    await ingest(
      [
        { ...debit, endToEnd },
        { id: 'c1', kind: 'bank_credit', gross: '60.00', endToEnd },
      ],
      { reader },
    )
    const { code, note } = await w.payout(made.id)
    expect({ code, ...(note === undefined ? {} : { note }) }).toEqual(told)
    // Words may name somebody: they are in no list and in no event.
    const { data } = await w.run(w.florin.payouts.list())
    expect(data[0]).not.toHaveProperty('note')
    const { events } = await w.run(w.florin.events.read({ partition: 0, position: 0 }, { limit: 500 }))
    expect(events.filter(({ type }) => type === 'payout.returned')).toMatchObject([{ data: { code: told.code } }])
    expect(JSON.stringify(events)).not.toContain(returned?.text ?? 'unknown payee')
    await auditAlways(w)
  })

  test('twice: the second debit is a duplicate, and nobody’s money until the bank puts it right', async () => {
    const { w, made, bank, ingest } = await reading()
    const endToEnd = made.id.replace('_', '-')
    const run = await ingest([
      { ...debit, endToEnd },
      { ...debit, id: 'd2', endToEnd },
    ])
    expect(run.counts).toMatchObject({ matched: 1, duplicate: 1 })
    expect(await w.balances()).toMatchObject({ [`bank/${bank}/EUR`]: '-120.00', 'suspense/EUR': '-60.00' })
    expect(await breaks(w)).toMatchObject([{ kind: 'duplicate', theirs: '-60.00' }])
    await auditAlways(w)
  })

  test('with another amount: the payout stays as it is, and a break says so', async () => {
    const { w, made, ingest } = await reading()
    const before = (await w.payout(made.id)).status
    const run = await ingest([{ ...debit, gross: '-61.00', endToEnd: made.id.replace('_', '-') }])
    expect(run.counts).toMatchObject({ amountDiffers: 1 })
    expect((await w.payout(made.id)).status).toBe(before)
    expect(await breaks(w)).toMatchObject([{ kind: 'amount_differs', ours: '-60.00', theirs: '-61.00' }])
    await auditAlways(w)
  })

  test('at another bank of ours than it was ordered at: a break', async () => {
    const { w, made, ingest } = await reading()
    const run = await ingest([{ ...debit, endToEnd: made.id.replace('_', '-') }], { source: { bank: 'other' } })
    expect(run.counts).toMatchObject({ amountDiffers: 1 })
    expect((await breaks(w))[0]?.why).toContain('another bank')
    await auditAlways(w)
  })
})
