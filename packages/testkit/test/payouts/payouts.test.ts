import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { payoutWorld } from './payout-world.ts'

const DAY_MS = 86_400_000

describe('a payout', () => {
  test('sets its money aside when it is ordered, and leaves the bank when it is sent', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const payout = await w.payOut({ amount: '60.00' })
    expect(payout).toMatchObject({ status: 'approved', amount: '60.00', destination: { country: 'DE', last4: '3000' } })
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '40.00', 'merchant/payouts/EUR': '60.00' })
    expect(w.bank.transfers()).toEqual([])
    await w.tick()
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid', needsReview: false })
    expect(w.bank.received(SANDBOX_BANK_ACCOUNTS.pays, 'EUR')).toBe(6_000n)
    const books = await w.balances()
    expect(books).toMatchObject({ 'merchant/available/EUR': '40.00', 'bank/sandbox/EUR': '-60.00' })
    expect(books).not.toHaveProperty('merchant/payouts/EUR')
    await auditAlways(w)
  })

  test('takes no more than is available, also of two that are ordered at once', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const destination = await w.destination()
    const order = { amount: '70.00', currency: 'EUR', destination }
    const both = await w.run(
      Promise.allSettled([
        w.florin.payouts.create({ ...order, reference: 'one' }),
        w.florin.payouts.create({ ...order, reference: 'two' }),
      ]),
    )
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = await w.refusal(w.florin.payouts.create({ ...order, reference: 'three' }))
    expect(refused.message).toBe(
      'mer_default has 30.00 EUR available: 70.00 is more; pay out at most what is available',
    )
    expect(refused).toMatchObject({ code: 'amount_too_large', details: { available: '30.00', currency: 'EUR' } })
  })

  test('that bounces is available again', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const payout = await w.payOut({ iban: SANDBOX_BANK_ACCOUNTS.bounces })
    await w.tick()
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid' })
    for (let hours = 0; hours < 30; hours += 2) {
      await w.advance(DAY_MS / 12)
      await w.tick()
    }
    expect(await w.payout(payout.id)).toMatchObject({ status: 'returned', code: 'AC04' })
    expect(await w.balances()).toEqual({ 'merchant/available/EUR': '100.00', 'merchant/pending/EUR': '-100.00' })
    await auditAlways(w)
  })
})
