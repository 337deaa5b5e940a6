import { wireTransaction } from './balance-transaction.ts'
import { NO_METADATA } from './metadata.ts'
import type { Charge, Dispute } from './payment.ts'

/** What it has taken and not given back. */
export const takenBy = ({ transactions }: Dispute): number => -transactions.reduce((sum, { amount }) => sum + amount, 0)

/** What the disputes of a charge have taken and not given back. */
export const disputedOf = ({ disputes }: Charge): number => disputes.reduce((sum, each) => sum + takenBy(each), 0)

/** The names of evidence, texts and files. */
export const EVIDENCE = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const
/** Those of files, which are named by their ids. */
export const FILE_EVIDENCE: ReadonlySet<string> = new Set<EvidenceName>([
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
])
type EvidenceName = (typeof EVIDENCE)[number]

/** The networks' codes for reasons (Visa's, as Stripe's example of a dispute has them). */
const NETWORK_CODES: Readonly<Record<string, string>> = { fraudulent: '10.4', product_not_received: '13.1' }

const evidenceOf = ({ evidence }: Dispute) =>
  Object.fromEntries(EVIDENCE.map((name) => [name, evidence[name] ?? null])) as Record<EvidenceName, string | null>

/** The object as Stripe writes it. */
export const wireDispute = (dispute: Dispute) => {
  const { charge, status } = dispute
  const inquiry = status.startsWith('warning_')
  return {
    id: dispute.id,
    object: 'dispute' as const,
    amount: dispute.amount,
    balance_transactions: dispute.transactions.map(wireTransaction),
    charge: charge.id,
    created: dispute.created,
    currency: charge.intent.currency,
    enhanced_eligibility_types: [],
    evidence: { ...evidenceOf(dispute), enhanced_evidence: {} },
    evidence_details: {
      due_by: dispute.dueBy,
      enhanced_eligibility: {},
      has_evidence: Object.keys(dispute.evidence).length > 0,
      past_due: false,
      submission_count: dispute.submissions,
      submission_method: 'manual' as const,
    },
    intended_submission_method: 'manual' as const,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: dispute.metadata,
    payment_intent: charge.intent.id,
    payment_method_details: {
      card: {
        brand: charge.method.card.brand,
        case_type: inquiry ? ('inquiry' as const) : ('chargeback' as const),
        network: charge.method.card.brand,
        network_reason_code: NETWORK_CODES[dispute.reason] ?? null,
      },
      type: 'card' as const,
    },
    reason: dispute.reason,
    status,
  }
}

/** A new one, that has taken nothing yet. */
export const newDispute = (
  given: Pick<Dispute, 'id' | 'charge' | 'amount' | 'created' | 'reason' | 'dueBy' | 'status'>,
): Dispute => ({
  ...given,
  metadata: NO_METADATA,
  evidence: {},
  submissions: 0,
  transactions: [],
})
