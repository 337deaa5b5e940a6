import { Ledger } from './books.ts'
import type { Charge, Operation } from './charge.ts'
import { Faults } from './faults.ts'
import { Keys } from './idempotency.ts'
import type { ResolvedOptions } from './options.ts'
import { SettlementClock } from './settlement.ts'

/** What an effect is announced as; the payload is the object's snapshot. */
export type Announce = (type: string, subject: Charge | Operation) => void

/** How often the acquirer was asked about a reference, and how often that had an effect on money. */
export interface EffectCount {
  requests: number
  effects: number
}

/** Everything that one acquirer knows. Single-threaded and synchronous: a request is handled whole before the next. */
export interface State {
  readonly options: ResolvedOptions
  readonly accountOf: ReadonlyMap<string, string>
  readonly charges: Map<string, Charge>
  /** By `account reference`: a list, because a second charge for one reference is what tests must be able to see. */
  readonly chargesByReference: Map<string, Charge[]>
  readonly operations: Map<string, Operation>
  readonly operationsByReference: Map<string, Operation[]>
  readonly counts: Map<string, EffectCount>
  readonly ledger: Ledger
  readonly settlement: SettlementClock
  readonly keys: Keys
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

export const createState = (options: ResolvedOptions, announce: Announce): State => {
  const now = options.clock.now()
  const settlement = new SettlementClock(now, options.remember)
  return {
    options,
    accountOf: new Map(Object.entries(options.accounts).map(([account, key]) => [`Bearer ${key}`, account])),
    charges: new Map(),
    chargesByReference: new Map(),
    operations: new Map(),
    operationsByReference: new Map(),
    counts: new Map(),
    ledger: new Ledger(),
    settlement,
    keys: new Keys(options.keyRetentionMs, options.remember * 3),
    faults: new Faults(),
    holds: new Set(),
    challenges: new Set(),
    decisions: new Set(),
    announce,
    publicUrl: options.publicUrl,
    nextDueAt: settlement.closesAt,
    paused: false,
    webhooks: 1,
    now,
  }
}

export const countOf = (state: State, reference: string): EffectCount => {
  let count = state.counts.get(reference)
  if (count === undefined) {
    count = { requests: 0, effects: 0 }
    state.counts.set(reference, count)
  }
  return count
}

const push = <T>(map: Map<string, T[]>, key: string, value: T): void => {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

export const rememberCharge = (state: State, charge: Charge): void => {
  state.charges.set(charge.id, charge)
  push(state.chargesByReference, `${charge.account} ${charge.reference}`, charge)
  if (state.charges.size > state.options.remember) forgetOldest(state)
}

export const rememberOperation = (state: State, operation: Operation): void => {
  const { charge, reference } = operation
  charge.operations.push(operation)
  state.operations.set(operation.id, operation)
  if (reference === null) return
  push(state.operationsByReference, `${charge.account} ${reference}`, operation)
  countOf(state, reference).effects += 1
}

const forgetOldest = (state: State): void => {
  for (const charge of state.charges.values()) {
    state.charges.delete(charge.id)
    state.chargesByReference.delete(`${charge.account} ${charge.reference}`)
    state.counts.delete(charge.reference)
    state.holds.delete(charge)
    state.challenges.delete(charge)
    state.decisions.delete(charge)
    for (const operation of charge.operations) {
      state.operations.delete(operation.id)
      if (operation.reference === null) continue
      state.operationsByReference.delete(`${charge.account} ${operation.reference}`)
      state.counts.delete(operation.reference)
    }
    return
  }
}

/** Lets the acquirer wake for something at `at`. */
export const dueAt = (state: State, at: number): void => {
  if (at < state.nextDueAt) state.nextDueAt = at
}
