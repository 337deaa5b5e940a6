import { ArmedFaults } from '../../faults/armed-faults.ts'

/** What can be asked about disputes, as faults name it. */
export type AdyenDisputeOperation = 'accept_dispute' | 'supply_document' | 'defend_dispute' | 'defense_reasons'

/** What can be asked of the double, as faults name it. */
export type AdyenOperation =
  | 'payment'
  | 'details'
  | 'capture'
  | 'cancel'
  | 'technical_cancel'
  | 'refund'
  | 'reversal'
  | 'amount_update'
  | AdyenDisputeOperation

/** How a request fails. */
export type AdyenFaultKind =
  | 'drop_before' // no effect; the connection breaks
  | 'drop_after' // the effect happens, the answer never arrives
  | 'error_500_before' // no effect; the same key may be sent again
  | 'error_500_after' // the effect happens and the answer says 500; a replay tells the truth
  | 'transient' // no effect; a 500 with `transient-error: true`
  | 'in_progress' // no effect; a 422 with code 704 and `transient-error: true`
  | 'rate_limit' // no effect; 429 with Retry-After
  | 'slow' // the effect happens, the answer comes after `ms`
  | 'cut_body' // the effect happens, the answer breaks off
  | 'duplicate_webhook' // its webhooks arrive twice
  | 'lose_webhook' // its webhooks never arrive

/** A fault to arm: how, for which requests, how often. */
export interface AdyenFault {
  readonly how: AdyenFaultKind
  /** Which requests; all that is named must match. Empty: the next one. */
  readonly when?: {
    readonly operation?: AdyenOperation
    /** The `reference` in the request, or that of its payment. */
    readonly reference?: string
    /** As in `accounts`. */
    readonly account?: string
  }
  /** How often. Default 1; `Infinity` until it is disarmed. */
  readonly times?: number
  /** For `slow`: how long the answer takes. Default 1,000. */
  readonly ms?: number
}

/** What a fault is matched against. */
export interface FaultSubject {
  readonly operation: AdyenOperation
  readonly account: string
  readonly references: readonly (string | null)[]
}

const matches = ({ when }: AdyenFault, subject: FaultSubject): boolean =>
  when === undefined ||
  ((when.operation === undefined || when.operation === subject.operation) &&
    (when.account === undefined || when.account === subject.account) &&
    (when.reference === undefined || subject.references.includes(when.reference)))

/** The armed faults, oldest first; each request meets at most one. */
export class Faults extends ArmedFaults<AdyenFault, FaultSubject> {
  constructor() {
    super(matches)
  }
}
