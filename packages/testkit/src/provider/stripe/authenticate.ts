import { announceIntent } from './announce.ts'
import { wireIntent } from './intent.ts'
import type { Intent } from './payment.ts'
import { wirePaymentMethod } from './payment-method.ts'
import { docUrl, forbidden } from './refusal.ts'
import type { State } from './state.ts'
import { byItself, takeMoney } from './take-money.ts'

const FAILED = 'payment_intent_authentication_failure'

const fail = (state: State, intent: Intent): void => {
  intent.lastError = {
    type: 'invalid_request_error',
    code: FAILED,
    doc_url: docUrl(FAILED),
    message: 'The buyer did not pass the authentication; another payment method is needed.',
    ...(intent.method === null ? {} : { payment_method: wirePaymentMethod(intent.method) }),
  }
  intent.status = 'requires_payment_method'
  intent.method = null
  announceIntent(state, intent, 'payment_failed')
}

const pass = (state: State, intent: Intent): void => {
  intent.authenticated = true
  if (intent.confirmationMethod === 'manual') intent.status = 'requires_confirmation'
  else if (intent.method !== null) takeMoney(state, intent, intent.method)
}

/** What the buyer brings back to the return URL (docs.stripe.com/payments/3d-secure/authentication-flow). */
export type ReturnQuery = Readonly<
  Record<'payment_intent' | 'payment_intent_client_secret' | 'redirect_status', string>
>

/** The buyer passes or fails the authentication. A declined charge, too, comes back as `failed`. */
export const authenticate = (state: State, intent: Intent, outcome: 'confirm' | 'fail'): ReturnQuery => {
  if (intent.status !== 'requires_action' || intent.challenge === null)
    throw forbidden(`A PaymentIntent with the status ${intent.status} waits for no buyer.`, {
      code: 'payment_intent_unexpected_state',
      payment_intent: wireIntent(intent),
    })
  intent.challenge = null
  byItself(state, () => (outcome === 'confirm' ? pass(state, intent) : fail(state, intent)))
  return {
    payment_intent: intent.id,
    payment_intent_client_secret: intent.clientSecret,
    redirect_status: intent.lastError === null ? 'succeeded' : 'failed',
  }
}
