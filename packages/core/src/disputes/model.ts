/** Where a dispute stands, as a merchant sees it. */
export const DISPUTE_STATES = [
  'inquiry', // the bank asks; no money has moved
  'opened', // a chargeback, and nobody said yet until when it can be answered
  'evidence_due', // a chargeback that waits for evidence
  'evidence_submitted', // the bank or the scheme decides
  'pre_arbitration', // the second round, after a first decision
  'won',
  'lost',
  'accepted', // lost, because it was given up
] as const
/** One of them. */
export type DisputeState = (typeof DISPUTE_STATES)[number]

/** What a merchant does about disputes without being asked. */
export interface DisputePolicy {
  /** Chargebacks of less than this are given up at once, minor units by currency: an answer costs more. */
  readonly acceptBelow: ReadonlyMap<string, bigint>
  /** How long before the deadline stored evidence is submitted as it is; null: never by itself. */
  readonly submitStoredBeforeMs: number | null
  /** How long before the deadline `dispute.evidence_due_soon` is told. */
  readonly warnBeforeMs: number
  /** What the platform charges the merchant for a chargeback, minor units by currency. */
  readonly fee: ReadonlyMap<string, bigint>
}

/** Whose money a dispute is about: parts of each owner (a seller, or the merchant: null) in proportion to these weights. */
export type DisputeOwner = readonly [owner: string | null, weight: string]
