import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fakeRuntime } from '@florin/testkit'
import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import type { StripeDouble } from '../../src/stripe.ts'
import { endAfterTest, eventsOf, hold, sale, start } from './start.ts'

const SECRETS = ['whsec_the_first_of_two_secrets', 'whsec_the_second_of_two_secrets']

const parsed = (double: StripeDouble): Stripe.Event[] =>
  double.deliveries().map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')) as Stripe.Event)

/** A shop's endpoint that answers with these statuses, then with 200. */
const endpoint = async (...statuses: number[]) => {
  const taken: { signature: string; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      taken.push({
        signature: String(request.headers['stripe-signature']),
        body: Buffer.concat(chunks).toString('utf8'),
      })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endAfterTest(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken }
}

describe('webhooks', () => {
  it('are signed so that the official SDK takes them, with either secret during a rotation', async () => {
    const { double, stripe } = await start({ accounts: { shop: { apiKey: 'sk_test_florin', webhookSecret: SECRETS } } })
    await stripe.paymentIntents.create(sale())
    const deliveries = double.deliveries()
    expect(deliveries).not.toEqual([])
    for (const { body, headers, account } of deliveries) {
      expect(account).toBe('shop')
      for (const secret of SECRETS) {
        const event = stripe.webhooks.constructEvent(Buffer.from(body), headers['stripe-signature'] ?? '', secret)
        expect(event).toMatchObject({ object: 'event', livemode: false, api_version: '2026-10-28.endive' })
      }
      expect(() =>
        stripe.webhooks.constructEvent(Buffer.from(body), headers['stripe-signature'] ?? '', 'whsec_of_somebody_else'),
      ).toThrow()
    }
    expect(double.webhookSecret('shop')).toBe(SECRETS[0])
    expect(() => double.webhookSecret('nobody')).toThrow()
    expect(double.deliveries()).toEqual([])
  })

  it('are signed when they are given, by the clock of the double', async () => {
    const { clock } = fakeRuntime()
    const { double, stripe } = await start({ clock })
    await stripe.paymentIntents.create(hold())
    clock.advance(600_000)
    const [first] = double.deliveries()
    expect(first?.receivedAt).toBe(clock.now())
    expect(first?.headers['stripe-signature']).toContain(`t=${Math.floor(clock.now() / 1_000)},`)
  })

  it('name the request that made them, and nothing where there was none', async () => {
    const { double, stripe } = await start()
    const made = await stripe.paymentIntents.create(hold(), { idempotencyKey: 'key-1' })
    const request = { id: made.lastResponse.requestId, idempotency_key: 'key-1' }
    expect(parsed(double).map((event) => event.request)).toEqual([request, request, request])
    double.dashboard.capture(made.id)
    expect(parsed(double).map((event) => event.request)).toEqual(Array(2).fill({ id: null, idempotency_key: null }))
  })

  it('carry the object as it was, and what changed', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale({ capture_method: 'automatic' }))
    await stripe.refunds.create({ payment_intent: id, amount: 99 })
    await stripe.refunds.create({ payment_intent: id })
    const events = parsed(double)
    const created = events.find(({ type }) => type === 'payment_intent.created')
    expect(created?.data.object).toMatchObject({ id, status: 'requires_confirmation' })
    const refunded = events.filter(({ type }) => type === 'charge.refunded')
    expect(refunded.map(({ data }) => data.previous_attributes)).toMatchObject([
      { amount_refunded: 0 },
      { amount_refunded: 99 },
    ])
    expect(refunded.map(({ data }) => data.object)).toMatchObject([
      { amount_refunded: 99, refunded: false },
      { amount_refunded: 1099, refunded: true },
    ])
  })

  it('are POSTed, too, and again where they were not taken', async () => {
    const { clock, scheduler } = fakeRuntime()
    const shop = await endpoint(500)
    const { double, stripe } = await start({ clock, scheduler, webhookUrl: shop.url })
    await stripe.paymentIntents.create(hold())
    await expect.poll(() => shop.taken.length, { interval: 5 }).toBe(3)
    double.tick() // tries again at once what waits
    await expect
      .poll(
        () => {
          double.tick()
          return shop.taken.length
        },
        { interval: 5 },
      )
      .toBe(4)
    const ids = shop.taken.map(({ body }) => (JSON.parse(body) as Stripe.Event).id)
    expect(new Set(ids).size).toBe(3)
    for (const { body, signature } of shop.taken) {
      const at = Math.floor(clock.now() / 1_000)
      stripe.webhooks.constructEvent(body, signature, double.webhookSecret(), undefined, undefined, at * 1_000)
    }
  })

  it('can be turned off', async () => {
    const { double, stripe } = await start({ events: false })
    await stripe.paymentIntents.create(sale())
    expect(double.deliveries()).toEqual([])
  })
})

