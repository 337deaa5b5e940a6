import { announceIntent } from './announce.ts'
import { declineMessage } from './charge.ts'
import { wireIntent } from './intent.ts'
import type { Charge, Intent, PaymentError } from './payment.ts'
import { wirePaymentMethod } from './payment-method.ts'
import { docUrl, Refusal } from './refusal.ts'
import type { State } from './state.ts'
import type { TestDecline } from './test-methods.ts'

/** What a decline reads like in an error answer and in `last_payment_error`. */
export const declineError = (intent: Intent, decline: TestDecline, charge: Charge | null): PaymentError => ({
  type: 'card_error',
  ...(decline.adviceCode === null ? {} : { advice_code: decline.adviceCode }),
  ...(charge === null ? {} : { charge: charge.id }),
  code: decline.code,
  ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
  doc_url: docUrl(decline.code),
  message: declineMessage(decline),
  ...(decline.networkAdviceCode === null ? {} : { network_advice_code: decline.networkAdviceCode }),
  ...(decline.networkDeclineCode === null ? {} : { network_decline_code: decline.networkDeclineCode }),
  ...(intent.method === null ? {} : { payment_method: wirePaymentMethod(intent.method) }),
})

/** Puts the intent back to where a buyer can try another method, and says why. */
export const failIntent = (state: State, intent: Intent, decline: TestDecline, charge: Charge | null): PaymentError => {
  const error = declineError(intent, decline, charge)
  intent.lastError = error
  intent.status = 'requires_payment_method'
  intent.method = null
  intent.challenge = null
  intent.authenticated = false
  announceIntent(state, intent, 'payment_failed')
  return error
}

/** The answer to a request whose charge was declined: 402, with the PaymentIntent as it stands now. */
export const cardRefusal = (intent: Intent, error: PaymentError): Refusal =>
  new Refusal(402, { ...error, payment_intent: wireIntent(intent) }, true)
