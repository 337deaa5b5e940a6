import { type Body, objectIn, textIn } from './input.ts'
import type { Card } from './payment.ts'
import { invalid, NOT_ALLOWED, Problem } from './problem.ts'
import { makeReference, type State } from './state.ts'
import { brandOf, isCardNumber, isEnrolled } from './test-cards.ts'

/** How the shopper pays, as far as the double tells methods apart. */
export interface Method {
  readonly type: string
  readonly kind: 'card' | 'redirect' | 'pending' | 'transfer'
  readonly card: Card | null
  readonly stored: { readonly id: string; readonly shopperReference: string } | null
}

const CARDS: ReadonlySet<string> = new Set(['scheme', 'card', 'bcmc', 'networkToken'])
const WALLETS: Readonly<Record<string, string>> = {
  applepay: 'applePayToken',
  googlepay: 'googlePayToken',
  paywithgoogle: 'googlePayToken',
}
const KINDS: Readonly<Record<string, Method['kind']>> = {
  bankTransfer_IBAN: 'transfer',
  eps: 'redirect',
  ideal: 'redirect',
  klarna: 'redirect',
  klarna_paynow: 'redirect',
  mobilepay: 'redirect',
  paypal: 'redirect',
  sepadirectdebit: 'pending',
  swish: 'redirect',
  trustly: 'redirect',
  twint: 'redirect',
  vipps: 'redirect',
}

/** As in Adyen's example of an HTTP 500, "Payment details are not supported". */
const UNSUPPORTED = new Problem({
  status: 500,
  errorCode: '905',
  message: 'Payment details are not supported',
  errorType: 'configuration',
})

/** `paymentMethod` of a payment request. */
export const methodIn = (state: State, body: Body): Method => {
  const method = objectIn(body, 'paymentMethod')
  const type = method === null ? null : textIn(method, 'type')
  if (method === null || type === null) throw invalid('14_004', 'Missing payment method details')
  if (CARDS.has(type)) return cardMethod(state, body, method, type)
  const token = WALLETS[type]
  if (token !== undefined) {
    if (textIn(method, token) === null) throw invalid('14_004', `Missing payment method details: ${token}`)
    return { type, kind: 'card', card: WALLET_CARD, stored: null }
  }
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
  if (kind === undefined) throw UNSUPPORTED
  return { type, kind, card: null, stored: null }
}

/** The card behind every wallet token: the double cannot decrypt one, as nobody but Adyen can. */
const WALLET_CARD: Card = {
  brand: 'visa',
  bin: '411111',
  last4: '1111',
  expiry: '3/2030',
  holderName: null,
  enrolled: false,
}

const cardMethod = (state: State, body: Body, method: Body, type: string): Method => {
  const shopperReference = textIn(body, 'shopperReference')
  const id = textIn(method, 'storedPaymentMethodId')
  if (id !== null) return { type, kind: 'card', card: storedCard(state, shopperReference, id), stored: null }
  if (textIn(method, 'number') !== null) throw NOT_ALLOWED // raw card data: no account of the double may send it
  const number = decrypted(method, 'encryptedCardNumber')
  if (!isCardNumber(number)) throw invalid('101', 'Invalid card number')
  const expiry = checkExpiry(decrypted(method, 'encryptedExpiryMonth'), decrypted(method, 'encryptedExpiryYear'))
  checkSecurityCode(method)
  const holderName = textIn(method, 'holderName')
  const stored = body.storePaymentMethod === true ? store(state, number, holderName, shopperReference) : null
  return { type, kind: 'card', card: cardOf(number, expiry, holderName), stored }
}

/** Adyen takes `test_…` for an encrypted field in its test environment. Source: docs.adyen.com/development-resources/testing. */
const decrypted = (method: Body, field: string): string => {
  const value = textIn(method, field)
  if (value === null) throw invalid('14_004', `Missing payment method details: ${field}`)
  if (!value.startsWith('test_')) throw invalid('174', 'Unable to decrypt data')
  return value.slice('test_'.length)
}

const checkExpiry = (month: string, year: string): string => {
  if (!/^(?:0?[1-9]|1[0-2])$/.test(month) || !/^20[0-9]{2}$/.test(year)) throw invalid('129', 'Expiry date invalid')
  return `${Number(month)}/${year}`
}

const checkSecurityCode = (method: Body): void => {
  if (textIn(method, 'encryptedSecurityCode') === null) return
  if (!/^[0-9]{3,4}$/.test(decrypted(method, 'encryptedSecurityCode')))
    throw invalid('103', 'CVC is not the right length')
}

const cardOf = (number: string, expiry: string, holderName: string | null): Card => ({
  brand: brandOf(number),
  bin: number.slice(0, 6),
  last4: number.slice(-4),
  expiry,
  holderName,
  enrolled: isEnrolled(number),
})

const storedCard = (state: State, shopperReference: string | null, id: string): Card => {
  if (shopperReference === null) throw invalid('000', 'Recurring payments require a shopperReference')
  const found = state.stored.get(id)
  if (found === undefined || found.shopperReference !== shopperReference)
    throw invalid('803', 'PaymentDetail not found')
  return cardOf(found.number, '3/2030', found.holderName ?? null)
}

const store = (
  state: State,
  number: string,
  holderName: string | null,
  shopperReference: string | null,
): Method['stored'] => {
  if (shopperReference === null) throw invalid('000', 'Recurring payments require a shopperReference')
  const id = makeReference(state)
  state.stored.set(id, { number, shopperReference, ...(holderName === null ? {} : { holderName }) })
  return { id, shopperReference }
}
