import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { BANK, type Books, books } from './files.ts'

const DAY_MS = 86_400_000
const list = async ({ w }: Books, more = {}) =>
  (await w.run(w.florin.reconciliation.breaks.list({ limit: 100, ...more }))).data
const only = async (b: Books) => {
  const [one] = await list(b)
  if (one === undefined) throw new Error('there is no break')
  return one
}
const strange = { id: 's', kind: 'capture', gross: '40.00', gatewayId: 'ch_strange', batch: 'b' } as const
const by = { by: 'ann', note: 'asked the gateway' } as const

describe('a break is somebody’s', () => {
  test('it is assigned, given on, released, ignored and taken up again', async () => {
    const b = await books()
    await b.ingest([strange])
    const { breaks } = b.w.florin.reconciliation
    const { id } = await only(b)
    expect(await b.w.run(breaks.assign(id, { owner: 'ann' }))).toMatchObject({ state: 'assigned', owner: 'ann' })
    expect(await b.w.run(breaks.assign(id, { owner: 'bob' }))).toMatchObject({ owner: 'bob' })
    expect(await list(b, { owner: 'ann' })).toEqual([])
    expect(await list(b, { owner: 'bob', state: 'assigned' })).toHaveLength(1)
    const released = await b.w.run(breaks.release(id))
    expect(released).toMatchObject({ state: 'open' })
    expect(released).not.toHaveProperty('owner')
    await b.w.run(breaks.ignore(id, by))
    expect(await list(b)).toEqual([])
    expect(await list(b, { state: 'ignored' })).toHaveLength(1)
    expect(await b.w.run(breaks.get(id))).toMatchObject({ note: by.note, resolution: { how: 'ignored', by: 'ann' } })
    await b.w.run(
      breaks.assign(id, { owner: 'ann' }).catch((error) => expect(error).toMatchObject({ code: 'invalid_state' })),
    )
    expect(await b.w.run(breaks.reopen(id))).toMatchObject({ state: 'open' })
    expect(await b.has('suspense')).toBe(4_000n)
    await auditAlways(b.w)
  })

  test('its resolution books once: who repeats it is shown it, who says otherwise is refused', async () => {
    const b = await books()
    await b.ingest([strange])
    const { breaks } = b.w.florin.reconciliation
    const { id } = await only(b)
    const posting = { debit: 'suspense/EUR', credit: 'merchant/pending/EUR', amount: '40.00', currency: 'EUR' }
    const input = { how: 'post', posting, ...by } as const
    const [one, two] = await Promise.all([b.w.run(breaks.resolve(id, input)), b.w.run(breaks.resolve(id, input))])
    expect(one).toEqual(two)
    expect(one.resolution).toMatchObject({ how: 'posted', by: 'ann', posting: { amount: '40.00' } })
    expect(await b.has('suspense')).toBe(0n)
    expect(await b.has('merchant/pending')).toBe(4_000n)
    const other = await b.w.refusal(breaks.resolve(id, { ...input, posting: { ...posting, amount: '39.00' } }))
    expect(other).toMatchObject({ code: 'invalid_state' })
    await auditAlways(b.w)
  })

  test('the difference of an amount goes to suspense, or is written off; each leaves the receivable at zero', async () => {
    const b = await books()
    const [one, two] = [await b.sell('100.00'), await b.sell('100.00')]
    await b.ingest([
      { id: 'l1', kind: 'capture', gross: '99.00', attempt: one.attempt, batch: 'b' },
      { id: 'l2', kind: 'capture', gross: '103.00', attempt: two.attempt, batch: 'b' },
    ])
    const [less, more] = await list(b)
    const { breaks } = b.w.florin.reconciliation
    await b.w.run(breaks.resolve(less?.id ?? '', { how: 'suspense', ...by }))
    expect(await b.has('suspense')).toBe(-100n)
    await b.w.run(breaks.resolve(more?.id ?? '', { how: 'write_off', ...by }))
    expect(await b.has('costs')).toBe(-300n)
    expect(await b.has('receivable')).toBe(0n)
    await auditAlways(b.w)
  })

  test('a resolution says what is wrong with it', async () => {
    const b = await books()
    await b.ingest([strange])
    const { breaks } = b.w.florin.reconciliation
    const { id } = await only(b)
    const refusal = (input: Parameters<typeof breaks.resolve>[1]) => b.w.refusal(breaks.resolve(id, input))
    const posting = { debit: 'suspense/EUR', credit: 'nowhere/EUR', amount: '1.00', currency: 'EUR' }
    expect((await refusal({ how: 'post', posting, ...by })).message).toContain("'nowhere/EUR' is no account in EUR")
    expect((await refusal({ how: 'suspense', posting, ...by })).message).toContain('posting')
    expect((await refusal({ how: 'suspense', ...by })).message).toContain('stands in suspense already')
    expect((await refusal({ how: 'write_off', by: 'Ann Smith', note: 'because' })).message).toContain('by:')
    expect(await b.w.refusal(breaks.get('brk_none'))).toMatchObject({ code: 'not_found' })
    expect(await only(b)).toMatchObject({ state: 'open' })
  })
})

