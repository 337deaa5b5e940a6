import type { StripeFaultKind } from '@florin/testkit/stripe'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { eventsOf, hold, postSale, refusalOf, sale, start } from './start.ts'

const idempotencyKey = 'key-1'

/** What a sale ends with under a fault, how often it took effect, and what the same key says afterwards. */
const CASES: readonly (readonly [
  how: StripeFaultKind,
  status: number | undefined,
  effects: number,
  replay: number | undefined,
])[] = [
  ['drop_before', undefined, 0, 200],
  ['rate_limit', 429, 0, 200],
  ['lock_timeout', 429, 0, 200],
  ['conflict', 409, 0, 200],
  ['500_before', 500, 0, 200],
  ['500', 500, 0, 500],
  ['500_after_effect', 500, 1, 500],
  ['drop_after', undefined, 1, 200],
  ['cut', undefined, 1, 200],
  ['decline', 402, 0, 402],
]

describe('a fault', () => {
  it.each(CASES)('%s answers %s, takes effect %s times, and replays %s', async (how, status, effects, replay) => {
    const { double } = await start()
    const captured = () => double.books().filter((each) => each.state === 'captured').length
    double.fail({ how, when: { operation: 'create', reference: 'att_1' } })
    expect(await postSale(double, idempotencyKey)).toBe(status)
    expect(captured()).toBe(effects)
    expect(await postSale(double, idempotencyKey)).toBe(replay)
    expect(captured()).toBe(replay === 200 ? 1 : effects)
  })

  it('may let Stripe roll the charge forward later, which only a lookup or a webhook tells', async () => {
    const { double, stripe } = await start()
    double.fail({ how: '500_rolled_forward' })
    expect((await refusalOf(stripe.paymentIntents.create(sale(), { idempotencyKey }))).statusCode).toBe(500)
    const query = "metadata['florin_attempt']:'att_1'"
    expect((await stripe.paymentIntents.search({ query })).data).toEqual([])
    expect(eventsOf(double)).toContain('payment_intent.succeeded')
    expect((await stripe.paymentIntents.search({ query })).data).toMatchObject([{ status: 'succeeded' }])
    expect((await refusalOf(stripe.paymentIntents.create(sale(), { idempotencyKey }))).statusCode).toBe(500)
    expect(double.books()).toHaveLength(1)
  })

  it('has the types that the official SDK knows', async () => {
    const { double, stripe } = await start()
    double.fail({ how: 'rate_limit' })
    expect(await refusalOf(stripe.paymentIntents.create(sale()))).toBeInstanceOf(Stripe.errors.StripeRateLimitError)
    double.fail({ how: '500' })
    expect(await refusalOf(stripe.paymentIntents.create(sale()))).toBeInstanceOf(Stripe.errors.StripeAPIError)
  })

  it('strikes what it is armed for, as often as it is armed', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold())
    const disarm = double.fail({ how: 'rate_limit', when: { operation: 'capture', reference: 'att_1' }, times: 2 })
    expect((await stripe.paymentIntents.retrieve(id)).id).toBe(id)
    expect((await refusalOf(stripe.paymentIntents.capture(id))).statusCode).toBe(429)
    disarm()
    expect((await stripe.paymentIntents.capture(id)).status).toBe('succeeded')
    double.fail({ how: 'rate_limit', when: { account: 'other' }, times: Number.POSITIVE_INFINITY })
    double.fail({ how: '500', when: { operation: 'refund', reference: id } })
    expect((await refusalOf(stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(500)
    double.clearFaults()
    expect((await stripe.refunds.create({ payment_intent: id })).status).toBe('succeeded')
  })

  it('doubles or loses the webhooks of a request', async () => {
    const { double, stripe } = await start()
    double.fail({ how: 'duplicate_webhook' })
    await stripe.paymentIntents.create(hold())
    const twice = double.deliveries().map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as Stripe.Event).id)
    expect([twice.length, new Set(twice).size]).toEqual([6, 3])
    double.fail({ how: 'lose_webhook' })
    const { id } = await stripe.paymentIntents.create(hold())
    expect(double.deliveries()).toEqual([])
    const told = await stripe.events.list({ type: 'payment_intent.created', limit: 1 })
    expect(told.data[0]?.data.object).toMatchObject({ id })
  })

  it('takes the whole double down and up again', async () => {
    const { double, stripe } = await start()
    double.pause()
    expect(await postSale(double, idempotencyKey)).toBeUndefined()
    double.resume()
    expect((await stripe.paymentIntents.create(sale())).status).toBe('succeeded')
    expect(double.books()).toHaveLength(1)
  })
})
