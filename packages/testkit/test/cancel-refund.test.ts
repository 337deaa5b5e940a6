import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { card, type World, world } from './world.ts'

describe('cancel', () => {
  test.each<[from: string, make: (w: World) => Promise<string>]>([
    ['authorized', async (w) => (await w.pay({ capture: 'manual' })).id],
    ['requires_action', async (w) => (await w.pay({ method: card('tok_3ds') })).id],
    ['declined', async (w) => (await w.pay({ method: card('tok_do_not_honor') })).id],
    ['processing', async (w) => (await w.pay({ method: card('tok_pending') })).id],
  ])('of a payment that is %s', async (from, make) => {
    const w = await world()
    const id = await make(w)
    expect((await w.get(id)).status).toBe(from)
    const canceled = await w.run(w.florin.payments.cancel(id))
    expect(canceled).toMatchObject({ status: 'canceled', capturable: '0.00', coarseStatus: 'FAILED' })
    expect(await w.run(w.florin.payments.cancel(id))).toEqual(canceled) // canceling twice is harmless
    await recover(w)
    expect(await w.get(id)).toEqual(canceled)
    await audit(w)
  })

  test('after a capture is refused, and the message says to refund', async () => {
    const w = await world()
    const { id } = await w.pay()
    const refused = await w.refusal(w.florin.payments.cancel(id))
    expect(refused).toMatchObject({ code: 'invalid_state', details: { payment: id, status: 'succeeded' } })
    expect(refused.message).toContain('refund it instead')
    await audit(w)
  })

  test('after a partial capture gives the rest back, and keeps what was captured', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.capture(id, { amount: '30.00', final: false }))
    const payment = await w.run(w.florin.payments.cancel(id))
    expect(payment).toMatchObject({ status: 'succeeded', captured: '30.00', capturable: '0.00' })
    await audit(w)
  })

  test('of an expired payment is refused', async () => {
    const w = await world()
    const { id } = await w.pay({ method: card('tok_do_not_honor') })
    await w.advance(8 * 86_400_000)
    await recover(w)
    expect(await w.refusal(w.florin.payments.cancel(id))).toMatchObject({
      code: 'invalid_state',
      details: { status: 'expired' },
    })
  })

  test('twenty at once: one at the gateway', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(Promise.allSettled(Array.from({ length: 20 }, () => w.florin.payments.cancel(id))))
    await recover(w)
    expect((await w.get(id)).status).toBe('canceled')
    await audit(w)
  })

  test('and capture at once: one of them happens', async () => {
    for (const first of [0, 1]) {
      const w = await world()
      const { id } = await w.pay({ capture: 'manual' })
      const calls = [() => w.florin.payments.cancel(id), () => w.florin.payments.capture(id)]
      await w.run(Promise.allSettled([calls[first]?.(), calls[1 - first]?.()]))
      await recover(w)
      expect(['canceled', 'succeeded']).toContain((await w.get(id)).status)
      await audit(w)
    }
  })
})

describe('refund', () => {
  test('in full', async () => {
    const w = await world()
    const { id } = await w.pay()
    const payment = await w.run(w.florin.payments.refund(id, { reason: 'returned' }))
    expect(payment).toMatchObject({
      status: 'succeeded',
      refunded: '100.00',
      refundable: '0.00',
      refundState: 'full',
      refunds: [{ status: 'succeeded', amount: '100.00' }],
    })
    await audit(w)
  })

  test('in several parts', async () => {
    const w = await world()
    const { id } = await w.pay()
    for (const amount of ['0.01', '49.99', '50.00']) await w.run(w.florin.payments.refund(id, { amount }))
    const payment = await w.get(id)
    expect(payment).toMatchObject({ refundState: 'full', refunded: '100.00' })
    expect(payment.refunds.map((one) => one.amount)).toEqual(['0.01', '49.99', '50.00'])
    await audit(w)
  })

  test('above what was captured is refused with both amounts', async () => {
    const w = await world()
    const { id } = await w.pay()
    await w.run(w.florin.payments.refund(id, { amount: '60.00' }))
    const refused = await w.refusal(w.florin.payments.refund(id, { amount: '40.01' }))
    expect(refused).toMatchObject({ code: 'amount_too_large', details: { payment: id } })
    expect(refused.message).toMatch(/40\.00 EUR.*40\.01 EUR/)
    await w.run(w.florin.payments.refund(id))
    const again = await w.refusal(w.florin.payments.refund(id))
    expect(again).toMatchObject({ code: 'amount_too_large' })
    expect(again.message).toContain('refunded in full')
    await audit(w)
  })

  test('before a capture is refused, and the message says to cancel', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    const refused = await w.refusal(w.florin.payments.refund(id))
    expect(refused).toMatchObject({ code: 'invalid_state' })
    expect(refused.message).toContain('cancel it instead')
  })

  test('of part of what was captured so far, while the rest is still held', async () => {
    const w = await world()
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.capture(id, { amount: '50.00', final: false }))
    await w.run(w.florin.payments.refund(id, { amount: '20.00' }))
    expect(await w.refusal(w.florin.payments.refund(id, { amount: '30.01' }))).toMatchObject({
      code: 'amount_too_large',
    })
    expect(await w.run(w.florin.payments.capture(id))).toMatchObject({ captured: '100.00', refundable: '80.00' })
    await audit(w)
  })

  test('twenty at once never exceed the capture', async () => {
    const w = await world()
    const florins = [w.florin, await w.another()]
    const { id } = await w.pay()
    const calls = Array.from({ length: 20 }, (_, i) =>
      (florins[i % 2] ?? w.florin).payments.refund(id, { amount: '30.00' }),
    )
    const settled = await w.run(Promise.allSettled(calls))
    for (const one of settled) {
      if (one.status === 'rejected') expect(['attempt_open', 'amount_too_large', 'conflict']).toContain(one.reason.code)
    }
    await recover(w)
    const { refunded } = await w.get(id)
    expect(['30.00', '60.00', '90.00']).toContain(refunded)
    await audit(w)
  })

  test('is pending while nobody knows, and sets its amount aside', async () => {
    const w = await world()
    const { id } = await w.pay()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'refund' } })
    const payment = await w.run(w.florin.payments.refund(id, { amount: '70.00' }))
    expect(payment).toMatchObject({
      status: 'succeeded',
      refunded: '0.00',
      refundable: '30.00',
      refundState: 'pending',
      refunds: [{ status: 'processing' }],
    })
    await recover(w)
    expect(await w.get(id)).toMatchObject({ refunded: '70.00', refunds: [{ status: 'succeeded' }] })
    await audit(w)
  })

  test('that could not be sent failed, and can be asked for again', async () => {
    const w = await world()
    const { id } = await w.pay()
    w.acquirer.pause()
    const payment = await w.run(w.florin.payments.refund(id))
    expect(payment).toMatchObject({ refunded: '0.00', refundable: '100.00', refunds: [{ status: 'failed' }] })
    w.acquirer.resume()
    expect(await w.run(w.florin.payments.refund(id))).toMatchObject({ refunded: '100.00' })
    await audit(w)
  })
})
