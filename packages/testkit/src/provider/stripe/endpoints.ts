import { EVIDENCE } from './dispute.ts'
import type { Parameters } from './parameters.ts'

/**
 * What each endpoint takes in the API version 2026-10-28.endive, as the official `stripe` package 23.1.0 types it (a test compares the
 * names). `payment_method_types` is not among it: endive removed it from PaymentIntents. `payment_method_data[card][token]` is: the API
 * takes it, the types do not say so.
 */

const address = {
  city: 'text',
  country: 'text',
  line1: 'text',
  line2: 'text',
  postal_code: 'text',
  state: 'text',
} as const
const shipping = { address, carrier: 'text', name: 'text', phone: 'text', tracking_number: 'text' } as const

const card = {
  capture_method: ['manual'],
  cvc_token: 'text',
  installments: 'open',
  mandate_options: 'open',
  moto: 'flag',
  network: 'text',
  request_extended_authorization: ['if_available', 'never'],
  request_incremental_authorization: ['if_available', 'never'],
  request_multicapture: ['if_available', 'never'],
  request_overcapture: ['if_available', 'never'],
  request_three_d_secure: ['any', 'automatic', 'challenge'],
  require_cvc_recollection: 'flag',
  setup_credential_usage: 'open',
  setup_future_usage: ['none', 'off_session', 'on_session'],
  statement_descriptor_suffix_kana: 'text',
  statement_descriptor_suffix_kanji: 'text',
  stored_credential_usage: 'open',
  three_d_secure: 'open',
} as const satisfies Parameters

const open = (names: string): Parameters => Object.fromEntries(names.split(' ').map((name) => [name, 'open' as const]))

const METHODS =
  'acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik boleto cashapp ' +
  'crypto customer_balance eps fpx giropay grabpay ideal interac_present kakao_pay klarna konbini kr_card link mb_way mobilepay ' +
  'multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay revolut_pay samsung_pay ' +
  'satispay scalapay sepa_debit sequra sofort sunbit swish twint upi us_bank_account wechat_pay zip'

const methodOptions: Parameters = { ...open(METHODS), card, card_present: 'open' }
const methodData: Parameters = {
  ...open(METHODS),
  allow_redisplay: ['always', 'limited', 'unspecified'],
  billing_details: { address, email: 'text', name: 'text', phone: 'text', tax_id: 'text' },
  card: { token: 'text', number: 'text', exp_month: 'integer', exp_year: 'integer', cvc: 'text' },
  metadata: 'map',
  radar_options: { session: 'text' },
  type: 'text',
}

const captureMethod = ['automatic', 'automatic_async', 'manual'] as const
const future = ['off_session', 'on_session'] as const

/** What confirming takes; creating with `confirm=true` takes it too. */
const confirming = {
  confirmation_token: 'text',
  error_on_requires_action: 'flag',
  mandate: 'text',
  mandate_data: 'open',
  off_session: ['true', 'false', 'one_off', 'recurring'],
  radar_options: { session: 'text' },
  return_url: 'text',
  use_stripe_sdk: 'flag',
} as const satisfies Parameters

const common = {
  allowed_payment_method_types: 'list',
  amount_details: 'open',
  capture_method: captureMethod,
  excluded_payment_method_types: 'list',
  expand: 'list',
  hooks: 'open',
  payment_details: 'open',
  payment_method: 'text',
  payment_method_data: methodData,
  payment_method_options: methodOptions,
  receipt_email: 'text',
  setup_future_usage: future,
  shipping,
} as const satisfies Parameters

const describing = {
  customer: 'text',
  customer_account: 'text',
  description: 'text',
  metadata: 'map',
  payment_method_configuration: 'text',
  statement_descriptor: 'text',
  statement_descriptor_suffix: 'text',
  transfer_data: 'open',
  transfer_group: 'text',
} as const satisfies Parameters

/** Names that only make sense where a payment is confirmed. */
export const CONFIRMING: readonly string[] = Object.keys(confirming)

