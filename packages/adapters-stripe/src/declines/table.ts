import type { DeclineClass } from '@florin/core/gateways'

/** What a code means to Florin. `code` is Florin's own where it differs from Stripe's; the buyer may see `message`. */
export interface DeclineEntry {
  readonly class: DeclineClass
  readonly code?: string
  readonly message: string
}

const GENERIC = 'The payment was declined. Please use another payment method.'
const AGAIN = 'The payment could not be processed. Please try again.'
const BALANCE = 'There is not enough money on the account.'
const ASK_BANK = 'The bank declined the payment. Please ask your bank, or use another payment method.'
const CONFIRM = 'The bank wants you to confirm the payment.'
const CHECK = 'The card data are not right. Please check them.'
const LATER = 'The payment was declined. Please try again later, or use another payment method.'
const SHOP = 'The payment cannot be taken this way. Please use another payment method.'

/**
 * Stripe's decline codes in Florin's classes (FAILURES 4). As of 2026-11-21; source: docs.stripe.com/declines/codes, and the list of the
 * official Go library. `duplicate_transaction` is not here: it says that another charge may stand, and is read as `unknown`.
 */
export const DECLINE_CODES: Readonly<Record<string, DeclineEntry>> = {
  issuer_not_available: { class: 'technical', message: AGAIN },
  processing_error: { class: 'technical', message: AGAIN },
  reenter_transaction: { class: 'technical', message: AGAIN },
  try_again_later: { class: 'technical', message: AGAIN },

  card_velocity_exceeded: { class: 'soft_balance', message: BALANCE },
  insufficient_funds: { class: 'soft_balance', message: BALANCE },
  withdrawal_count_limit_exceeded: { class: 'soft_balance', message: BALANCE },

  approve_with_id: { class: 'soft_generic', message: ASK_BANK },
  call_issuer: { class: 'soft_generic', message: ASK_BANK },
  do_not_honor: { class: 'soft_generic', message: ASK_BANK },
  generic_decline: { class: 'soft_generic', message: ASK_BANK },
  invalid_amount: { class: 'soft_generic', message: ASK_BANK },
  no_action_taken: { class: 'soft_generic', message: ASK_BANK },

  authentication_required: { class: 'customer_action', message: CONFIRM },
  expired_card: { class: 'customer_action', message: 'The card has expired. Please use another one.' },
  incorrect_cvc: { class: 'customer_action', message: CHECK },
  incorrect_number: { class: 'customer_action', message: CHECK },
  incorrect_pin: { class: 'customer_action', message: CHECK },
  incorrect_zip: { class: 'customer_action', message: CHECK },
  invalid_cvc: { class: 'customer_action', code: 'incorrect_cvc', message: CHECK },
  invalid_expiry_month: { class: 'customer_action', message: CHECK },
  invalid_expiry_year: { class: 'customer_action', message: CHECK },
  invalid_number: { class: 'customer_action', code: 'incorrect_number', message: CHECK },
  invalid_pin: { class: 'customer_action', code: 'incorrect_pin', message: CHECK },
  new_account_information_available: { class: 'customer_action', message: CHECK },
  offline_pin_required: { class: 'customer_action', message: CONFIRM },
  online_or_offline_pin_required: { class: 'customer_action', message: CONFIRM },
  pin_try_exceeded: {
    class: 'customer_action',
    message: 'The PIN was wrong too often. Please use another payment method.',
  },

  card_not_supported: { class: 'hard', message: GENERIC },
  do_not_try_again: { class: 'hard', message: GENERIC },
  invalid_account: { class: 'hard', message: GENERIC },
  lost_card: { class: 'hard', message: GENERIC },
  not_permitted: { class: 'hard', message: GENERIC },
  pickup_card: { class: 'hard', message: GENERIC },
  restricted_card: { class: 'hard', message: GENERIC },
  revocation_of_all_authorizations: { class: 'hard', message: GENERIC },
  revocation_of_authorization: { class: 'hard', message: GENERIC },
  service_not_allowed: { class: 'hard', message: GENERIC },
  stolen_card: { class: 'hard', message: GENERIC },
  stop_payment_order: { class: 'hard', message: GENERIC },
  transaction_not_allowed: { class: 'hard', message: GENERIC },

  fraudulent: { class: 'fraud', code: 'fraud', message: GENERIC },
  merchant_blacklist: { class: 'fraud', code: 'fraud', message: GENERIC },
  security_violation: { class: 'fraud', code: 'fraud', message: GENERIC },

  currency_not_supported: { class: 'configuration', message: SHOP },
  testmode_decline: { class: 'configuration', message: SHOP },
}

