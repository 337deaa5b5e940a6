import { createFlorin, ephemeralKeys, type Florin, isFlorinError, systemRuntime } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { type AdyenDouble, startAdyenDouble } from '@florin/testkit/adyen'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adyen } from '../src/index.ts'
import { signed } from './notifications.ts'

type Item = Record<string, unknown>

let double: AdyenDouble
let florin: Florin<'adyen'>

beforeEach(async () => {
  double = await startAdyenDouble({ clock: { now: () => Date.now() } })
  const { apiKey, accounts, webhook, url: baseUrl } = double
  const account = {
    apiKey,
    merchantAccount: accounts.default ?? '',
    hmacKeys: [webhook.hmacKey],
    webhookUser: webhook.username,
    webhookPassword: webhook.password,
  }
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { adyen: adyen({ environment: 'test', baseUrl, accounts: { default: account } }) },
    keys: ephemeralKeys(systemRuntime().random),
    onError: () => {},
  })
})
afterEach(async () => {
  await florin.close()
  await double.close()
})

/** A sale whose capture Adyen has announced, and Florin has not heard of. */
const sale = async () => {
  const { id } = await florin.payments.create({
    reference: 'order-1',
    amount: '100.00',
    currency: 'EUR',
    method: { type: 'card', token: 'test_card:visa' },
    returnUrl: 'https://shop.test/back',
  })
  const announced = double.deliveries().find(({ body }) => Buffer.from(body).includes('"eventCode":"CAPTURE"'))
  if (announced === undefined) throw new Error('no capture was announced')
  return { id, announced }
}

/** The same event with other contents, as somebody who holds the key would sign it. */
const forged = ({ body, ...rest }: RawDelivery, over: Item, live = 'false'): RawDelivery => {
  const [{ NotificationRequestItem: item }] = JSON.parse(Buffer.from(body).toString()).notificationItems
  const again = signed({ ...item, ...over }, double.webhook.hmacKey)
  const text = JSON.stringify({ live, notificationItems: [{ NotificationRequestItem: again }] })
  return { ...rest, body: Buffer.from(text) }
}

const MOST_TURNS = 200

/** Hands it over and lets Florin work on it; what waits for something to become known is left waiting. */
const told = async (delivery: RawDelivery) => {
  const receipt = await florin.webhooks.receive({ gateway: 'adyen', ...delivery })
  const worked = async (): Promise<boolean> => {
    const { waiting } = await florin.webhooks.counts()
    const { data } = await florin.webhooks.list({ state: 'waiting' })
    return waiting.count === 0 || data.every(({ note }) => note !== null)
  }
  for (let turn = 0; turn < MOST_TURNS && !(await worked()); turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    await florin.tick()
  }
  return receipt
}

const money = async (id: string) => {
  const { captured, captureState, needsReview } = await florin.payments.get(id)
  expect((await florin.verify()).ok).toBe(true)
  return { captured, captureState, needsReview }
}

const OPEN = { captured: '0.00', captureState: 'pending', needsReview: false } as const
const DONE = { captured: '100.00', captureState: 'full', needsReview: false } as const

describe('an authentic webhook', () => {
  test('over another amount is booked as it is told, and shown to a person', async () => {
    const { id, announced } = await sale()
    await told(forged(announced, { amount: { currency: 'EUR', value: 6_000 } }))
    expect(await money(id)).toMatchObject({ captured: '60.00', needsReview: true })
  })

  test('over another amount than is booked does not change it', async () => {
    const { id, announced } = await sale()
    await told(announced)
    await told(forged(announced, { amount: { currency: 'EUR', value: 1_000_000 } }))
    expect(await money(id)).toEqual({ ...DONE, needsReview: true })
  })

  test('in another currency moves nothing, and the right one still counts', async () => {
    const { id, announced } = await sale()
    await told(forged(announced, { amount: { currency: 'USD', value: 10_000 } }))
    expect(await money(id)).toEqual({ ...OPEN, needsReview: true })
    await told(announced)
    expect(await money(id)).toEqual({ ...DONE, needsReview: true })
  })

  test.each([
    ['of another merchant account', { merchantAccountCode: 'SomebodyElse' }, 'false'],
    ['of the live environment', {}, 'true'],
  ])('%s is put aside', async (_, over, live) => {
    const { id, announced } = await sale()
    expect(await told(forged(announced, over, live))).toMatchObject({ quarantined: true })
    expect(await money(id)).toEqual(OPEN)
  })

  test.each(['shop:7', ':', 'att_0:100:EUR:CAPTURE:true'])(
    'under a reference with a colon is nobody’s of ours: %s',
    async (merchantReference) => {
      const { id, announced } = await sale()
      const other = { merchantReference, pspReference: 'NC6HT9CRT65ZGN82', originalReference: 'QFQTPCQ8HXSKGK82' }
      expect(await told(forged(announced, other))).toEqual({ duplicate: false, quarantined: false })
      expect(await money(id)).toEqual(OPEN)
      const { data } = await florin.webhooks.list({ state: 'waiting' })
      expect(data).toMatchObject([{ note: 'unmatched' }])
    },
  )

  test('that is replayed a hundred times is worked on once', async () => {
    const { id, announced } = await sale()
    await told(announced)
    for (let again = 0; again < 100; again++)
      expect(await florin.webhooks.receive({ gateway: 'adyen', ...announced })).toMatchObject({ duplicate: true })
    expect(await money(id)).toEqual(DONE)
  })
})

describe('the date of an event, which Adyen does not sign', () => {
  test.each(['2096-01-01T00:00:00+01:00', '1970-01-01T00:00:00+00:00', 'soon'])('may be %s', async (eventDate) => {
    const { id, announced } = await sale()
    await told(forged(announced, { eventDate }))
    expect(await money(id)).toEqual(DONE)
  })
})

describe('what is not authentic is refused', () => {
  const code = async (delivery: RawDelivery): Promise<string> => {
    try {
      await florin.webhooks.receive({ gateway: 'adyen', ...delivery })
      return 'taken'
    } catch (error) {
      return isFlorinError(error) ? error.code : String(error)
    }
  }

  test('cut, changed, 10 MB long, or for an account that there is not', async () => {
    const { id, announced } = await sale()
    const { body } = announced
    const changed = Buffer.from(Buffer.from(body).toString().replace('"eventCode":"CAPTURE"', '"eventCode":"REFUND"'))
    const wrong = [body.slice(0, -1), body.slice(0, 40), new Uint8Array(), changed, Buffer.alloc(10_485_760, 0x20)]
    for (const each of wrong) expect(await code({ ...announced, body: each })).toBe('webhook_rejected')
    expect(await code({ ...announced, headers: {} })).toBe('webhook_rejected')
    expect(await code({ ...announced, account: 'other' })).toBe('gateway_unknown')
    expect(await money(id)).toEqual(OPEN)
  })
})
