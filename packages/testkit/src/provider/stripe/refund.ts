import type { Refund } from './payment.ts'

/** The object as Stripe writes it. */
export const wireRefund = (refund: Refund) => ({
  id: refund.id,
  object: 'refund' as const,
  amount: refund.amount,
  balance_transaction: refund.transaction?.id ?? null,
  charge: refund.charge.id,
  created: refund.created,
  currency: refund.charge.intent.currency,
  customer: refund.charge.intent.customer,
  customer_account: null,
  destination_details: {
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' as const },
    type: 'card',
  },
  ...(refund.failureTransaction === null ? {} : { failure_balance_transaction: refund.failureTransaction.id }),
  ...(refund.failureReason === null ? {} : { failure_reason: refund.failureReason }),
  metadata: refund.metadata,
  payment_intent: refund.charge.intent.id,
  payment_method: refund.charge.method.id,
  ...(refund.status === 'pending' ? { pending_reason: 'processing' as const } : {}),
  reason: refund.reason,
  receipt_number: null,
  source_transfer_reversal: null,
  status: refund.status,
  transfer_reversal: null,
})