describe('the dashboard', () => {
  it('gives back what nobody here ordered, without our metadata', async () => {
    const { double, stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale())
    const refund = double.dashboard.refund('att_1', 250n)
    expect(await stripe.refunds.retrieve(refund)).toMatchObject({ amount: 250, metadata: {}, payment_intent: id })
    expect(double.books()).toMatchObject([{ refunded: 250n }])
    double.dashboard.refund(id)
    expect(double.books()).toMatchObject([{ refunded: 1099n }])
    expect(() => double.dashboard.refund(id)).toThrow(expect.objectContaining({ code: 'invalid_state' }))
  })

  it('captures, cancels, lets lapse and fails refunds', async () => {
    const { double, stripe } = await start()
    const make = async (reference: string) =>
      (await stripe.paymentIntents.create(hold({ metadata: { florin_attempt: reference } }))).id
    await make('att_captured')
    await make('att_canceled')
    await make('att_lapsed')
    double.deliveries()
    double.dashboard.capture('att_captured', 600n)
    double.dashboard.cancel('att_canceled')
    double.dashboard.expire('att_lapsed')
    expect(double.books()).toMatchObject([{ captured: 600n }, { state: 'canceled' }, { state: 'canceled' }])
    expect(eventsOf(double)).toEqual([
      'charge.captured',
      'payment_intent.succeeded',
      'payment_intent.canceled',
      'charge.expired',
      'payment_intent.canceled',
    ])
    const refund = await stripe.refunds.create({
      payment_intent: double.books()[0]?.id ?? '',
      metadata: { florin_attempt: 'att_r' },
    })
    double.dashboard.failRefund(refund.id)
    expect(eventsOf(double).slice(-3)).toEqual(['refund.failed', 'refund.updated', 'charge.refund.updated'])
    expect(double.books()[0]?.refunded).toBe(0n)
    expect(() => double.dashboard.cancel('att_nobody')).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(() => double.dashboard.expire('att_canceled')).toThrow(expect.objectContaining({ code: 'invalid_state' }))
  })
})

describe('time', () => {
  it('lets an authorisation lapse', async () => {
    const { clock } = fakeRuntime()
    const { double, stripe } = await start({ clock, authorizationTtlMs: 3_600_000 })
    const { id } = await stripe.paymentIntents.create(hold())
    clock.advance(3_590_000)
    expect(double.books()).toMatchObject([{ state: 'authorized' }])
    clock.advance(10_000)
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
    })
    expect(double.books()).toMatchObject([{ state: 'canceled', authorized: 0n }])
    expect(eventsOf(double).slice(-2)).toEqual(['charge.expired', 'payment_intent.canceled'])
  })

  it('does what is due by itself where it has a scheduler', async () => {
    const { clock, scheduler } = fakeRuntime()
    const { double, stripe } = await start({ clock, scheduler, laterMs: 5_000 })
    const { id } = await stripe.paymentIntents.create(
      sale({ payment_method: 'pm_card_pendingRefund', capture_method: 'automatic' }),
    )
    await stripe.refunds.create({ payment_intent: id })
    const status = async () => (await stripe.refunds.list({ payment_intent: id })).data[0]?.status
    expect(await status()).toBe('pending')
    await scheduler.advance(5_000)
    expect(await status()).toBe('succeeded')
    expect(double.mutations()).toBe(2)
  })

  it('forgets the oldest payments, so that its memory is bounded', async () => {
    const { double, stripe } = await start({ remember: 5, events: false })
    const first = await stripe.paymentIntents.create(sale())
    for (let n = 0; n < 20; n += 1) await stripe.paymentIntents.create(sale())
    expect(double.books().length).toBeGreaterThanOrEqual(5)
    expect(double.books().length).toBeLessThanOrEqual(10)
    await expect(stripe.paymentIntents.retrieve(first.id)).rejects.toMatchObject({ statusCode: 404 })
  })
})
