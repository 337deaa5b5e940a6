import { createFlorin, ephemeralKeys, type Florin, isFlorinError, systemRuntime } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { type StripeDouble, startStripeDouble } from '@florin/testkit/stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stripe } from '../src/index.ts'
import { signedEvent } from './signed-event.ts'

const API_KEY = 'sk_test_hostile'
const SECRET = 'whsec_0123456789abcdef0123456789abcdef'

interface Event {
  readonly type: string
  readonly data: { readonly object: Record<string, unknown> }
}

let double: StripeDouble
let florin: Florin<'stripe'>

beforeEach(async () => {
  double = await startStripeDouble({ accounts: { default: { apiKey: API_KEY, webhookSecret: SECRET } } })
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { stripe: stripe({ apiKey: API_KEY, webhookSecret: SECRET, baseUrl: double.url }) },
    keys: ephemeralKeys(systemRuntime().random),
    onError: () => {},
  })
})
afterEach(async () => {
  await florin.close()
  await double.close()
})

/** A payment that is captured at Stripe and here, and the event of it, which Florin has not heard. */
const paid = async () => {
  const { id } = await florin.payments.create({
    reference: 'order-1',
    amount: '100.00',
    currency: 'EUR',
    method: { type: 'card', token: 'pm_card_visa' },
  })
  const events = double.deliveries().map(({ body }) => JSON.parse(Buffer.from(body).toString()) as Event)
  const event = events.find(({ type }) => type === 'payment_intent.succeeded')
  if (event === undefined) throw new Error('no success was announced')
  return { id, event }
}

const withObject = (event: Event, over: object): Event => ({
  ...event,
  data: { ...event.data, object: { ...event.data.object, ...over } },
})

const MOST_TURNS = 200

/** Hands it over and lets Florin work on it, until nothing waits but what was tried in vain. */
const told = async (delivery: RawDelivery) => {
  const receipt = await florin.webhooks.receive({ gateway: 'stripe', ...delivery })
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    await florin.tick()
    const { data } = await florin.webhooks.list({ state: 'waiting' })
    if (data.every(({ note }) => note !== null)) break
  }
  return receipt
}

const signed = (event: object, at = Date.now()): RawDelivery => signedEvent(event, SECRET, { at })

const expectUnharmed = async (id: string): Promise<void> => {
  expect(await florin.payments.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00', refunded: '0.00' })
  expect((await florin.verify()).ok).toBe(true)
}

describe('an authentic webhook', () => {
  test.each([
    ['over another amount', { amount: 1, amount_received: 1 }],
    ['over a greater amount, of which no more was taken', { amount: 99_999_999 }],
    ['over nothing', { amount: 0, amount_received: 0 }],
    ['in another currency', { currency: 'usd' }],
    ['in a currency that there is not', { currency: 'zzz' }],
    ['in a status that there is not', { status: 'imagined' }],
    ['about an attempt that there is not', { metadata: { florin_attempt: `att_0${'9'.repeat(25)}` } }],
    ['under a reference with a colon', { metadata: { florin_attempt: 'att_1:2' } }],
    ['whose object is cut down', { id: undefined, amount: undefined }],
    ['of live mode within', { livemode: true }],
  ])('%s changes nothing that is booked', async (_, over) => {
    const { id, event } = await paid()
    expect(await told(signed(withObject(event, over)))).toEqual({ duplicate: false, quarantined: false })
    await expectUnharmed(id)
    await told(signed(event))
    await expectUnharmed(id)
  })

  test.each([
    ['of live mode', { livemode: true }],
    ['of a connected account', { account: 'acct_1SomebodyElse' }],
  ])('%s is put aside', async (_, over) => {
    const { id, event } = await paid()
    expect(await told(signed({ ...event, ...over }))).toMatchObject({ quarantined: true })
    await expectUnharmed(id)
  })

  test('that tells of more money than we took is booked as somebody else’s capture, and shown to a person', async () => {
    const { id, event } = await paid()
    await told(signed(withObject(event, { amount: 15_000, amount_received: 15_000 })))
    expect(await florin.payments.get(id)).toMatchObject({ captured: '150.00', needsReview: true })
    expect((await florin.verify()).ok).toBe(true)
  })

  test('that is replayed a hundred times is worked on once', async () => {
    const { id, event } = await paid()
    const delivery = signed(event)
    await told(delivery)
    for (let again = 0; again < 100; again++)
      expect(await florin.webhooks.receive({ gateway: 'stripe', ...delivery })).toMatchObject({ duplicate: true })
    await expectUnharmed(id)
  })
})

test('what is not authentic is refused: changed, cut, 10 MB long, too old, from the future', async () => {
  const { id, event } = await paid()
  const good = signed(event)
  const text = Buffer.from(good.body).toString()
  const wrong: readonly RawDelivery[] = [
    { ...good, body: Buffer.from(text.replace('10000', '10001')) },
    { ...good, body: good.body.slice(0, -1) },
    { ...good, body: new Uint8Array() },
    { ...good, body: Buffer.alloc(10_485_760, 0x20) },
    { ...good, headers: {} },
    signed(event, Date.now() - 310_000),
    signed(event, Date.now() + 310_000),
    signedEvent(event, 'whsec_another0123456789abcdef0123456'),
  ]
  for (const delivery of wrong) {
    const refused = await florin.webhooks.receive({ gateway: 'stripe', ...delivery }).catch((error: unknown) => error)
    expect(isFlorinError(refused, 'webhook_rejected')).toBe(true)
  }
  await expectUnharmed(id)
})
