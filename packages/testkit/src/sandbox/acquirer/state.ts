import { Account } from './account.ts'
import { Ledger } from './books.ts'
import type { Charge, Operation } from './charge.ts'
import type { Dispute } from './dispute.ts'
import { Faults } from './faults.ts'
import type { ResolvedOptions } from './options.ts'
import { Recent } from './recent.ts'
import { SettlementClock } from './settlement.ts'

/** What an effect is announced as; the payload is the object's snapshot. */
export type Announce = (type: string, subject: Charge | Operation | Dispute) => void

/** Everything that one acquirer knows. Single-threaded and synchronous: a request is handled whole before the next. */
export interface State {
  readonly options: ResolvedOptions
  readonly accounts: readonly Account[]
  /** By the whole authorization header. */
  readonly byAuthorization: ReadonlyMap<string, Account>
  readonly charges: Recent<Charge>
  readonly operations: Recent<Operation>
  readonly disputes: Recent<Dispute>
  readonly ledger: Ledger
  readonly settlement: SettlementClock
  readonly faults: Faults
  /** Each in the order in which they fall due: the waits are constant. */
  readonly holds: Set<Charge>
  readonly challenges: Set<Charge>
  readonly decisions: Set<Charge>
  readonly announce: Announce
  publicUrl: string
  nextDueAt: number
  paused: boolean
  /** How often the effects of the request in hand are announced: a fault makes it 0 or 2. */
  webhooks: 0 | 1 | 2
  now: number
}

const PER_CHARGE = 3 // keys and references: an authorization, a capture, and now and then a refund

/** An acquirer that knows nothing yet. */
export const createState = (options: ResolvedOptions, announce: Announce): State => {
  const byAuthorization = new Map(
    Object.entries(options.accounts).map(([name, key]) => [
      `Bearer ${key}`,
      new Account(name, options.keyRetentionMs, options.remember * PER_CHARGE),
    ]),
  )
  return {
    options,
    accounts: [...byAuthorization.values()],
    byAuthorization,
    charges: new Recent(options.remember),
    operations: new Recent(options.remember * PER_CHARGE),
    disputes: new Recent(options.remember),
    ledger: new Ledger(),
    settlement: new SettlementClock(options.remember),
    faults: new Faults(),
    holds: new Set(),
    challenges: new Set(),
    decisions: new Set(),
    announce,
    publicUrl: options.publicUrl,
    nextDueAt: Number.POSITIVE_INFINITY,
    paused: false,
    webhooks: 1,
    now: options.clock.now(),
  }
}

/** Files a charge under its id and its reference. */
export const rememberCharge = (state: State, charge: Charge): void => {
  state.charges.set(charge.id, charge)
  charge.account.addCharge(charge)
}

/** Files an operation under its id and, unless it came from the dashboard, its reference. */
export const rememberOperation = (state: State, operation: Operation): void => {
  const { charge, reference } = operation
  state.operations.set(operation.id, operation)
  if (reference !== null) charge.account.addOperation(operation, reference)
}

/** Lets the acquirer wake for something at `at`. */
export const dueAt = (state: State, at: number): void => {
  if (at < state.nextDueAt) state.nextDueAt = at
}
