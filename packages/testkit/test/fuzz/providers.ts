import { createHmac } from 'node:crypto'
import { ADYEN_TEST_CARDS, adyen } from '@florin/adapters-adyen'
import { stripe } from '@florin/adapters-stripe'
import type { RawDelivery } from '@florin/core/gateways'
import { createAcquirer, sandbox } from '@florin/testkit'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'
import { ask, type Exchange, type Samples } from './samples.ts'

const SECRET = 'whsec_0123456789abcdef0123456789abcdef'
const API_KEY = 'sk_test_canary0123456789abcdefghij'
const ADYEN_KEY = 'AQEcanary0123456789abcdefghijklmnopq'
const ADYEN_PASSWORD = 'canary-password-of-the-webhook'
const HMAC_KEY = 'ab'.repeat(32)

const card = (token: string) => ({ type: 'card', token }) as const

/** `t=…,v1=…`, which the sandbox and Stripe share; the one counts milliseconds, the other seconds. */
const timed =
  (header: string, unitMs: number) =>
  (delivery: RawDelivery, body: Uint8Array): RawDelivery => {
    const at = Math.floor(delivery.receivedAt / unitMs)
    const v1 = createHmac('sha256', SECRET).update(`${at}.`).update(body).digest('hex')
    return { ...delivery, body, headers: { ...delivery.headers, [header]: `t=${at},v1=${v1}` } }
  }

/** The first charge, which was captured. */
const chargeIn = (exchanges: readonly Exchange[]): string => exchanges[0]?.command.attempt ?? ''

/** The sandbox's exchanges and webhooks. */
export const sandboxSamples = async (): Promise<Samples> => {
  const acquirer = createAcquirer({ webhookSecret: SECRET })
  const deliveries: RawDelivery[] = []
  acquirer.onWebhook((delivery) => void deliveries.push(delivery))
  const gateway = sandbox({ acquirer })
  const others = [card('tok_insufficient_funds'), card('tok_3ds'), card('tok_no_such')]
  const sign = timed('sandbox-signature', 1)
  const exchanges = await ask({ gateway, approved: card('tok_approve'), others, sold: card('tok_approve') })
  return { name: 'sandbox', gateway, exchanges, deliveries, secrets: [SECRET], sign, signsBody: true }
}

/** Stripe's double's. */
export const stripeSamples = async (form: 'one_step' | 'two_step'): Promise<Samples> => {
  const double = await startStripeDouble({ accounts: { default: { apiKey: API_KEY, webhookSecret: SECRET } } })
  const gateway = stripe({
    ...{ apiKey: API_KEY, publishableKey: 'pk_test_1', webhookSecret: SECRET, baseUrl: double.url, form },
    ...{ multicapture: true, incrementalAuthorization: true },
  })
  try {
    const others = [card('pm_card_visa_chargeDeclined'), card('pm_card_threeDSecure2Required'), card('pm_card_no_such')]
    const exchanges = await ask({ gateway, approved: card('pm_card_visa'), others, sold: card('pm_card_visa') })
    const { dashboard } = double
    const lost = dashboard.openDispute(chargeIn(exchanges), { amount: 1_000n })
    dashboard.decideDispute(lost, 'lost')
    dashboard.decideDispute(dashboard.openDispute(chargeIn(exchanges), { amount: 1_000n }), 'won')
    const deliveries = double.deliveries()
    const sign = timed('stripe-signature', 1_000)
    return { name: `stripe ${form}`, gateway, exchanges, deliveries, secrets: [SECRET, API_KEY], sign, signsBody: true }
  } finally {
    await gateway.transport.close?.()
    await double.close()
  }
}

interface Item {
  readonly amount?: { readonly value?: unknown; readonly currency?: unknown } | null
  readonly additionalData?: unknown
  readonly [name: string]: unknown
}

/** What Adyen signs of one event; where a mutation left nothing to sign, the event stays as it is. */
const signedItem = (item: Item): Item => {
  const { pspReference, originalReference, merchantAccountCode, merchantReference, eventCode, success } = item
  const fields = [pspReference, originalReference, merchantAccountCode, merchantReference]
  const text = [...fields, item.amount?.value, item.amount?.currency, eventCode, success].join(':')
  const hmacSignature = createHmac('sha256', Buffer.from(HMAC_KEY, 'hex')).update(text).digest('base64')
  return { ...item, additionalData: { ...(item.additionalData as object), hmacSignature } }
}

const signAdyen = (delivery: RawDelivery, body: Uint8Array): RawDelivery => {
  try {
    const parsed = JSON.parse(Buffer.from(body).toString())
    const notificationItems = parsed.notificationItems.map((each: { NotificationRequestItem: Item }) => ({
      ...each,
      NotificationRequestItem: signedItem(each.NotificationRequestItem),
    }))
    return { ...delivery, body: Buffer.from(JSON.stringify({ ...parsed, notificationItems })) }
  } catch {
    return { ...delivery, body }
  }
}

/** Adyen's double's. */
export const adyenSamples = async (): Promise<Samples> => {
  const double = await startAdyenDouble({
    accounts: { default: 'FlorinTestECOM' },
    webhookAuth: { username: 'florin', password: ADYEN_PASSWORD },
    hmacKey: HMAC_KEY,
    apiKey: ADYEN_KEY,
  })
  const account = {
    ...{ apiKey: ADYEN_KEY, merchantAccount: 'FlorinTestECOM', hmacKeys: [HMAC_KEY] },
    ...{ webhookUser: 'florin', webhookPassword: ADYEN_PASSWORD },
  }
  const gateway = adyen({ environment: 'test', baseUrl: double.url, accounts: { default: account } })
  const named = (name: string) => card(ADYEN_TEST_CARDS[name]?.token ?? name)
  try {
    const others = [named('insufficient_funds'), named('threeds'), named('pending')]
    const sold = { type: 'redirect', token: 'ideal' } as const
    const exchanges = await ask({ gateway, approved: named('visa'), others, sold })
    const earlier = double.deliveries() // decides what was received
    const { dashboard } = double
    dashboard.decideDispute(dashboard.openDispute(chargeIn(exchanges), { amount: 1_000n }), 'lost')
    dashboard.decideDispute(dashboard.openDispute(chargeIn(exchanges), { amount: 1_000n }), 'won')
    const secrets = [ADYEN_KEY, ADYEN_PASSWORD, HMAC_KEY]
    return {
      name: 'adyen',
      gateway,
      exchanges,
      deliveries: [...earlier, ...double.deliveries()],
      secrets,
      sign: signAdyen,
      signsBody: false,
    }
  } finally {
    await gateway.transport.close?.()
    await double.close()
  }
}
