import { ArmedFaults } from '../../faults/armed-faults.ts'
import type { TestDecline } from './test-methods.ts'

/** What can be made to fail: each kind of change, and `lookup`, any GET. */
export type StripeOperation =
  | 'create'
  | 'update'
  | 'confirm'
  | 'capture'
  | 'cancel'
  | 'increment'
  | 'refund'
  | 'update_refund'
  | 'cancel_refund'
  | 'update_dispute'
  | 'close_dispute'
  | 'upload_file'
  | 'lookup'

/** How it fails. */
export type StripeFaultKind =
  | 'drop_before' // no effect; the connection is cut before anything is read
  | 'rate_limit' // no effect, not kept under the key; 429 with `rate_limit`
  | 'lock_timeout' // no effect, not kept; 429 with `lock_timeout`
  | 'conflict' // no effect, not kept; 409 as if a request with the key were at work
  | '500_before' // no effect, not kept; the same key executes
  | '500' // no effect, and every replay of the key says 500 again
  | '500_after_effect' // the effect happens; the answer and every replay say 500
  | '500_rolled_forward' // the effect happens later; the answer and every replay say 500
  | 'drop_after' // the effect happens, the answer never arrives
  | 'cut' // the effect happens, the answer breaks off
  | 'slow' // the effect happens, the answer comes after `ms`; the key is in flight until then
  | 'decline' // the issuer declines, as `decline` says
  | 'duplicate_webhook' // its webhooks arrive twice
  | 'lose_webhook' // its webhooks never arrive

/** A decline to arm; what is left out, Stripe leaves out. */
export interface StripeDecline {
  /** Default: `card_declined`. */
  readonly code?: string
  readonly declineCode?: string
  readonly adviceCode?: string
  readonly networkDeclineCode?: string
  readonly networkAdviceCode?: string
}

/** A fault to arm: how, for which requests, how often. */
export interface StripeFault {
  readonly how: StripeFaultKind
  /** Which requests; all that is named must match. Empty: the next one. */
  readonly when?: {
    readonly operation?: StripeOperation
    /** `metadata[florin_attempt]` of the request or of its payment, or the id in the path or in `payment_intent`. */
    readonly reference?: string
    /** As the request names it: `pm_card_visa`. */
    readonly paymentMethod?: string
    readonly account?: string
  }
  /** How often. Default 1; `Infinity` until it is disarmed. */
  readonly times?: number
  /** For `slow`: how long the answer takes. Default 1,000. */
  readonly ms?: number
  /** For `decline`. Default: a generic one. */
  readonly decline?: StripeDecline
}

/** What a fault is matched against. */
export interface FaultSubject {
  readonly operation: StripeOperation
  readonly account: string
  readonly references: readonly (string | null | undefined)[]
  readonly paymentMethod: string | null
}

const matches = ({ when }: StripeFault, subject: FaultSubject): boolean =>
  when === undefined ||
  ((when.operation === undefined || when.operation === subject.operation) &&
    (when.account === undefined || when.account === subject.account) &&
    (when.paymentMethod === undefined || when.paymentMethod === subject.paymentMethod) &&
    (when.reference === undefined || subject.references.includes(when.reference)))

/** The armed faults, oldest first; each request meets at most one. */
export class Faults extends ArmedFaults<StripeFault, FaultSubject> {
  constructor() {
    super(matches)
  }
}

/** The decline that a fault asks for. */
export const declineOf = ({ decline = {} }: StripeFault): TestDecline => ({
  code: decline.code ?? 'card_declined',
  declineCode: decline.declineCode ?? (decline.code === undefined ? 'generic_decline' : null),
  adviceCode: decline.adviceCode ?? null,
  networkDeclineCode: decline.networkDeclineCode ?? null,
  networkAdviceCode: decline.networkAdviceCode ?? null,
  outcome: 'issuer_declined',
})
