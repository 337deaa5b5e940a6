import { type Capabilities, DECLINE_POLICY, type MethodCapabilities, schemeAdviceOf } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import type { AttemptRow, ObligationRow } from '../payments/index.ts'

/** A charge that certainly took nothing: it never left, or it was refused for good. */
export type SettledCharge = AttemptRow & {
  readonly kind: 'authorize' | 'sale'
  readonly state: 'not_sent' | 'rejected'
}
/** An authorisation of which nobody knows whether it took effect. */
export type UnknownAuthorization = AttemptRow & { readonly kind: 'authorize'; readonly state: 'unknown' }

/** Whether a charge certainly took nothing, by its row: what a single answer says counts only once it is recorded. */
export const isSettledCharge = (attempt: AttemptRow): attempt is SettledCharge =>
  (attempt.kind === 'authorize' || attempt.kind === 'sale') &&
  (attempt.state === 'not_sent' || attempt.state === 'rejected')

/** Whether an attempt is an authorisation with unknown outcome. */
export const isUnknownAuthorization = (attempt: AttemptRow): attempt is UnknownAuthorization =>
  attempt.kind === 'authorize' && attempt.state === 'unknown'

/** Why there is no failover, for the timeline and `explain`. */
export type FailoverRefusal =
  | 'not_settled' // nobody knows, somebody else decides, or it succeeded
  | 'decline_forbids' // the class of the decline, or the scheme's advice
  | 'failovers_used_up'
  | 'not_opted_in'
  | 'no_separate_capture'
  | 'not_reversible' // neither by our reference, nor by an id that we know or can find by it
  | 'authentication_consumed'
  | 'scheme_limit'

/** Leave to try another gateway because nothing was taken (FAILURES 2.8). Only `freeFailover` makes it. */
class FreeFailover {
  readonly #made = true
  readonly type = 'free'
  readonly from: SettledCharge
  constructor(from: SettledCharge) {
    this.from = from
    Object.freeze(this)
  }
  static made(value: object): boolean {
    return #made in value
  }
}

/**
 * Leave to try another gateway although something may have been taken (FAILURES 2.9). It holds the obligation to reverse it, which must
 * be inserted in the very commit that abandons the one attempt and creates the other. Only `coveredFailover` makes it.
 */
class CoveredFailover {
  readonly #made = true
  readonly type = 'covered'
  readonly from: UnknownAuthorization
  readonly obligation: ObligationRow
  constructor(from: UnknownAuthorization, obligation: ObligationRow) {
    this.from = from
    this.obligation = obligation
    Object.freeze(this)
  }
  static made(value: object): boolean {
    return #made in value
  }
}

export type { CoveredFailover, FreeFailover }
/** Leave to try another gateway. What creates the next attempt takes one of these, and nothing else will do. */
export type Failover = FreeFailover | CoveredFailover
/** Leave, or the reason against it. */
export type FailoverAnswer<F extends Failover> =
  | { readonly failover: F; readonly refused?: undefined }
  | { readonly refused: FailoverRefusal; readonly failover?: undefined }

/** What declines are judged by. */
export interface DeclineHistory {
  /** The card's network, where it is known: its advice goes before every code. */
  readonly network: string | undefined
  /** Failovers that this payment has made after declines so far. */
  readonly failoversAfterDeclines: number
}

/**
 * Free failover: on `not_sent`, and on a decline whose class allows it and against which the scheme has no advice (FAILURES 2.8 and 4).
 * It says nothing about the limits of the schemes: count those before.
 */
export const freeFailover = (from: SettledCharge, history: DeclineHistory): FailoverAnswer<FreeFailover> => {
  if (!isSettledCharge(from)) return { refused: 'not_settled' }
  if (from.state === 'not_sent') return { failover: new FreeFailover(from) }
  const { decline } = from
  if (decline === null || schemeAdviceOf(history.network, decline) !== undefined) return { refused: 'decline_forbids' }
  const credentials = decline.class === 'configuration' && CREDENTIAL_FAULTS.has(decline.code)
  const most = credentials ? 1 : DECLINE_POLICY.classes[decline.class].failovers
  if (most === 0) return { refused: 'decline_forbids' }
  if (history.failoversAfterDeclines >= most) return { refused: 'failovers_used_up' }
  return { failover: new FreeFailover(from) }
}

/** Faults of ours that another gateway's credentials do not share (FAILURES 1, F4). */
const CREDENTIAL_FAULTS: ReadonlySet<string> = new Set(['unauthorized', 'forbidden'])

/** What must hold before an authorisation may be given up on while nobody knows what became of it. */
export interface CoverConditions {
  /** The merchant chose this. */
  readonly optedIn: boolean
  /** What the gateway can do for this method and account. */
  readonly can: Pick<MethodCapabilities, 'separateCapture' | 'reverseBy'>
  /** What its lookups find a charge by: an id that no answer told is found by our reference, and then reversed by. */
  readonly lookupBy: Capabilities['lookupBy']
  /** The buyer authenticated for this attempt, or was asked to: a result that must not be used twice. */
  readonly authenticationConsumed: boolean
  /** The schemes' limits on attempts with one card leave room for another one. */
  readonly schemeAllows: boolean
}

/**
 * Covered failover: away from an unknown outcome, with the obligation to reverse it in hand. Gives the first condition of FAILURES 2.9
 * that does not hold; throws `internal` for an obligation that does not cover this very attempt, or is discharged.
 */
export const coveredFailover = (
  from: UnknownAuthorization,
  obligation: ObligationRow,
  conditions: CoverConditions,
): FailoverAnswer<CoveredFailover> => {
  if (!isUnknownAuthorization(from)) return { refused: 'not_settled' }
  if (!conditions.optedIn) return { refused: 'not_opted_in' }
  if (!conditions.can.separateCapture) return { refused: 'no_separate_capture' }
  if (!isReversible(from, conditions)) return { refused: 'not_reversible' }
  if (conditions.authenticationConsumed) return { refused: 'authentication_consumed' }
  if (!conditions.schemeAllows) return { refused: 'scheme_limit' }
  checkCover(from, obligation)
  return { failover: new CoveredFailover(from, obligation) }
}

/** Whether the duty to reverse it can be done once the gateway answers again: then it is looked up first where that is needed. */
const isReversible = ({ gatewayId }: AttemptRow, { can: { reverseBy }, lookupBy }: CoverConditions): boolean =>
  reverseBy.includes('reference') ||
  (reverseBy.includes('gateway_id') && (gatewayId !== null || lookupBy.includes('reference')))

const checkCover = (from: AttemptRow, obligation: ObligationRow): void => {
  const same =
    obligation.attempt === from.id && obligation.payment === from.payment && obligation.merchant === from.merchant
  if (same && obligation.proof === null) return
  throw new FlorinError(
    'internal',
    `obligation ${obligation.id} does not cover attempt ${from.id}: it is about ${obligation.attempt}${obligation.proof === null ? '' : ', and discharged'}`,
  )
}

/**
 * Checks at run time what the types say: a failover that was made here, away from this attempt. Whatever creates the next attempt calls
 * it first. Throws `internal`; nothing has happened then.
 */
export const requireFailover = (failover: Failover, from: string): Failover => {
  const genuine =
    typeof failover === 'object' &&
    failover !== null &&
    (FreeFailover.made(failover) || CoveredFailover.made(failover)) &&
    failover.from.id === from
  if (genuine) return failover
  throw new FlorinError(
    'internal',
    `no leave to fail over from attempt ${from}: a failover comes from freeFailover or coveredFailover (FAILURES 2.8, 2.9)`,
  )
}
