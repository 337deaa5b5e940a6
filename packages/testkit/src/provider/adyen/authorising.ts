import { announceAuthorisation } from './announce.ts'
import { amountIn, type Body, checkFields, checkMetadata, objectIn, referenceIn, textIn } from './input.ts'
import { type Method, methodIn } from './method.ts'
import type { Merchant, Offer, Payment } from './payment.ts'
import { invalid, malformed } from './problem.ts'
import { note } from './settlement.ts'
import { enqueue, makeReference, makeSecret, rememberPayment, type State } from './state.ts'
import { AUTHORISED, type TestResult, testResult } from './test-results.ts'

const HOUR_MS = 3_600_000
const CAPTURE_DELAY_MAX_HOURS = 672

/** `POST /payments`. */
export const createPayment = (state: State, merchant: Merchant, body: Body): Payment => {
  checkFields('PaymentRequest', body)
  const { value: amount, currency } = amountIn(body, 0n)
  const reference = referenceIn(body)
  if (reference === null) throw invalid('130', "Required field 'reference' is not provided.")
  const returnUrl = returnUrlIn(body)
  checkMetadata(body)
  const captureAfterMs = captureIn(state, body)
  const method = methodIn(state, body)
  const offer = offerFor(state, method, body)
  const payment: Payment = {
    id: makeReference(state),
    merchant,
    reference,
    currency,
    amount,
    type: method.type,
    method: method.card?.brand ?? method.type,
    card: method.card,
    returnUrl,
    result: resultFor(method, body),
    captureAfterMs: method.kind === 'card' ? captureAfterMs : 0, // other methods of the double cannot be captured apart
    stored: method.stored,
    copies: state.copies,
    offer,
    dueAt: state.now + (offer === null ? state.options.pendingMs : state.options.offerTtlMs),
    outcome: null,
    ended: null,
    authorized: 0n,
    captured: 0n,
    disputed: 0n,
    refunded: 0n,
  }
  rememberPayment(state, payment)
  start(state, payment)
  return payment
}

const start = (state: State, payment: Payment): void => {
  const { offer, result } = payment
  if (offer !== null) {
    state.byOffer.set(offer.id, payment)
    state.byOffer.set(offer.secret, payment)
    enqueue(state, state.offers, payment)
  } else if (result.resultCode === 'Received') enqueue(state, state.undecided, payment)
  else decide(state, payment, result)
}

/** The issuer has spoken: the money is reserved, and perhaps taken, or not. */
export const decide = (state: State, payment: Payment, result: TestResult): void => {
  state.offers.delete(payment)
  if (result.resultCode === 'Received') {
    payment.outcome = null
    payment.dueAt = state.now + state.options.pendingMs
    return enqueue(state, state.undecided, payment)
  }
  payment.outcome = result
  if (result.resultCode === 'Authorised') reserve(state, payment)
  announceAuthorisation(state, payment)
}

/** A `Received` payment is decided: the double lets them all succeed. */
export const approve = (state: State, payment: Payment): void => {
  state.undecided.delete(payment)
  decide(state, payment, AUTHORISED)
}

const reserve = (state: State, payment: Payment): void => {
  const { captureAfterMs, amount } = payment
  payment.authorized = amount
  if (captureAfterMs === 0) {
    payment.captured = amount
    note(state, 'Settled', payment, amount, null)
  } else {
    const delayed = captureAfterMs !== null
    payment.dueAt = state.now + (captureAfterMs ?? state.options.authorizationTtlMs)
    enqueue(state, delayed ? state.delayed : state.holds, payment)
  }
}

const returnUrlIn = (body: Body): string => {
  const url = textIn(body, 'returnUrl')
  if (url === null) throw invalid('14_030', 'Return URL is missing.')
  if (!URL.canParse(url)) throw malformed("Unexpected input: 'returnUrl' is not a URL")
  return url
}

/** When the payment is captured by itself: the request goes before the account. Null: only by request. */
const captureIn = (state: State, body: Body): number | null => {
  const manual = objectIn(body, 'additionalData')?.manualCapture
  if (manual === true || manual === 'true') return null
  const hours = body.captureDelayHours
  if (hours === undefined) return state.options.captureDelay === 'manual' ? null : 0
  if (typeof hours !== 'number' || !Number.isInteger(hours) || hours < 0 || hours > CAPTURE_DELAY_MAX_HOURS)
    throw malformed(`Unexpected input: 'captureDelayHours' is not a whole number up to ${CAPTURE_DELAY_MAX_HOURS}`)
  return hours * HOUR_MS
}

const resultFor = ({ kind, card }: Method, body: Body): TestResult => {
  if (kind === 'pending' || kind === 'transfer') return testResult('PENDING', undefined)
  return testResult(card?.holderName ?? null, objectIn(body, 'additionalData')?.RequestedTestAcquirerResponseCode)
}

/** Whether the shopper has to act, and where: at a page, or in the 3-D Secure component that the shop shows. */
const offerFor = (state: State, { kind, card }: Method, body: Body): Offer | null => {
  if (kind === 'redirect') return offer(state, 'redirect')
  if (card === null || body.shopperInteraction === 'ContAuth') return null
  const authentication = objectIn(body, 'authenticationData')
  const attempt = authentication?.attemptAuthentication
  if (attempt === 'never' || (attempt !== 'always' && !card.enrolled)) return null
  const requestData = authentication === null ? null : objectIn(authentication, 'threeDSRequestData')
  return offer(state, requestData?.nativeThreeDS === 'preferred' ? 'native' : 'redirect')
}

const offer = (state: State, kind: Offer['kind']): Offer => ({
  kind,
  id: makeSecret(state),
  secret: makeSecret(state),
  answer: null,
})
