import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { payoutReturned, payoutSettled } from '../../../core/src/flows/index.ts'
import { auditAlways } from '../audit.ts'
import { contextOf, payoutWorld } from './payout-world.ts'

const paid = async (...given: Parameters<typeof payoutWorld>) => {
  const w = await payoutWorld(...given)
  await w.fund(50_000n)
  return { w, payment: await w.pay({ amount: '100.00' }) }
}

describe('a refund to another method', () => {
  test('takes its amount out of what the payment may give back, from the moment it is ordered', async () => {
    const { w, payment } = await paid()
    const { id } = await w.payOut({ amount: '60.00', purpose: 'refund', payment: payment.id })
    expect(await w.get(payment.id)).toMatchObject({ refundable: '40.00', refunded: '0.00' })
    expect(await w.refusal(w.florin.payments.refund(payment.id, { amount: '40.01' }))).toMatchObject({
      code: 'amount_too_large',
    })
    await w.tick()
    expect(await w.payout(id)).toMatchObject({ status: 'paid', purpose: 'refund', payment: payment.id })
    expect(await w.get(payment.id)).toMatchObject({ refundable: '40.00', refunded: '60.00' })
    await auditAlways(w)
  })

  test('and a refund through the gateway never give back more than was captured, however they race', async () => {
    const { w, payment } = await paid()
    const destination = await w.destination()
    const order = { currency: 'EUR', destination, purpose: 'refund', payment: payment.id } as const
    const other = await w.another()
    await w.run(
      Promise.allSettled([
        w.florin.payouts.create({ ...order, reference: 'a', amount: '70.00' }),
        other.payouts.create({ ...order, reference: 'b', amount: '70.00' }),
        other.payments.refund(payment.id, { amount: '70.00' }),
        w.florin.payments.refund(payment.id, { amount: '70.00' }),
      ]),
    )
    await w.tick()
    expect(await w.get(payment.id)).toMatchObject({ refunded: '70.00', refundable: '30.00', needsReview: false })
    await auditAlways(w)
  })

  test.each([
    ['fails', SANDBOX_BANK_ACCOUNTS.rejects, false],
    ['is canceled', SANDBOX_BANK_ACCOUNTS.pays, true],
  ])('may be refunded anew once it %s', async (_, iban, cancel) => {
    const { w, payment } = await paid()
    const { id } = await w.payOut({ amount: '100.00', purpose: 'refund', payment: payment.id, iban })
    expect(await w.get(payment.id)).toMatchObject({ refundable: '0.00' })
    if (cancel) await w.run(w.florin.payouts.cancel(id))
    await w.tick()
    expect(await w.get(payment.id)).toMatchObject({ refundable: '100.00', refunded: '0.00' })
    await w.run(w.florin.payments.refund(payment.id))
    expect(await w.get(payment.id)).toMatchObject({ refunded: '100.00' })
    await auditAlways(w)
  })

  test('that bounced may be refunded anew, and one that was paid after all asks for a person', async () => {
    const { w, payment } = await paid()
    const { id } = await w.payOut({ amount: '100.00', purpose: 'refund', payment: payment.id })
    await w.tick()
    const context = contextOf(w)
    const fact = { amount: 10_000n, currency: 'EUR' }
    await w.run(payoutReturned(context, id, { ...fact, code: 'AC04' }))
    expect(await w.get(payment.id)).toMatchObject({ refundable: '100.00', refunded: '0.00', needsReview: true })
    const second = await w.payOut({
      amount: '100.00',
      purpose: 'refund',
      payment: payment.id,
      iban: SANDBOX_BANK_ACCOUNTS.rejects,
    })
    await w.tick()
    await w.run(w.florin.payments.refund(payment.id))
    await w.run(payoutSettled(context, second.id, fact)) // the bank refused it, and paid it
    expect(await w.get(payment.id)).toMatchObject({ refunded: '200.00', refundable: '0.00', needsReview: true })
    await auditAlways(w)
  })

  test('is refused in another currency, above what is left, and where nothing was captured', async () => {
    const { w, payment } = await paid()
    await w.fund(50_000n, null, 'USD')
    const refund = { purpose: 'refund', payment: payment.id } as const
    expect(await w.refusal(w.payOut({ ...refund, currency: 'USD' }))).toMatchObject({ details: { path: 'currency' } })
    expect(await w.refusal(w.payOut({ ...refund, amount: '100.01' }))).toMatchObject({ code: 'amount_too_large' })
    const held = await w.pay({ capture: 'manual' })
    expect(await w.refusal(w.payOut({ ...refund, payment: held.id }))).toMatchObject({ code: 'invalid_state' })
  })

  test('of a checkout is of one seller’s orders, and of that seller’s money', async () => {
    const { w } = await paid()
    await w.fund(50_000n, 'ann')
    const payment = await w.pay({
      amount: '100.00',
      orders: [
        { reference: 'a', seller: 'ann', amount: '60.00' },
        { reference: 'b', seller: 'bob', amount: '40.00' },
      ],
    })
    const [anns] = payment.orders ?? []
    const refund = { purpose: 'refund', payment: payment.id, amount: '10.00' } as const
    expect(await w.refusal(w.payOut({ ...refund, owner: 'ann' }))).toMatchObject({ details: { path: 'owner' } })
    const orders = [{ id: anns?.id ?? '', amount: '10.00' }]
    expect(await w.refusal(w.payOut({ ...refund, orders }))).toMatchObject({ details: { path: 'owner' } })
    await w.payOut({ ...refund, owner: 'ann', orders })
    await w.tick()
    expect((await w.get(payment.id)).orders).toMatchObject([{ refunded: '10.00' }, { refunded: '0.00' }])
    await auditAlways(w)
  })
})
