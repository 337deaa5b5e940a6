import { type CommandMethod, hasPan, jsonIn } from '@florin/core/gateways'
import { z } from 'zod'
import type { Environment } from '../endpoint.ts'
import { expandTestCard, TEST_CARD_PREFIX } from '../test-cards.ts'
import { invalid } from './invalid.ts'

/** Adyen's `paymentMethod` object. */
export type PaymentMethod = Readonly<Record<string, string>> & { readonly type: string }

const PATH = 'method.token'
/** Clear card data, by Adyen's names (`number`, `cvc`, `expiryMonth` …) and by those that others give it. */
const CLEAR_CARD_FIELD =
  /^(?:(?:card)?number|pan|(?:card)?(?:cvc|cvv|cvn|csc)2?|(?:card)?securitycode|expiry(?:month|year|date)?)$/i
const FIELD_MAX = 15_000 // Adyen's limit for encrypted fields

const methodSchema = z.object({ type: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) }).catchall(z.string().max(FIELD_MAX))
const STORED_ID = /^[A-Za-z0-9]{8,64}$/
const BRAND = /^[A-Za-z0-9_-]{1,64}$/

/** Drop-in's `state.data.paymentMethod`, as text; undefined where the token is no such thing. */
const dropIn = (token: string): PaymentMethod | undefined => {
  const value = token.startsWith('{') ? jsonIn(token) : undefined
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  for (const [field, content] of Object.entries(value)) {
    const notEncrypted = field.startsWith('encrypted') && /^\d*$/.test(String(content))
    if (notEncrypted || CLEAR_CARD_FIELD.test(field.replaceAll(/[_ -]/g, '')))
      invalid(
        PATH,
        `the payment method has a clear '${field}'; card data must be encrypted by Adyen's Web Drop-in or Components first`,
      )
  }
  if (hasPan(token))
    invalid(
      PATH,
      'the token holds a card number; have it encrypted by Web Drop-in, or name a test card such as test_card:visa',
    )
  const parsed = methodSchema.safeParse(value)
  if (parsed.success) return parsed.data as PaymentMethod
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  return invalid(
    PATH,
    `the payment method's field '${field.slice(0, 64)}' is not as Web Drop-in gives it: text of at most ${FIELD_MAX} characters`,
  )
}

const testCard = (token: string, environment: Environment): PaymentMethod | undefined => {
  if (!token.startsWith(TEST_CARD_PREFIX)) return undefined
  if (environment !== 'test') return invalid(PATH, 'a test card is for the test environment only')
  const card = expandTestCard(token.slice(TEST_CARD_PREFIX.length))
  return (card as PaymentMethod | null) ?? invalid(PATH, 'there is no such test card; ADYEN_TEST_CARDS lists them')
}

const card = (token: string, environment: Environment): PaymentMethod => {
  const method = testCard(token, environment) ?? dropIn(token)
  if (method !== undefined) {
    if ('encryptedCardNumber' in method || 'encryptedCard' in method || 'storedPaymentMethodId' in method) return method
    return invalid(PATH, 'the payment method has neither encrypted card fields nor a storedPaymentMethodId')
  }
  if (hasPan(token)) return invalid(PATH, 'the token is a card number; have it encrypted by Web Drop-in')
  if (STORED_ID.test(token)) return { type: 'scheme', storedPaymentMethodId: token }
  return invalid(
    PATH,
    "the token is neither the JSON of Web Drop-in's state.data.paymentMethod, nor the id of a stored payment method, nor a test card",
  )
}

/** A wallet's token: Drop-in's object, or what the wallet itself gave. */
const wallet = (token: string, type: 'applepay' | 'googlepay', field: string): PaymentMethod => {
  const method = dropIn(token) ?? { type, [field]: token }
  if (method.type !== type || method[field] === undefined)
    return invalid(PATH, `the payment method is not one of type '${type}' with a ${field}`)
  if (hasPan(token)) return invalid(PATH, 'the token holds a card number; a wallet gives an encrypted one')
  return method
}

/** Other methods need their type and seldom more: the brand, or a token that is the type itself. */
const named = ({ token, brand }: CommandMethod): PaymentMethod => {
  const method = dropIn(token)
  if (method === undefined) {
    const type = brand ?? token
    return BRAND.test(type) && !hasPan(type)
      ? { type }
      : invalid('method.brand', "the brand is not one of Adyen's payment method types, such as 'ideal'")
  }
  if (brand !== undefined && method.type !== brand)
    return invalid('method.brand', `the brand and the token's type '${method.type}' differ`)
  return method
}

/** Reads a token. Throws `invalid_request` for what is none of Adyen's, and for card numbers; no message repeats it. */
export const paymentMethodOf = (method: CommandMethod, environment: Environment): PaymentMethod => {
  switch (method.type) {
    case 'card':
      return card(method.token, environment)
    case 'apple_pay':
      return wallet(method.token, 'applepay', 'applePayToken')
    case 'google_pay':
      return wallet(method.token, 'googlepay', 'googlePayToken')
    case 'redirect':
    case 'bank_transfer':
      return named(method)
  }
}
