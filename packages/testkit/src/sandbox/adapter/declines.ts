import type { Decline, DeclineClass } from '@florin/core/gateways'
import type { WireErrorCode } from '../acquirer/refusal.ts'
import type { WireDecline } from '../wire.ts'

/**
 * The sandbox's refusals in Florin's classes.
 * Date: 2026-11-21. Source: FAILURES section 4; the codes are the sandbox's own (docs/sandbox.md).
 */
interface Entry {
  readonly class: DeclineClass
  readonly message: string
}

const GENERIC = 'The payment was declined. Please use another payment method.'

/** By the sandbox's decline code. */
export const DECLINES: Readonly<Record<string, Entry>> = {
  processing_error: { class: 'technical', message: 'The payment could not be processed. Please try again.' },
  insufficient_funds: { class: 'soft_balance', message: 'There is not enough money on the account.' },
  do_not_honor: { class: 'soft_generic', message: 'The bank declined the payment. Please ask your bank.' },
  expired_card: { class: 'customer_action', message: 'The card has expired. Please use another one.' },
  authentication_required: { class: 'customer_action', message: 'The bank wants you to confirm the payment.' },
  authentication_failed: { class: 'customer_action', message: 'The payment was not confirmed. Please try again.' },
  challenge_expired: { class: 'customer_action', message: 'The payment was not confirmed in time. Please try again.' },
  transfer_not_received: { class: 'customer_action', message: 'The transfer did not arrive.' },
  canceled: { class: 'customer_action', message: 'The payment was canceled.' },
  debit_returned: {
    class: 'soft_generic',
    message: 'The bank returned the payment. Please use another payment method.',
  },
  capture_failed: { class: 'technical', message: 'The payment could not be collected.' },
  refund_bounced: { class: 'technical', message: 'The refund could not be paid out.' },
  expired: { class: 'customer_action', message: 'The authorization has expired.' },
  stolen_card: { class: 'hard', message: GENERIC },
  fraudulent: { class: 'fraud', message: GENERIC },
  retry_limit_exceeded: { class: 'cap', message: 'The card was declined too often. Please use another one.' },
}

/** Mastercard's merchant advice codes go before the decline code (FAILURES 4). */
const ADVICE: Readonly<Record<string, DeclineClass>> = {
  '01': 'customer_action', // updated information is available
  '02': 'soft_balance', // not before 72 hours
  '03': 'hard', // do not try again
  '21': 'hard', // payment cancellation
}

/** Errors that the protocol documents as without effect. `in_flight` and `internal_error` are not among them, on purpose. */
export const REFUSALS: Readonly<Partial<Record<WireErrorCode, Entry>>> = {
  unauthorized: { class: 'configuration', message: 'The gateway does not accept our credentials.' },
  invalid_request: { class: 'configuration', message: 'The gateway does not understand our request.' },
  idempotency_key_required: { class: 'configuration', message: 'The gateway wants an idempotency key.' },
  idempotency_mismatch: { class: 'configuration', message: 'The idempotency key was used for another request.' },
  not_found: { class: 'configuration', message: 'The gateway does not know this charge.' },
  currency_not_supported: { class: 'configuration', message: 'The gateway does not take this currency.' },
  token_unknown: { class: 'configuration', message: 'The gateway does not know this token.' },
  method_not_supported: { class: 'configuration', message: 'The gateway does not take this payment method.' },
  amount_too_large: { class: 'configuration', message: 'The amount is above what is left.' },
  amount_too_small: { class: 'configuration', message: 'The amount is not above what is authorized.' },
  not_capturable: { class: 'configuration', message: 'The charge cannot be captured.' },
  not_cancelable: { class: 'configuration', message: 'The charge cannot be canceled.' },
  not_refundable: { class: 'configuration', message: 'The charge cannot be refunded.' },
  not_incrementable: { class: 'configuration', message: 'The authorization cannot be raised.' },
  already_captured: { class: 'configuration', message: 'The charge was captured already.' },
  charge_disputed: { class: 'configuration', message: 'The amount is in dispute.' },
  charge_expired: { class: 'customer_action', message: 'The authorization has expired.' },
}

/** 429 is documented as without effect; for a charge that is a decline, so that another gateway may be tried. No scheme has seen it. */
export const RATE_LIMITED: Decline = Object.freeze({
  class: 'unavailable',
  code: 'rate_limited',
  gatewayCode: 'rate_limited',
  networkAdvice: null,
  message: 'The payment could not be processed. Please try again.',
})

/** A code that is not in the table is never retried: a soft decline could be, so it is hard. */
export const declineOf = ({ code, network_advice: advice }: WireDecline): Decline => {
  const known = Object.hasOwn(DECLINES, code) ? DECLINES[code] : undefined
  const byAdvice = advice !== null && Object.hasOwn(ADVICE, advice) ? ADVICE[advice] : undefined
  return {
    class: byAdvice ?? known?.class ?? 'hard',
    code: known === undefined ? 'unknown_decline' : code === 'fraudulent' ? 'fraud' : code,
    gatewayCode: code,
    networkAdvice: advice,
    message: known?.message ?? GENERIC,
  }
}

/** The refusal behind a documented error code, or undefined for any other code. */
export const refusalOf = (code: string): Decline | undefined => {
  const entry = Object.hasOwn(REFUSALS, code) ? REFUSALS[code as WireErrorCode] : undefined
  return entry && { ...entry, code, gatewayCode: code, networkAdvice: null }
}
