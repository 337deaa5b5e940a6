import { describe, expect, test } from 'vitest'
import { audit } from '../audit.ts'
import { world } from '../world.ts'
import { approve, DAY_MS, deny, refundIn, strict } from './setting.ts'

describe('a merchant’s policy', () => {
  test('without any rule lets every refund go at once', async () => {
    const w = await world({ options: { refunds: {} } })
    const { id } = await w.pay()
    expect(await w.run(w.florin.payments.refund(id))).toMatchObject({ refunded: '100.00' })
    await audit(w)
  })

  test('asks a person only above its amount, in the currencies that it names', async () => {
    const w = await strict()
    const { id } = await w.pay()
    expect((await w.run(w.florin.payments.refund(id, { amount: '20.00' }))).refunds).toMatchObject([
      { status: 'succeeded' },
    ])
    expect((await w.run(w.florin.payments.refund(id, { amount: '20.01' }))).refunds.at(-1)).toMatchObject({
      status: 'requested',
    })
    const yen = await w.pay({ currency: 'JPY', amount: '5000' })
    expect(await w.run(w.florin.payments.refund(yen.id))).toMatchObject({ refunded: '5000' })
    await audit(w)
  })

  test('refunds nothing once its window is over, counted from the newest capture', async () => {
    const w = await strict({ windowDays: 5 })
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.capture(id, { amount: '50.00', final: false }))
    await w.advance(4 * DAY_MS)
    await w.run(w.florin.payments.capture(id))
    await w.advance(5 * DAY_MS - 60_000)
    await w.run(w.florin.payments.refund(id, { amount: '1.00' }))
    await w.advance(120_000)
    const refused = await w.refusal(w.florin.payments.refund(id, { amount: '1.00' }))
    expect(refused).toMatchObject({ code: 'policy_refused', details: { payment: id, rule: 'window' } })
    expect(refused.message).toContain('within 5 days')
    expect(await w.get(id)).toMatchObject({ refunded: '1.00', refundState: 'partial' })
    await audit(w)
  })

  test('limits one refund, and those of one payment within a day, whoever made them', async () => {
    const w = await strict(
      { mostPerRefund: { EUR: '50.00' }, mostPerPaymentAndDay: { EUR: '60.00' } },
      { webhooks: true },
    )
    const { id } = await w.pay()
    await w.advance(10)
    const rule = async (amount: string) => (await w.refusal(w.florin.payments.refund(id, { amount }))).details?.rule
    expect(await rule('50.01')).toBe('most_per_refund')
    w.acquirer.dashboard.refund(w.acquirer.books().charges[0]?.id ?? '', 3_000n)
    await w.advance(10)
    expect(await rule('30.01')).toBe('most_per_payment_and_day')
    const asked = await w.run(w.florin.payments.refund(id, { amount: '30.00' })) // waits, and counts
    expect(await rule('0.01')).toBe('most_per_payment_and_day')
    await deny(w, refundIn(asked))
    await w.run(w.florin.payments.refund(id, { amount: '20.00' }))
    await w.advance(DAY_MS)
    expect(await w.run(w.florin.payments.refund(id, { amount: '20.00' }))).toMatchObject({ refunded: '70.00' })
    await audit(w)
  })

  test('is asked when a refund is requested, and not again when it is approved', async () => {
    const w = await strict({ windowDays: 5, requestDays: 10 })
    const { id } = await w.pay()
    const asked = await w.run(w.florin.payments.refund(id))
    await w.advance(6 * DAY_MS)
    await approve(w, refundIn(asked))
    expect(await w.get(id)).toMatchObject({ refunded: '100.00' })
    await audit(w)
  })

  test('of a merchant stands in place of the general one', async () => {
    const merchants = { mer_default: {}, mer_free: { refunds: {} } }
    const w = await strict({}, { options: { merchants } })
    const { id } = await w.pay()
    expect((await w.run(w.florin.payments.refund(id))).refunds).toMatchObject([{ status: 'requested' }])
    const free = w.florin.for('mer_free')
    const theirs = await w.run(
      free.payments.create({
        reference: 'f',
        amount: '100.00',
        currency: 'EUR',
        method: { type: 'card', token: 'tok_approve' },
      }),
    )
    expect(await w.run(free.payments.refund(theirs.id))).toMatchObject({ refunded: '100.00' })
    await audit(w)
  })

  test.each([
    [{ approvalAbove: { EUR: '1.234' } }, 'refunds.approvalAbove.EUR'],
    [{ mostPerRefund: { XXY: '1.00' } }, 'refunds.mostPerRefund.XXY'],
    [{ windowDays: 0 }, 'refunds.windowDays'],
    [{ approvalOver: {} }, 'refunds'],
  ])('that cannot be right is refused at the start: %j', async (refunds, path) => {
    const refused = world({ options: { refunds: refunds as never } })
    await expect(refused).rejects.toMatchObject({ code: 'configuration', details: { path } })
  })
})
