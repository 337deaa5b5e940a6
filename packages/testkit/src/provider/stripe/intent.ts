import { capturableOf, type Intent } from './payment.ts'

const nextActionOf = ({ challenge, returnUrl }: Intent) => {
  if (challenge === null) return null
  if (challenge.by === 'redirect')
    return { redirect_to_url: { return_url: returnUrl, url: challenge.url }, type: 'redirect_to_url' }
  return { type: 'use_stripe_sdk', use_stripe_sdk: { stripe_js: challenge.url, type: 'three_d_secure_redirect' } }
}

const optionsOf = ({ cardOptions }: Intent) => ({
  card: {
    installments: null,
    mandate_options: null,
    network: null,
    request_three_d_secure: 'automatic',
    ...cardOptions,
  },
})

/** The object as Stripe writes it. */
export const wireIntent = (intent: Intent) => ({
  id: intent.id,
  object: 'payment_intent' as const,
  allowed_payment_method_types: intent.allowedTypes,
  amount: intent.amount,
  amount_capturable: intent.status === 'requires_capture' && intent.charge !== null ? capturableOf(intent.charge) : 0,
  amount_details: { tip: {} },
  amount_received: intent.charge?.captured ?? 0,
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: intent.automaticMethods,
  canceled_at: intent.canceledAt,
  cancellation_reason: intent.cancellationReason,
  capture_method: intent.captureMethod,
  client_secret: intent.clientSecret,
  confirmation_method: intent.confirmationMethod,
  created: intent.created,
  currency: intent.currency,
  customer: intent.customer,
  customer_account: null,
  description: intent.description,
  excluded_payment_method_types: null,
  last_payment_error: intent.lastError,
  latest_charge: intent.charge?.id ?? null,
  livemode: false,
  managed_payments: { enabled: false },
  metadata: intent.metadata,
  next_action: nextActionOf(intent),
  on_behalf_of: null,
  payment_method: intent.method?.id ?? null,
  payment_method_configuration_details: null,
  payment_method_options: optionsOf(intent),
  payment_method_types: intent.allowedTypes ?? ['card', 'link'],
  payment_record: null,
  processing: null,
  receipt_email: intent.receiptEmail,
  review: null,
  setup_future_usage: intent.setupFutureUsage,
  shipping: intent.shipping,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: intent.statementDescriptorSuffix,
  status: intent.status,
  transfer_data: null,
  transfer_group: intent.transferGroup,
})