/** The one decline that proves nothing (FAILURES 4). */
export const UNPROVEN_DECLINE = 'duplicate_transaction'

/**
 * Stripe's error codes that say more than their type does. As of 2026-11-21; source: docs.stripe.com/error-codes. Every other code of an
 * `invalid_request_error` is a fault of our request or account, and of a `card_error` a decline that is never retried by itself.
 */
export const ERROR_CODES: Readonly<Record<string, DeclineEntry>> = {
  bank_account_declined: { class: 'hard', message: GENERIC },
  card_decline_rate_limit_exceeded: { class: 'cap', code: 'retry_limit_exceeded', message: GENERIC },
  charge_exceeds_transaction_limit: { class: 'soft_balance', message: BALANCE },
  charge_expired_for_capture: {
    class: 'customer_action',
    code: 'charge_expired',
    message: 'The authorization has expired.',
  },
  capture_charge_authorization_expired: {
    class: 'customer_action',
    code: 'charge_expired',
    message: 'The authorization has expired.',
  },
  debit_not_authorized: { class: 'hard', message: GENERIC },
  payment_intent_authentication_failure: {
    class: 'customer_action',
    code: 'authentication_failed',
    message: 'The payment was not confirmed. Please try again.',
  },
  payment_intent_payment_attempt_expired: {
    class: 'customer_action',
    code: 'challenge_expired',
    message: 'The payment was not confirmed in time. Please try again.',
  },
  payment_intent_payment_attempt_failed: { class: 'soft_generic', code: 'generic_decline', message: LATER },
  payment_method_customer_decline: {
    class: 'customer_action',
    code: 'authentication_failed',
    message: 'The payment was not confirmed. Please try again.',
  },
  payment_method_provider_decline: { class: 'soft_generic', code: 'generic_decline', message: ASK_BANK },
  payment_method_provider_timeout: { class: 'technical', code: 'processing_error', message: AGAIN },
}

/** A code that nobody has told us: it might be worth another try, and is never given one. */
export const UNKNOWN_DECLINE: DeclineEntry = { class: 'hard', code: 'unknown_decline', message: GENERIC }

/** Our request, key or account is at fault: nothing that the buyer could do. */
export const CONFIGURATION: DeclineEntry = { class: 'configuration', code: 'invalid_request', message: SHOP }

/** Canceled PaymentIntents, by who canceled them (`cancellation_reason`). Stripe does it itself when an authorisation lapses. */
export const CANCELED: DeclineEntry = {
  class: 'customer_action',
  code: 'canceled',
  message: 'The payment was canceled.',
}
/** The same, by lapse of time. */
export const EXPIRED: DeclineEntry = {
  class: 'customer_action',
  code: 'expired',
  message: 'The authorization has expired.',
}

/**
 * 429 is answered before anything is executed, and so before a key is kept (docs.stripe.com/error-low-level): another gateway may be tried,
 * or the same request again. No scheme has seen it, so no limit of theirs counts it.
 */
export const RATE_LIMITED: DeclineEntry = { class: 'unavailable', code: 'rate_limited', message: AGAIN }

/** A refund that failed, or was called off: the money is with the merchant again. */
export const REFUND_FAILED: DeclineEntry = {
  class: 'hard',
  code: 'refund_failed',
  message: 'The refund could not be made.',
}
