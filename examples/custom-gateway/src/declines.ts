import { type Decline, type DeclineClass, SCHEME_ADVICE } from '@florin/core/gateways'

interface Entry {
  readonly class: DeclineClass
  /** Florin's code: the same for every gateway. */
  readonly code: string
  /** For the buyer. */
  readonly message: string
}

const GENERIC = 'The payment was declined. Please use another payment method.' // tells a thief nothing

/** As of 2026-11-21. Source: Guilder Pay's manual, "Response codes" (ISO 8583 field 39, and its own from 80 on). */
const DECLINES: Readonly<Record<string, Entry>> = {
  '05': {
    class: 'soft_generic',
    code: 'do_not_honor',
    message: 'The bank declined the payment. Please ask your bank.',
  },
  '14': { class: 'customer_action', code: 'incorrect_number', message: 'The card number is not right.' },
  '43': { class: 'hard', code: 'stolen_card', message: GENERIC },
  '51': { class: 'soft_balance', code: 'insufficient_funds', message: 'There is not enough money on the account.' },
  '54': { class: 'customer_action', code: 'expired_card', message: 'The card has expired. Please use another one.' },
  '59': { class: 'fraud', code: 'fraud', message: GENERIC },
  '65': { class: 'customer_action', code: 'authentication_required', message: 'The bank wants you to confirm.' },
  '81': { class: 'customer_action', code: 'authentication_failed', message: 'The payment was not confirmed.' },
  '91': { class: 'technical', code: 'issuer_not_available', message: 'The bank cannot be reached. Please try again.' },
  voided: { class: 'customer_action', code: 'canceled', message: 'The payment was canceled.' },
  lapsed: { class: 'customer_action', code: 'expired', message: 'The payment was not finished in time.' },
  account_closed: { class: 'technical', code: 'refund_bounced', message: 'The refund could not be paid out.' },
}

/** Mastercard's merchant advice goes before the response code (FAILURES 4). */
const ADVISED = { never: 'hard', fix: 'customer_action', after: 'soft_balance' } as const

const advisedClass = (advice: string | null): DeclineClass | undefined => {
  const known: Readonly<Record<string, { readonly retry: keyof typeof ADVISED }>> = SCHEME_ADVICE.mastercard
  const retry = advice !== null && Object.hasOwn(known, advice) ? known[advice]?.retry : undefined
  return retry && ADVISED[retry]
}

/** Why an order or an operation failed. A code that is not in the table is never tried again, so it is hard. */
export const declineOf = (code: string, advice: string | null = null): Decline => {
  const entry = Object.hasOwn(DECLINES, code) ? DECLINES[code] : undefined
  return {
    class: advisedClass(advice) ?? entry?.class ?? 'hard',
    code: entry?.code ?? 'unknown_decline',
    gatewayCode: code,
    networkAdvice: advice,
    message: entry?.message ?? GENERIC,
  }
}

/**
 * Errors of which the manual says "nothing was done". `id_reused`, `busy`, `slow_down` and `internal` are left out on purpose: they say
 * nothing about what an earlier sending of the same request did.
 */
const REFUSALS: Readonly<Record<string, string>> = {
  unknown_key: 'The gateway does not accept our credentials.',
  bad_signature: 'The gateway does not accept our credentials.',
  stale_signature: "The gateway's clock and ours are more than five minutes apart.",
  malformed: 'The gateway does not understand our request.',
  token_unknown: 'The gateway does not know this token.',
  order_not_found: 'The gateway does not know this order.',
  order_not_held: 'The order holds nothing that could be captured.',
  order_not_captured: 'The order has taken nothing that could be refunded.',
  order_captured: 'The order was captured already.',
  amount_above_hold: 'The amount is above what is held.',
  amount_above_captured: 'The amount is above what is left of the capture.',
}

/** The refusal behind a documented error, or undefined for any other one. */
export const refusalOf = (code: string): Decline | undefined =>
  Object.hasOwn(REFUSALS, code)
    ? { class: 'configuration', code, gatewayCode: code, networkAdvice: null, message: REFUSALS[code] as string }
    : undefined
