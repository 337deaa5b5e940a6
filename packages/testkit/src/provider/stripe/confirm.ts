import { announceIntent } from './announce.ts'
import { cardRefusal, failIntent } from './decline.ts'
import type { Form } from './form.ts'
import { wireIntent } from './intent.ts'
import type { Intent } from './payment.ts'
import { forbidden, invalid } from './refusal.ts'
import type { State } from './state.ts'
import { takeMoney } from './take-money.ts'
import { AUTHENTICATION_REQUIRED } from './test-methods.ts'

/** How a payment is to be confirmed. */
export interface Confirmation {
  readonly returnUrl: string | null
  /** The buyer is not there. */
  readonly offSession: boolean
  readonly useSdk: boolean
  readonly errorOnAction: boolean
}

/** What a request says about confirming. */
export const confirmationIn = (form: Form): Confirmation => {
  const offSession = form.text('off_session')
  return {
    returnUrl: form.text('return_url'),
    offSession: offSession !== null && offSession !== 'false',
    useSdk: form.flag('use_stripe_sdk') === true,
    errorOnAction: form.flag('error_on_requires_action') === true,
  }
}

/** Methods that never send the buyer to another page. */
const DIRECT: ReadonlySet<string> = new Set([
  'acss_debit',
  'au_becs_debit',
  'bacs_debit',
  'boleto',
  'card',
  'customer_balance',
  'konbini',
  'link',
  'multibanco',
  'oxxo',
  'sepa_debit',
  'us_bank_account',
])

/**
 * Stripe wants a `return_url` as soon as a method that redirects could be chosen, whatever the method at hand: that is the default
 * since API version 2023-08-16. `allow_redirects=never`, or direct methods only, do without.
 */
export const needReturnUrl = (intent: Intent, how: Confirmation): void => {
  if (how.returnUrl !== null || intent.returnUrl !== null) return
  const direct = intent.allowedTypes?.every((type) => DIRECT.has(type)) ?? intent.automaticMethods === null
  if (direct || intent.automaticMethods?.allow_redirects === 'never') return
  throw invalid(
    'Methods that redirect are allowed, so give a return_url, or set automatic_payment_methods[allow_redirects]=never.',
    { param: 'return_url' },
  )
}

const needsAuthentication = (intent: Intent, offSession: boolean): boolean => {
  const { method } = intent
  if (method === null || intent.authenticated) return false
  const wanted = intent.cardOptions.request_three_d_secure
  switch (method.card.authentication) {
    case 'none':
      return false
    case 'optional':
      return wanted === 'any' || wanted === 'challenge'
    case 'set_up':
      return !offSession
    case 'required':
      return !(offSession && method.setUp && method.card.name === 'authenticationRequiredOnSetup')
  }
}

const ask = (state: State, intent: Intent, useSdk: boolean): void => {
  intent.status = 'requires_action'
  intent.challenge = {
    url: `${state.publicUrl}/authenticate/${intent.id}/${state.ids.secret()}`,
    by: useSdk || intent.returnUrl === null ? 'sdk' : 'redirect',
  }
  announceIntent(state, intent, 'requires_action')
}

const CONFIRMABLE: ReadonlySet<string> = new Set([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
])

/** Confirms: the buyer is asked, or the money is taken. Throws what Stripe answers to a decline. */
export const confirm = (state: State, intent: Intent, how: Confirmation): void => {
  if (!CONFIRMABLE.has(intent.status) || intent.method === null)
    throw forbidden(
      `A PaymentIntent with the status ${intent.status}${intent.method === null ? ' and no payment method' : ''} cannot be confirmed.`,
      { code: 'payment_intent_unexpected_state', payment_intent: wireIntent(intent) },
    )
  intent.returnUrl = how.returnUrl ?? intent.returnUrl
  intent.challenge = null
  intent.lastError = null
  if (!needsAuthentication(intent, how.offSession)) {
    const refused = takeMoney(state, intent, intent.method)
    if (refused !== null) throw refused
    return
  }
  if (!how.offSession && !how.errorOnAction) return ask(state, intent, how.useSdk)
  const refused = takeMoney(state, intent, intent.method, AUTHENTICATION_REQUIRED)
  throw refused ?? cardRefusal(intent, failIntent(state, intent, AUTHENTICATION_REQUIRED, null))
}