/** POST /v1/payment_intents */
export const CREATE_INTENT: Parameters = {
  ...common,
  ...confirming,
  ...describing,
  amount: 'integer',
  application_fee_amount: 'integer',
  automatic_payment_methods: { allow_redirects: ['always', 'never'], enabled: 'flag' },
  confirm: 'flag',
  confirmation_method: ['automatic', 'manual'],
  currency: 'text',
  on_behalf_of: 'text',
}
/** POST /v1/payment_intents/:id */
export const UPDATE_INTENT: Parameters = {
  ...common,
  ...describing,
  amount: 'integer',
  application_fee_amount: 'integer',
  currency: 'text',
}
/** POST /v1/payment_intents/:id/confirm */
export const CONFIRM_INTENT: Parameters = { ...common, ...confirming, amount_to_confirm: 'integer' }
/** POST /v1/payment_intents/:id/capture */
export const CAPTURE_INTENT: Parameters = {
  amount_details: 'open',
  amount_to_capture: 'integer',
  application_fee_amount: 'integer',
  expand: 'list',
  final_capture: 'flag',
  hooks: 'open',
  metadata: 'map',
  payment_details: 'open',
  statement_descriptor: 'text',
  statement_descriptor_suffix: 'text',
  transfer_data: 'open',
}
/** POST /v1/payment_intents/:id/cancel */
export const CANCEL_INTENT: Parameters = {
  cancellation_reason: ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'],
  expand: 'list',
}
/** POST /v1/payment_intents/:id/increment_authorization */
export const INCREMENT_INTENT: Parameters = {
  amount: 'integer',
  amount_details: 'open',
  application_fee_amount: 'integer',
  description: 'text',
  expand: 'list',
  hooks: 'open',
  metadata: 'map',
  payment_details: 'open',
  payment_method_options: methodOptions,
  statement_descriptor: 'text',
  transfer_data: 'open',
}
/** POST /v1/refunds */
export const CREATE_REFUND: Parameters = {
  amount: 'integer',
  charge: 'text',
  currency: 'text',
  customer: 'text',
  expand: 'list',
  instructions_email: 'text',
  metadata: 'map',
  origin: ['customer_balance'],
  payment_intent: 'text',
  reason: ['duplicate', 'fraudulent', 'requested_by_customer'],
  refund_application_fee: 'flag',
  reverse_transfer: 'flag',
}
/** POST /v1/refunds/:id and POST /v1/refunds/:id/cancel */
export const UPDATE_REFUND: Parameters = { expand: 'list', metadata: 'map' }
/** POST /v1/disputes/:id */
export const UPDATE_DISPUTE: Parameters = {
  evidence: {
    ...Object.fromEntries(EVIDENCE.map((name) => [name, 'text'])),
    appeal: 'open',
    enhanced_evidence: 'open',
  },
  expand: 'list',
  intended_submission_method: ['manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'],
  metadata: 'map',
  submit: 'flag',
}
/** POST /v1/files, of whose file the double's form has what it is (see multipart.ts) */
export const CREATE_FILE: Parameters = {
  expand: 'list',
  file: { filename: 'text', type: 'text', size: 'integer', sha256: 'text' },
  file_link_data: 'open',
  purpose: ['dispute_evidence'],
}
/** POST /v1/disputes/:id/close */
export const CLOSE_DISPUTE: Parameters = { expand: 'list' }
/** Whatever reads one object. */
export const RETRIEVE: Parameters = { client_secret: 'text', expand: 'list' }
/** GET /v1/payment_intents/search */
export const SEARCH: Parameters = { expand: 'list', limit: 'integer', page: 'text', query: 'text' }

const created = { gt: 'integer', gte: 'integer', lt: 'integer', lte: 'integer' } as const
const paging = {
  created,
  ending_before: 'text',
  expand: 'list',
  limit: 'integer',
  starting_after: 'text',
} as const satisfies Parameters
/** GET /v1/payment_intents */
export const LIST_INTENTS: Parameters = { ...paging, customer: 'text', customer_account: 'text' }
/** GET /v1/charges */
export const LIST_CHARGES: Parameters = { ...paging, customer: 'text', payment_intent: 'text', transfer_group: 'text' }
/** GET /v1/refunds */
export const LIST_REFUNDS: Parameters = { ...paging, charge: 'text', payment_intent: 'text' }
/** GET /v1/disputes */
export const LIST_DISPUTES: Parameters = { ...paging, charge: 'text', payment_intent: 'text' }
/** GET /v1/balance_transactions */
export const LIST_TRANSACTIONS: Parameters = {
  ...paging,
  currency: 'text',
  payout: 'text',
  source: 'text',
  type: 'text',
}
/** GET /v1/events */
export const LIST_EVENTS: Parameters = { ...paging, delivery_success: 'flag', type: 'text', types: 'list' }
