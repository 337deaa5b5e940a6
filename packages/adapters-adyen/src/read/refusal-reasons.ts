import type { DeclineClass } from '@florin/core/gateways'

/** What a refusal means. */
export interface RefusalReason {
  readonly class: DeclineClass
  /** Florin's code, the same for every gateway. */
  readonly code: string
  readonly message: string
}

const OTHER_METHOD = 'The payment was declined. Please use another payment method.'
const AGAIN = 'The payment could not be processed. Please try again.'
const ASK_BANK = 'The bank declined the payment. Please ask your bank, or use another payment method.'
const NOT_CONFIRMED = 'The payment was not confirmed. Please try again.'
const NO_BALANCE = 'There is not enough money on the account.'
const LIMIT = 'The limit of the card is reached.'
const WRONG_PIN = 'The PIN was not accepted. Please use another payment method.'
const SHOP = 'The payment could not be processed. Please contact the shop.'

const reason = (of: DeclineClass, code: string, message: string): RefusalReason =>
  Object.freeze({ class: of, code, message })

/**
 * Adyen's `refusalReasonCode`s in Florin's classes. A code that is not here (0, 13, 19, 37, 40, 41, 44, 45 and whatever comes) is not
 * retried, on any gateway. Fraud has a generic message on purpose.
 * Sources: FAILURES section 4 for the classes; the names of the codes are those of the test environment's triggers. Date: 2026-11-21.
 */
export const REFUSAL_REASONS: ReadonlyMap<string, RefusalReason> = new Map([
  ['2', reason('soft_generic', 'do_not_honor', ASK_BANK)], // Refused
  ['3', reason('soft_generic', 'call_issuer', ASK_BANK)], // Referral
  ['4', reason('technical', 'processing_error', AGAIN)], // Acquirer Error
  ['5', reason('hard', 'blocked_card', OTHER_METHOD)], // Blocked Card
  ['6', reason('customer_action', 'expired_card', 'The card has expired. Please use another one.')], // Expired Card
  ['7', reason('configuration', 'invalid_amount', SHOP)], // Invalid Amount
  ['8', reason('customer_action', 'incorrect_number', 'The card number is not right.')], // Invalid Card Number
  ['9', reason('technical', 'issuer_not_available', AGAIN)], // Issuer Unavailable
  ['10', reason('hard', 'card_not_supported', OTHER_METHOD)], // Not supported
  ['11', reason('customer_action', 'authentication_failed', NOT_CONFIRMED)], // 3D Not Authenticated
  ['12', reason('soft_balance', 'insufficient_funds', NO_BALANCE)], // Not enough balance
  ['14', reason('fraud', 'fraud', OTHER_METHOD)], // Acquirer Fraud
  ['16', reason('customer_action', 'canceled', 'The payment was canceled.')], // Shopper Cancelled
  ['17', reason('customer_action', 'incorrect_pin', WRONG_PIN)], // Invalid Pin
  ['18', reason('customer_action', 'pin_tries_exceeded', WRONG_PIN)], // Pin tries exceeded
  ['20', reason('fraud', 'fraud', OTHER_METHOD)], // FRAUD
  ['21', reason('configuration', 'not_submitted', SHOP)], // Not Submitted
  ['22', reason('fraud', 'fraud', OTHER_METHOD)], // FRAUD-CANCELLED
  ['23', reason('hard', 'transaction_not_allowed', OTHER_METHOD)], // Transaction Not Permitted
  ['24', reason('customer_action', 'incorrect_cvc', 'The security code is not right.')], // CVC Declined
  ['25', reason('hard', 'restricted_card', OTHER_METHOD)], // Restricted Card
  ['26', reason('hard', 'revocation_of_authorization', OTHER_METHOD)], // Revocation Of Auth
  ['27', reason('soft_generic', 'generic_decline', ASK_BANK)], // Declined Non Generic
  ['28', reason('soft_balance', 'withdrawal_amount_exceeded', LIMIT)], // Withdrawal amount exceeded
  ['29', reason('soft_balance', 'withdrawal_count_limit_exceeded', LIMIT)], // Withdrawal count exceeded
  ['31', reason('fraud', 'fraud', OTHER_METHOD)], // Issuer Suspected Fraud
  ['32', reason('customer_action', 'incorrect_address', 'The billing address is not right.')], // AVS Declined
  ['33', reason('customer_action', 'pin_required', WRONG_PIN)], // Card requires online pin
  ['34', reason('hard', 'no_checking_account', OTHER_METHOD)], // No checking account available on Card
  ['35', reason('hard', 'no_savings_account', OTHER_METHOD)], // No savings account available on Card
  ['36', reason('customer_action', 'pin_required', WRONG_PIN)], // Mobile PIN required
  ['38', reason('customer_action', 'authentication_required', 'The bank wants you to confirm the payment.')], // Authentication required
  ['39', reason('customer_action', 'authentication_failed', NOT_CONFIRMED)], // RReq not received from DS
  ['42', reason('customer_action', 'authentication_failed', NOT_CONFIRMED)], // 3DS Authentication Error
  ['43', reason('customer_action', 'pin_required', WRONG_PIN)], // Online PIN required
  ['46', reason('cap', 'retry_limit_exceeded', 'The card was declined too often. Please use another one.')], // Blocked by Adyen to prevent excessive retry fees
])

/** What a refusal without a known code is: never tried again by itself. */
export const UNKNOWN_REFUSAL: RefusalReason = reason('hard', 'unknown_decline', OTHER_METHOD)

/** `resultCode: Cancelled` without a code: ended before it was processed, by the shopper or by us. */
export const CANCELED: RefusalReason = reason('customer_action', 'canceled', 'The payment was canceled.')

/**
 * Mastercard's advice goes before Adyen's code (FAILURES 4). Advice that is not here changes nothing.
 * Source: FAILURES section 4, as core's SCHEME_ADVICE. Date: 2026-11-21.
 */
export const ADVICE_CLASSES: ReadonlyMap<string, DeclineClass> = new Map([
  ['01', 'customer_action'], // other account data exists
  ['02', 'soft_balance'], // not before 72 hours
  ['03', 'hard'], // never again
  ['21', 'hard'], // the cardholder ended the agreement
  ...(['24', '25', '26', '27', '28', '29', '30'] as const).map((code) => [code, 'soft_balance'] as const), // after 1 hour … 10 days
])
