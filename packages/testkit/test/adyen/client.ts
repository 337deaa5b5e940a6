import type { RawDelivery } from '@florin/core/gateways'
import { type AdyenDouble, type AdyenDoubleOptions, startAdyenDouble } from '@florin/testkit/adyen'
import { onTestFinished } from 'vitest'

/** An answer of the double, its body read. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field, and a wrong one must fail the test
  readonly body: any
}

/** The merchant account of every test. */
export const MERCHANT = 'FlorinTestECOM'

/** A card's fields as Adyen's test environment takes them. */
export const card = (number = '4111111111111111', more: object = {}) => ({
  type: 'scheme',
  encryptedCardNumber: `test_${number}`,
  encryptedExpiryMonth: 'test_03',
  encryptedExpiryYear: 'test_2030',
  encryptedSecurityCode: 'test_737',
  ...more,
})

/** A payment request that is authorised and waits for its capture. */
export const payment = (reference: string, more: object = {}) => ({
  merchantAccount: MERCHANT,
  amount: { currency: 'EUR', value: 4990 },
  reference,
  returnUrl: 'https://shop.example/return?order=7',
  paymentMethod: card(),
  additionalData: { manualCapture: 'true' },
  ...more,
})

/** A modification request. */
export const change = (value: number | null, reference?: string, currency = 'EUR') => ({
  merchantAccount: MERCHANT,
  ...(value === null ? {} : { amount: { currency, value } }),
  ...(reference === undefined ? {} : { reference }),
})

/** The notification in a delivery. */
export const itemOf = (delivery: RawDelivery | undefined) => {
  if (delivery === undefined) throw new Error('there is no delivery')
  return JSON.parse(Buffer.from(delivery.body).toString('utf8')).notificationItems[0].NotificationRequestItem
}

/** A double for one test, and a client that speaks to it as a server would. */
export const start = async (options: AdyenDoubleOptions = {}) => {
  const double: AdyenDouble = await startAdyenDouble(options)
  onTestFinished(() => double.close())
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> => {
    const response = await fetch(`${double.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': double.apiKey, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const events = () =>
    double.deliveries().map((delivery) => {
      const { eventCode, success, pspReference, merchantReference, reason } = itemOf(delivery)
      return { eventCode, success, pspReference, merchantReference, reason }
    })
  return { double, post, events }
}
