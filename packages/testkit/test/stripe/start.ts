import Stripe from 'stripe'
import { onTestFinished } from 'vitest'
import { type StripeDouble, type StripeDoubleOptions, startStripeDouble } from '../../src/stripe.ts'

/** The official SDK, pointed at a double. It repeats nothing, so that a test sees each answer. */
export const sdkFor = (double: StripeDouble, apiKey = 'sk_test_florin'): Stripe => {
  const { hostname, port } = new URL(double.url)
  return new Stripe(apiKey, { host: hostname, port: Number(port), protocol: 'http', maxNetworkRetries: 0 })
}

/** A double with the official SDK on it, gone after the test. */
export const start = async (options: StripeDoubleOptions = {}) => {
  const double = await startStripeDouble(options)
  endAfterTest(() => double.close())
  return { double, stripe: sdkFor(double) }
}

/** Something that is to be ended after the test. */
export const endAfterTest = (cleanup: () => unknown): void =>
  onTestFinished(async () => {
    await cleanup()
  })

type Extra = Partial<Stripe.PaymentIntentCreateParams>

/** A charge of 10.99 EUR, as a server confirms it. */
export const sale = (extra: Extra = {}): Stripe.PaymentIntentCreateParams => ({
  amount: 1099,
  currency: 'eur',
  payment_method: 'pm_card_visa',
  confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { florin_attempt: 'att_1' },
  ...extra,
})

/** The same, reserved only. */
export const hold = (extra: Extra = {}): Stripe.PaymentIntentCreateParams =>
  sale({ capture_method: 'manual', ...extra })

/** The types of the events since the last call. */
export const eventsOf = (double: StripeDouble): string[] =>
  double.deliveries().map(({ body }) => (JSON.parse(Buffer.from(body).toString('utf8')) as Stripe.Event).type)

/** What a promise of the SDK is refused with. */
export const refusalOf = async (asked: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await asked.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error('the request was not refused by the API', { cause: error })
}

/** POSTs a sale without the SDK, which tries again by itself where a connection breaks. Gives the status, or undefined without one. */
export const postSale = async (double: StripeDouble, idempotencyKey: string): Promise<number | undefined> => {
  const body =
    'amount=1099&currency=eur&payment_method=pm_card_visa&confirm=true&automatic_payment_methods[enabled]=true' +
    '&automatic_payment_methods[allow_redirects]=never&metadata[florin_attempt]=att_1'
  const headers = {
    authorization: 'Bearer sk_test_florin',
    'content-type': 'application/x-www-form-urlencoded',
    'idempotency-key': idempotencyKey,
  }
  try {
    const response = await fetch(`${double.url}/v1/payment_intents`, { method: 'POST', headers, body })
    await response.json()
    return response.status
  } catch {
    return undefined // broken before, or in the middle of, the answer
  }
}
