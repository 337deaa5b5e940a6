import type { DisputeReport, DisputeStage } from '@florin/core/gateways'

/** What an event says about a dispute by its signed code. */
export interface DisputeEventRule {
  readonly stage: DisputeStage
  readonly report: DisputeReport
  /** Money moved: what the status says of the end is then a report of its own, after it. */
  readonly money: boolean
}

const rule = (stage: DisputeStage, report: DisputeReport, money = false): DisputeEventRule => ({ stage, report, money })

/**
 * Events about disputes (docs.adyen.com/risk-management/disputes-api/dispute-notifications and Adyen's OpenAPI document of webhooks,
 * version 1; 2026-11-21). CHARGEBACK and SECOND_CHARGEBACK take the money, CHARGEBACK_REVERSED brings it back and is not the end: a second
 * chargeback or a pre-arbitration may follow. NOTIFICATION_OF_FRAUD and ISSUER_COMMENTS are no steps of a dispute.
 */
export const DISPUTE_EVENTS: ReadonlyMap<string, DisputeEventRule> = new Map([
  ['REQUEST_FOR_INFORMATION', rule('inquiry', 'opened')],
  ['NOTIFICATION_OF_CHARGEBACK', rule('chargeback', 'opened')],
  ['INFORMATION_SUPPLIED', rule('chargeback', 'under_review')],
  ['CHARGEBACK', rule('chargeback', 'withdrawn', true)],
  ['CHARGEBACK_REVERSED', rule('chargeback', 'reinstated', true)],
  ['DISPUTE_DEFENSE_PERIOD_ENDED', rule('chargeback', 'expired')],
  ['ISSUER_RESPONSE_TIMEFRAME_EXPIRED', rule('chargeback', 'won')],
  ['SECOND_CHARGEBACK', rule('pre_arbitration', 'withdrawn', true)],
  ['PREARBITRATION_OPEN', rule('pre_arbitration', 'opened')],
  ['PREARBITRATION_ACCEPTED', rule('pre_arbitration', 'accepted')],
  ['PREARBITRATION_DECLINED', rule('pre_arbitration', 'under_review')],
  ['PREARBITRATION_ISSUER_WITHDRAWN', rule('pre_arbitration', 'won')],
  ['PREARBITRATION_WON', rule('pre_arbitration', 'won')],
  ['PREARBITRATION_LOST', rule('pre_arbitration', 'lost')],
  ['SCHEME_ARBITRATION', rule('pre_arbitration', 'under_review')],
  ['SCHEME_ARBITRATION_WON', rule('pre_arbitration', 'won')],
  ['SCHEME_ARBITRATION_LOST', rule('pre_arbitration', 'lost')],
])

/** `disputeStatus`, which Adyen does not sign: it ends a dispute, or says that one waits, and never moves money. */
const STATUSES: Readonly<Record<string, DisputeReport>> = {
  Responded: 'under_review',
  Pending: 'under_review',
  Expired: 'expired',
  Accepted: 'accepted',
  Lost: 'lost',
  Won: 'won',
}

/** Events whose status says what they themselves leave open. */
const REFINED: ReadonlySet<string> = new Set(['REQUEST_FOR_INFORMATION', 'DISPUTE_DEFENSE_PERIOD_ENDED'])

const ENDS: ReadonlySet<DisputeReport> = new Set(['lost', 'won', 'accepted'])

/** What an event reports, in the order in which it happened. */
export const reportsOf = (eventCode: string, status: string | null): readonly DisputeReport[] => {
  const found = DISPUTE_EVENTS.get(eventCode)
  if (found === undefined) return []
  const said = status !== null && Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined
  if (said === undefined) return [found.report]
  // An end that contradicts the money (withdrawn and won) belongs to an event of its own.
  if (found.money)
    return ENDS.has(said) && (said === 'won') === (found.report === 'reinstated')
      ? [found.report, said]
      : [found.report]
  return [REFINED.has(eventCode) ? said : found.report]
}