describe('a break ends and comes back', () => {
  test('a batch’s is explained while somebody has it, opened again when its lines go beyond, and explained once more', async () => {
    const b = await books()
    const [one, two] = [await b.sell('100.00'), await b.sell('50.00')]
    const { breaks } = b.w.florin.reconciliation
    await b.ingest([
      { id: 'p', kind: 'payout', gross: '-150.00', batch: 'po' },
      { id: 'l1', kind: 'capture', gross: '100.00', attempt: one.attempt, batch: 'po' },
    ])
    const { id } = await only(b)
    await b.w.run(breaks.assign(id, { owner: 'ann' }))
    await b.ingest([{ id: 'l2', kind: 'capture', gross: '50.00', attempt: two.attempt, batch: 'po' }])
    expect(await b.w.run(breaks.get(id))).toMatchObject({ state: 'resolved', resolution: { how: 'explained' } })
    await b.ingest([{ id: 'l3', kind: 'fee', gross: '-5.00', batch: 'po' }])
    expect(await only(b)).toMatchObject({ id, state: 'open', ours: '145.00', theirs: '150.00' })
    await b.ingest([{ id: 'l4', kind: 'fee', gross: '5.00', batch: 'po' }])
    expect(await list(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('what was ignored is explained by a file all the same; what somebody has can be ignored', async () => {
    const b = await books()
    const missed = await b.sell('20.00')
    await b.ingest([strange])
    await b.w.advance(DAY_MS)
    await b.ingest([{ ...strange, id: 's2' }])
    await b.w.advance(6 * DAY_MS)
    await b.w.run(b.w.florin.reconciliation.sweep())
    const { breaks } = b.w.florin.reconciliation
    const [missing] = await list(b, { kind: 'missing_there' })
    await b.w.run(breaks.assign(missing?.id ?? '', { owner: 'ann' }))
    await b.w.run(breaks.ignore(missing?.id ?? '', by))
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '20.00', attempt: missed.attempt, batch: 'b' }])
    const ended = await b.w.run(breaks.get(missing?.id ?? ''))
    expect(ended).toMatchObject({ state: 'resolved', resolution: { how: 'explained', by: 'florin' } })
    await auditAlways(b.w)
  })
})

describe('what is ours and in no file', () => {
  test('is a break once its time is over, and ends when a later file has it', async () => {
    const b = await books()
    const [first, missed] = [await b.sell('10.00'), await b.sell('20.00')]
    await b.ingest([{ id: 'l0', kind: 'capture', gross: '10.00', attempt: first.attempt, batch: 'b' }])
    await b.w.advance(DAY_MS)
    const next = await b.sell('30.00')
    await b.ingest([{ id: 'l2', kind: 'capture', gross: '30.00', attempt: next.attempt, batch: 'b' }])
    const { reconciliation } = b.w.florin
    expect(await b.w.run(reconciliation.sweep())).toEqual({ checked: 0, missing: 0 })
    await b.w.advance(6 * DAY_MS)
    expect(await b.w.run(reconciliation.sweep())).toEqual({ checked: 2, missing: 1 })
    expect(await list(b)).toMatchObject([
      { kind: 'missing_there', attempt: missed.attempt, ours: '20.00', payment: missed.payment },
    ])
    expect(await b.w.run(reconciliation.sweep())).toEqual({ checked: 0, missing: 0 })
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '20.00', attempt: missed.attempt, batch: 'b' }])
    expect(await list(b)).toEqual([])
    await auditAlways(b.w)
  })

  test('what a person booked for it goes back when a file has it after all', async () => {
    const b = await books()
    const missed = await b.sell('20.00')
    await b.ingest([strange])
    await b.w.advance(DAY_MS)
    await b.ingest([{ ...strange, id: 's2' }])
    await b.w.advance(6 * DAY_MS)
    await b.w.run(b.w.florin.reconciliation.sweep())
    const [missing] = await list(b, { kind: 'missing_there' })
    await b.w.run(b.w.florin.reconciliation.breaks.resolve(missing?.id ?? '', { how: 'write_off', ...by }))
    const costs = await b.has('costs')
    await b.ingest([{ id: 'l1', kind: 'capture', gross: '20.00', attempt: missed.attempt, batch: 'b' }])
    expect(costs - (await b.has('costs'))).toBe(2_000n + 30n) // the cost that was booked when it was captured, too: this gateway kept nothing
    expect(await b.has('receivable')).toBe(0n)
    const ended = await b.w.run(b.w.florin.reconciliation.breaks.get(missing?.id ?? ''))
    expect(ended).toMatchObject({ state: 'resolved', resolution: { how: 'explained' } })
    await auditAlways(b.w)
  })
})

