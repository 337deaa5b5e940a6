import { fakeRuntime } from '@florin/testkit'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { hold, refusalOf, sale, sdkFor, start } from './start.ts'

const idempotencyKey = 'key-1'

describe('an idempotency key', () => {
  it('replays the answer, and says so', async () => {
    const { double, stripe } = await start()
    const first = await stripe.paymentIntents.create(sale(), { idempotencyKey })
    const second = await stripe.paymentIntents.create(sale(), { idempotencyKey })
    expect(second).toEqual(first)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId)
    expect(double.books()).toHaveLength(1)
    expect(double.mutations()).toBe(2)
  })

  it('replays what it said then, whatever happened since', async () => {
    const { stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold(), { idempotencyKey })
    await stripe.paymentIntents.capture(id)
    expect((await stripe.paymentIntents.create(hold(), { idempotencyKey })).status).toBe('requires_capture')
  })

  it('replays a decline and a refusal by the state of things', async () => {
    const { double, stripe } = await start()
    const declined = () =>
      refusalOf(
        stripe.paymentIntents.create(sale({ payment_method: 'pm_card_visa_chargeDeclined' }), { idempotencyKey }),
      )
    expect((await declined()).charge).toBe((await declined()).charge)
    expect(double.books()).toHaveLength(1)
    const { id } = await stripe.paymentIntents.create(hold())
    const tooMuch = { amount_to_capture: 1100 }
    await refusalOf(stripe.paymentIntents.capture(id, tooMuch, { idempotencyKey: 'key-2' }))
    const again = await refusalOf(stripe.paymentIntents.capture(id, tooMuch, { idempotencyKey: 'key-2' }))
    expect(again.headers?.['idempotent-replayed']).toBe('true')
  })

  it('is free again after a request that was not valid', async () => {
    const { stripe } = await start()
    await refusalOf(stripe.paymentIntents.create(sale({ metadata: { k: 'v'.repeat(501) } }), { idempotencyKey }))
    expect((await stripe.paymentIntents.create(sale(), { idempotencyKey })).status).toBe('succeeded')
  })

  it('is good for one request only', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold(), { idempotencyKey })
    for (const asked of [
      stripe.paymentIntents.create(hold({ amount: 1100 }), { idempotencyKey }),
      stripe.paymentIntents.capture(id, {}, { idempotencyKey }),
    ]) {
      const refused = await refusalOf(asked)
      expect(refused).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
      expect(refused.statusCode).toBe(400)
    }
    expect(double.books()).toHaveLength(1)
  })

  it('is an account of its own', async () => {
    const { double, stripe } = await start({
      accounts: { default: { apiKey: 'sk_test_florin' }, b: { apiKey: 'sk_test_b' } },
    })
    await stripe.paymentIntents.create(sale(), { idempotencyKey })
    await sdkFor(double, 'sk_test_b').paymentIntents.create(sale({ amount: 2000 }), { idempotencyKey })
    expect(double.books()).toHaveLength(2)
  })

  it('is in use while its request is at work', async () => {
    const { clock, scheduler } = fakeRuntime()
    const { double, stripe } = await start({ clock, scheduler })
    double.fail({ how: 'slow', ms: 30_000 })
    const slow = stripe.paymentIntents.create(sale(), { idempotencyKey })
    await expect.poll(() => double.mutations(), { interval: 1 }).toBe(1)
    const refused = await refusalOf(stripe.paymentIntents.create(sale(), { idempotencyKey }))
    expect(refused).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    await scheduler.advance(30_000)
    const { id } = await slow
    expect((await stripe.paymentIntents.create(sale(), { idempotencyKey })).id).toBe(id)
    expect(double.books()).toHaveLength(1)
  })

  it('executes anew once it is forgotten', async () => {
    const { clock } = fakeRuntime()
    const { double, stripe } = await start({ clock, keyRetentionMs: 3_600_000 })
    await stripe.paymentIntents.create(sale(), { idempotencyKey })
    clock.advance(3_599_999)
    await stripe.paymentIntents.create(sale(), { idempotencyKey })
    expect(double.books()).toHaveLength(1)
    clock.advance(1)
    await stripe.paymentIntents.create(sale(), { idempotencyKey })
    expect(double.books()).toHaveLength(2)
  })
})
