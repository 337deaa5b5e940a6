import { type Body, checkFields, objectIn, textIn } from './input.ts'
import type { Payment } from './payment.ts'
import { ALREADY_PROCESSED, invalid } from './problem.ts'
import { authenticate, offeredPayment, readThreeDSResult } from './shopper.ts'
import type { State } from './state.ts'

/** Where a details request leads. */
export interface Submitted {
  readonly payment: Payment
  /** The shopper's device is known and the issuer wants a challenge: no result yet. */
  readonly challenge: boolean
}

/** `POST /payments/details`. A payment takes one result; a second is refused with 704. */
export const submitDetails = (state: State, body: Body): Submitted => {
  checkFields('PaymentDetailsRequest', body)
  const details = objectIn(body, 'details')
  if (details === null) throw invalid('14_005', "Required object 'details' is not provided.") // the code is the double's
  const redirectResult = textIn(details, 'redirectResult') ?? textIn(details, 'payload')
  if (redirectResult !== null) return { payment: afterRedirect(state, redirectResult), challenge: false }
  const result = textIn(details, 'threeDSResult') ?? textIn(details, 'threeds2.challengeResult')
  if (result !== null) return { payment: afterComponent(state, result, body), challenge: false }
  const fingerprint = textIn(details, 'threeds2.fingerprint')
  if (fingerprint !== null) return { payment: open(state, textIn(body, 'paymentData'), 'native'), challenge: true }
  throw invalid('14_018', 'Invalid payload provided')
}

const afterRedirect = (state: State, secret: string): Payment => {
  const payment = open(state, secret, 'redirect')
  const answer = payment.offer?.answer ?? null
  if (answer === null) throw invalid('14_018', 'Invalid payload provided')
  finish(payment)
  if (payment.card !== null) authenticate(state, payment, answer)
  return payment
}

const afterComponent = (state: State, text: string, body: Body): Payment => {
  const result = readThreeDSResult(text)
  if (result === null) throw invalid('14_018', 'Invalid payload provided')
  const payment = open(state, result.secret, 'native')
  const paymentData = textIn(body, 'paymentData')
  if (paymentData !== null && paymentData !== result.secret) throw invalid('14_018', 'Invalid payload provided')
  finish(payment)
  authenticate(state, payment, result.answer)
  return payment
}

const open = (state: State, secret: string | null, kind: 'redirect' | 'native'): Payment => {
  const payment = secret === null ? undefined : state.byOffer.get(secret)
  if (payment === undefined || secret === null) throw invalid('14_018', 'Invalid payload provided')
  if (payment.offer === null) throw ALREADY_PROCESSED
  if (offeredPayment(state, secret) === undefined || payment.offer.secret !== secret || payment.offer.kind !== kind)
    throw invalid('14_018', 'Invalid payload provided')
  return payment
}

const finish = (payment: Payment): void => {
  payment.offer = null
}