describe('what no one knew when its line came', () => {
  test('is booked where it belongs once it is known, and its duplicate is still one', async () => {
    const b = await books()
    const { payment, charge } = await b.sell('100.00')
    // The refund that the line names is made only afterwards: a file can be ahead of us.
    const line = { id: 'l2', kind: 'refund', gross: '-25.00', parent: charge, batch: 'b' } as const
    await b.ingest([line])
    expect(await only(b)).toMatchObject({ kind: 'missing_here', theirs: '-25.00' })
    expect(await b.has('suspense')).toBe(-2_500n)
    await b.w.run(b.w.florin.payments.refund(payment, { amount: '25.00' }))
    expect(await b.w.run(b.w.florin.reconciliation.lookAgain())).toBe(1)
    expect(await b.has('suspense')).toBe(0n)
    expect(await list(b)).toEqual([])
    const again = await b.ingest([{ ...line, id: 'l3' }])
    expect(again.counts).toMatchObject({ duplicate: 1, matched: 0 })
    await auditAlways(b.w)
  })

  test('of another merchant, its part of the batch goes over', async () => {
    const b = await books()
    const other = b.w.florin.for('mer_other')
    const made = await b.w.run(
      other.payments.create({
        reference: 'o',
        amount: '9.00',
        currency: 'EUR',
        method: { type: 'card', token: 'tok_approve' },
      }),
    )
    const charge =
      (await b.attempts()).find((one) => one.payment === made.id && one.gatewayId !== null)?.gatewayId ?? ''
    await b.ingest([{ id: 'l', kind: 'refund', gross: '-4.00', parent: charge, batch: 'po' }])
    await b.w.run(other.payments.refund(made.id, { amount: '4.00' }))
    await b.w.run(b.w.florin.reconciliation.lookAgain())
    expect(await list(b)).toEqual([])
    const transit = async (api: typeof other) =>
      (await b.w.run(api.ledger.balances({ under: 'gateway' }))).data.find((one) => one.account.includes('transit'))
        ?.posted
    expect([await transit(b.w.florin), await transit(other)]).toEqual(['0.00', '-4.00'])
    // So what the bank shows of the batch is taken from whose it is by now.
    const shown = { id: 'd', kind: 'bank_debit', gross: '-4.00', endToEnd: 'po' } as const
    expect((await b.ingest([shown], { source: BANK })).counts.matched).toBe(1)
    expect([await transit(b.w.florin), await transit(other)]).toEqual(['0.00', '0.00'])
    await auditAlways(b.w)
  })
})
