import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { payoutReturned, payoutSettled } from '../../../core/src/flows/index.ts'
import { auditAlways } from '../audit.ts'
import { rateBook } from '../fx/rate-book.ts'
import { contextOf, type PayoutWorld, payoutWorld } from './payout-world.ts'

const RETURNED = { rules: [{ name: 'all', percent: '2.9', onRefund: 'returned' }] } as const
const FACT = { amount: 4_000n, currency: 'EUR' }

const feeOf = async (w: PayoutWorld, id: string) => (await w.run(w.florin.fees.of(id))).fee

describe('the fee of a sale that is refunded by a payout', () => {
  const sold = async () => {
    const w = await payoutWorld()
    await w.fund(50_000n)
    await w.run(w.florin.fees.set(RETURNED, { expect: 0 }))
    const { id } = await w.pay({ amount: '100.00' })
    return { w, id }
  }

  test('goes back by the same rule as with a refund through the gateway, once the payout is paid', async () => {
    const { w, id } = await sold()
    await w.payOut({ amount: '40.00', purpose: 'refund', payment: id })
    expect(await feeOf(w, id)).toBe('2.90') // nothing went back yet
    await w.tick()
    expect(await feeOf(w, id)).toBe('1.74')
    await w.run(w.florin.payments.refund(id, { amount: '60.00' }))
    expect(await feeOf(w, id)).toBe('0.00')
    expect((await w.balances())['platform/fees/EUR']).toBeUndefined()
    const { entries } = await w.run(w.florin.payments.timeline(id))
    const told = entries.filter(({ type }) => type === 'payment.fee_returned').map(({ data }) => data)
    expect(told).toMatchObject([
      { returned: '1.16', feeRule: 'all', payout: expect.stringMatching(/^pot_/) },
      { returned: '1.74' },
    ])
    await auditAlways(w)
  })

  test('is taken again when the payout comes back, and stays where it fails', async () => {
    const { w, id } = await sold()
    const refund = { amount: '40.00', purpose: 'refund', payment: id } as const
    const first = await w.payOut(refund)
    await w.tick()
    await w.run(payoutReturned(contextOf(w), first.id, { ...FACT, code: 'AC04' }))
    expect(await feeOf(w, id)).toBe('2.90')
    const second = await w.payOut({ ...refund, iban: SANDBOX_BANK_ACCOUNTS.rejects })
    await w.tick()
    expect(await feeOf(w, id)).toBe('2.90')
    await w.run(payoutSettled(contextOf(w), second.id, FACT)) // it left after all
    expect(await feeOf(w, id)).toBe('1.74')
    await auditAlways(w)
  })

  test('is borne, and given back, by the seller whose orders they are', async () => {
    const { w } = await sold()
    await w.fund(50_000n, 'ann')
    const orders = [
      { reference: 'a', seller: 'ann', amount: '60.00' },
      { reference: 'b', seller: 'bob', amount: '40.00' },
    ]
    const { id, orders: made } = await w.pay({ amount: '100.00', orders })
    const before = (await w.balances())['seller/ann/pending/EUR']
    const parts = [{ id: made?.[0]?.id ?? '', amount: '50.00' }]
    await w.payOut({ amount: '50.00', purpose: 'refund', payment: id, owner: 'ann', orders: parts })
    await w.tick()
    expect(before).toBe('-441.74') // 58.26, less what was made available
    expect((await w.balances())['seller/ann/pending/EUR']).toBe('-440.29') // half of the fee back
    await auditAlways(w)
  })
})

describe('a sale that settles in another currency, and is refunded by a payout', () => {
  /** 100.00 USD at 0.92, less one per cent: 91.08 EUR, all of it available. */
  const converted = async () => {
    let now = (): number => 0
    const providers = [rateBook('bank', { 'USD/EUR': '0.92' }, () => now())]
    const w = await payoutWorld({ options: { fx: { providers, fee: '1' } } })
    now = () => w.runtime.clock.now()
    const { id } = await w.pay({ amount: '100.00', currency: 'USD', settle: { currency: 'EUR' } })
    return { w, id }
  }
  const settleAll = (w: PayoutWorld, amount: bigint) => w.fund(amount)

  test('is paid out of what is available in that currency, at the rate of the sale, with the conversion’s fee given back', async () => {
    const { w, id } = await converted()
    await settleAll(w, 9_108n)
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '91.08', 'platform/fees/EUR': '0.92' })
    await w.payOut({ amount: '40.00', currency: 'USD', purpose: 'refund', payment: id })
    // 60.00 are worth 55.20 less 0.55: so much stays converted
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '54.65', 'merchant/payouts/USD': '40.00' })
    await w.tick()
    expect(await w.get(id)).toMatchObject({ refunded: '40.00', settle: { amount: '54.65' } })
    await w.payOut({ amount: '60.00', currency: 'USD', purpose: 'refund', payment: id })
    await w.tick()
    const left = Object.entries(await w.balances()).filter(([account]) => !account.startsWith('gateway/'))
    expect(left).toEqual([['bank/sandbox/USD', '-100.00']]) // not a cent, anywhere else
    await auditAlways(w)
  })

  test('comes back to where it was taken from when the payout fails, is canceled or returns', async () => {
    const { w, id } = await converted()
    await settleAll(w, 9_108n)
    const before = await w.balances()
    const refund = { amount: '33.33', currency: 'USD', purpose: 'refund', payment: id } as const
    await w.payOut({ ...refund, iban: SANDBOX_BANK_ACCOUNTS.rejects })
    await w.tick()
    expect(await w.balances()).toEqual(before)
    const canceled = await w.payOut(refund)
    await w.run(w.florin.payouts.cancel(canceled.id))
    expect(await w.balances()).toEqual(before)
    const returned = await w.payOut(refund)
    await w.tick()
    await w.run(payoutReturned(contextOf(w), returned.id, { amount: 3_333n, currency: 'USD', code: 'AC04' }))
    expect(await w.balances()).toEqual(before)
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', settle: { amount: '91.08' } })
    await auditAlways(w)
  })

  test('is refused where less is available than that takes, and says in which currency', async () => {
    const { w, id } = await converted()
    await settleAll(w, 3_000n)
    const refused = await w.refusal(w.payOut({ amount: '40.00', currency: 'USD', purpose: 'refund', payment: id }))
    expect(refused).toMatchObject({ code: 'amount_too_large', details: { available: '30.00', currency: 'EUR' } })
    expect(refused.message).toContain('36.43')
    expect(await w.get(id)).toMatchObject({ refundable: '100.00' })
    await auditAlways(w)
  })
})
