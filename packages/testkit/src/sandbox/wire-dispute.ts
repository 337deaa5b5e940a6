/** Money of a dispute that went, or came back. */
export interface WireMovement {
  readonly amount: string
  readonly at: number
  readonly stage: WireDispute['stage']
}

/**
 * A dispute, as every answer and every webhook about it shows it: whole, with when each thing happened, so that an event that was lost is
 * made up for by the next.
 */
export interface WireDispute {
  readonly object: 'dispute'
  readonly id: string
  readonly charge: string
  readonly charge_reference: string
  readonly stage: 'inquiry' | 'chargeback' | 'pre_arbitration'
  readonly status: (typeof WIRE_DISPUTE_STATUSES)[number]
  /** Since when its stage and status are these. */
  readonly changed_at: number
  readonly amount: string
  readonly currency: string
  /** What the acquirer charged for it so far. */
  readonly fee: string
  readonly reason: { readonly code: string; readonly text: string | null }
  readonly network: string | null
  readonly evidence_due_at: number
  /** The newest of each. */
  readonly withdrawn: WireMovement | null
  readonly reinstated: WireMovement | null
  readonly created_at: number
}

/** Where a dispute stands. */
export const WIRE_DISPUTE_STATUSES = ['needs_response', 'under_review', 'won', 'lost', 'accepted', 'expired'] as const

/** Names of texts that the sandbox takes as evidence. */
export const SANDBOX_EVIDENCE_TEXTS = [
  'explanation',
  'customer_email',
  'customer_name',
  'product_description',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking',
  'refund_policy',
  'access_log',
] as const
/** Kinds of files that it takes. */
export const SANDBOX_EVIDENCE_FILES = [
  'receipt',
  'customer_communication',
  'shipping_documentation',
  'service_documentation',
  'refund_policy',
  'other',
] as const
