import type { GatewayResponse } from '@florin/core/gateways'
import { CHARGE, INTENT, OPERATION } from './commands.ts'

type Json = object

/** A charge as Stripe answers it, expanded. */
export const wireCharge = (over: Json = {}) => ({
  id: 'ch_3Florin',
  object: 'charge',
  amount: 10_000,
  captured: false,
  currency: 'eur',
  livemode: false,
  metadata: { florin_attempt: CHARGE },
  payment_intent: INTENT,
  balance_transaction: null,
  payment_method_details: {
    type: 'card',
    card: {
      brand: 'visa',
      network: 'visa',
      last4: '4242',
      network_transaction_id: '123456789012345',
      capture_before: 1_800_000_000,
    },
  },
  ...over,
})

/** An authorised PaymentIntent as Stripe answers it. */
export const wireIntent = (over: Json = {}) => ({
  id: INTENT,
  object: 'payment_intent',
  amount: 10_000,
  amount_capturable: 10_000,
  amount_received: 0,
  capture_method: 'manual',
  client_secret: `${INTENT}_secret_x`,
  created: 1_790_000_000,
  currency: 'eur',
  cancellation_reason: null,
  last_payment_error: null,
  latest_charge: wireCharge(),
  livemode: false,
  metadata: { florin_attempt: CHARGE, florin_reference: 'order-1' },
  next_action: null,
  status: 'requires_capture',
  ...over,
})

/** A PaymentIntent that one final capture took whole. */
export const wireCaptured = (over: Json = {}) =>
  wireIntent({
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: 10_000,
    metadata: { florin_attempt: CHARGE, [OPERATION]: 'capture:10000' },
    ...over,
  })

/** A refund as Stripe answers it. */
export const wireRefund = (over: Json = {}) => ({
  id: 're_3Florin',
  object: 'refund',
  amount: 10_000,
  balance_transaction: 'txn_1',
  charge: 'ch_3Florin',
  created: 1_790_000_000,
  currency: 'eur',
  metadata: { florin_attempt: OPERATION },
  payment_intent: INTENT,
  reason: null,
  status: 'succeeded',
  ...over,
})

/** A decline as Stripe answers it. */
export const wireDecline = (error: Json, intent: Json | null = {}) => ({
  error: {
    type: 'card_error',
    code: 'card_declined',
    message: 'Your card was declined: 4242 4242 4242 4242.',
    ...error,
    ...(intent !== null && {
      payment_intent: wireIntent({
        status: 'requires_payment_method',
        amount_capturable: 0,
        latest_charge: 'ch_3Florin',
        last_payment_error: { type: 'card_error', code: 'card_declined', ...error },
        ...intent,
      }),
    }),
  },
})

/** An answer with this body. */
export const answer = (
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): GatewayResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** An event about this object. */
export const wireEvent = (type: string, object: Json, over: Json = {}) => ({
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: 1_790_000_001,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
  data: { object },
  ...over,
})

/** What a dispute took from the balance. */
export const wireMovement = (over: Json = {}) => ({
  id: 'txn_3Florin',
  object: 'balance_transaction',
  amount: -10_000,
  created: 1_790_000_000,
  currency: 'eur',
  fee: 1_500,
  net: -11_500,
  reporting_category: 'dispute',
  type: 'adjustment',
  ...over,
})

/** A dispute as Stripe answers it: a chargeback that took its money. */
export const wireDispute = (over: Json = {}) => ({
  id: 'dp_3Florin',
  object: 'dispute',
  amount: 10_000,
  balance_transactions: [wireMovement()],
  charge: 'ch_3Florin',
  created: 1_790_000_000,
  currency: 'eur',
  evidence_details: { due_by: 1_790_800_000, has_evidence: false, past_due: false, submission_count: 0 },
  livemode: false,
  metadata: {},
  payment_intent: INTENT,
  payment_method_details: {
    type: 'card',
    card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
  },
  reason: 'fraudulent',
  status: 'needs_response',
  ...over,
})
