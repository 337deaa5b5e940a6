import { ArmedFaults } from '../../faults/armed-faults.ts'

/** What can be made to fail. `charge` is creating one; `dispute` any act about one; a `lookup` is any GET. */
export type FaultOperation =
  | 'charge'
  | 'complete'
  | 'capture'
  | 'cancel'
  | 'refund'
  | 'increment'
  | 'dispute'
  | 'lookup'

/** How it fails. */
export type FaultKind =
  | 'drop_before' // no effect; the connection is refused
  | 'drop_after' // the effect happens, the answer never arrives
  | 'error_500_before' // no effect; the same key may be sent again
  | 'error_500_after' // the effect happens and the answer says 500; a replay tells the truth
  | 'error_500_cached' // the same, and every replay of the key says 500 again, as Stripe does
  | 'rate_limit' // no effect; 429 with Retry-After
  | 'slow' // the effect happens, the answer comes after `ms`
  | 'cut_body' // the effect happens, the answer breaks off
  | 'duplicate_webhook' // its webhook arrives twice
  | 'lose_webhook' // its webhook never arrives

/** A fault to arm: how, for which requests, how often. */
export interface Fault {
  /** Which requests; all that is named must match. Empty: the next one. */
  readonly when?: {
    readonly operation?: FaultOperation
    /** Our reference in the request, or that of its charge. */
    readonly reference?: string
    readonly token?: string
    readonly account?: string
  }
  readonly how: FaultKind
  /** How often. Default 1; `Infinity` until it is disarmed. */
  readonly times?: number
  /** For `slow`: how long the answer takes. Default 1,000. */
  readonly ms?: number
}

/** What a fault is matched against. */
export interface FaultSubject {
  readonly operation: FaultOperation
  readonly account: string
  readonly references: readonly (string | null)[]
  readonly token: string | null
}

const matches = ({ when }: Fault, subject: FaultSubject): boolean =>
  when === undefined ||
  ((when.operation === undefined || when.operation === subject.operation) &&
    (when.account === undefined || when.account === subject.account) &&
    (when.token === undefined || when.token === subject.token) &&
    (when.reference === undefined || subject.references.includes(when.reference)))

/** The armed faults, oldest first; each request meets at most one. */
export class Faults extends ArmedFaults<Fault, FaultSubject> {
  constructor() {
    super(matches)
  }
}
