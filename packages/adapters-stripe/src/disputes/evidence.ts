import { type DisputeCommand, FlorinError } from '@florin/core/gateways'

/** Florin's words for evidence in words, and Stripe's names (docs.stripe.com/api/disputes/update, 2026-11). */
const FIELDS = {
  explanation: 'uncategorized_text',
  customer_name: 'customer_name',
  customer_email: 'customer_email_address',
  customer_ip: 'customer_purchase_ip',
  billing_address: 'billing_address',
  product_description: 'product_description',
  access_log: 'access_activity_log',
  service_date: 'service_date',
  shipping_address: 'shipping_address',
  shipping_carrier: 'shipping_carrier',
  shipping_date: 'shipping_date',
  shipping_tracking: 'shipping_tracking_number',
  refund_policy: 'refund_policy_disclosure',
  refund_refusal: 'refund_refusal_explanation',
  cancellation_policy: 'cancellation_policy_disclosure',
  cancellation_rebuttal: 'cancellation_rebuttal',
  duplicate_explanation: 'duplicate_charge_explanation',
  duplicate_charge: 'duplicate_charge_id',
} as const

/** The names of texts that Stripe takes. */
export const STRIPE_EVIDENCE: readonly string[] = Object.freeze(Object.keys(FIELDS))

const CHARACTERS_MAX = 150_000 // "the combined character count of all fields" (same source)

const refuse = (message: string, path: string): never => {
  throw new FlorinError('invalid_request', `stripe: ${message}`, { details: { path } })
}

const fieldOf = (name: string): string =>
  Object.hasOwn(FIELDS, name)
    ? FIELDS[name as keyof typeof FIELDS]
    : refuse(`there is no evidence '${name.slice(0, 40)}'; known are ${STRIPE_EVIDENCE.join(', ')}`, 'texts')

/** Texts as Stripe names them. Throws `invalid_request` for what it does not take, which nothing was sent of then. */
export const textsOf = ({ texts, files }: DisputeCommand): Readonly<Record<string, string>> => {
  const given = Object.entries(texts).filter(([, text]) => text !== '')
  if (given.length + files.length === 0)
    refuse('evidence without a text or a file would tell the bank nothing; give one', 'texts')
  const characters = given.reduce((sum, [, text]) => sum + text.length, 0)
  if (characters > CHARACTERS_MAX)
    refuse(`the texts have ${characters} characters; Stripe takes ${CHARACTERS_MAX} together`, 'texts')
  return Object.fromEntries(given.map(([name, text]) => [fieldOf(name), text]))
}
