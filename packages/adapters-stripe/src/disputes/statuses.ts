import type { DisputeReport, DisputeStage } from '@florin/core/gateways'

/** What a status says, and how far along it is. */
export interface StatusRule {
  readonly report: DisputeReport
  readonly stage: DisputeStage
}

/**
 * Where a Dispute can stand (docs.stripe.com/api/disputes/object and the official types 23.1.0, 2026-11). `warning_*` is an inquiry, which takes no money. An inquiry that
 * nobody escalated is `warning_closed`; `appeal_*` is the second round. A dispute that was `prevented` never took money: what ended it is a refund, which is told as one.
 */
const STATUSES: Readonly<Record<string, StatusRule>> = {
  warning_needs_response: { report: 'opened', stage: 'inquiry' },
  warning_under_review: { report: 'under_review', stage: 'inquiry' },
  warning_closed: { report: 'won', stage: 'inquiry' },
  needs_response: { report: 'opened', stage: 'chargeback' },
  under_review: { report: 'under_review', stage: 'chargeback' },
  won: { report: 'won', stage: 'chargeback' },
  lost: { report: 'lost', stage: 'chargeback' },
  appeal_needs_response: { report: 'opened', stage: 'pre_arbitration' },
  appeal_under_review: { report: 'under_review', stage: 'pre_arbitration' },
  prevented: { report: 'won', stage: 'inquiry' },
}

/** The rule of a status; undefined for one that nobody has heard of. */
export const statusRule = (status: string): StatusRule | undefined =>
  Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined

/** Stripe's clock has seconds: within one, what is further along its way is later. The milliseconds of a fact's time say how far. */
export const PROGRESS: Readonly<Record<DisputeReport, number>> = {
  opened: 0,
  withdrawn: 100,
  under_review: 300,
  reinstated: 600,
  expired: 700,
  accepted: 700,
  won: 800,
  lost: 800,
}
