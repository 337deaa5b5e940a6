import type { RunReport } from './run.ts'

/** What many runs came to together. */
export interface Totals {
  readonly seeds: number
  readonly payments: number
  readonly events: number
  /** Of simulated time. */
  readonly virtualMs: number
  readonly realMs: number
  /** The longest time from the end of all faults until nothing was on its way. */
  readonly longestHealingMs: number
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<string, number>>
  /** How often each invariant was checked. */
  readonly checks: Readonly<Record<string, number>>
  /** How often each transition was made, such as `attempts sent>applied`. */
  readonly transitions: Readonly<Record<string, number>>
  /** How often each port was called. */
  readonly portCalls: Readonly<Record<string, number>>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends number ? number : Record<string, number> }

/** Totals that grow. */
export type GrowingTotals = Mutable<Totals>

export const emptyTotals = (): GrowingTotals => ({
  seeds: 0,
  payments: 0,
  events: 0,
  virtualMs: 0,
  realMs: 0,
  longestHealingMs: 0,
  faults: {},
  checks: {},
  transitions: {},
  portCalls: {},
})

const COUNTS = ['faults', 'checks', 'transitions', 'portCalls'] as const

const addCounts = (to: Record<string, number>, from: Readonly<Record<string, number>>): void => {
  for (const [name, count] of Object.entries(from)) to[name] = (to[name] ?? 0) + count
}

/** Adds one run. */
export const addTo = (totals: GrowingTotals, report: RunReport): void => {
  totals.seeds += 1
  for (const name of ['payments', 'events', 'virtualMs', 'realMs'] as const) totals[name] += report[name]
  totals.longestHealingMs = Math.max(totals.longestHealingMs, report.healedWithinMs ?? 0)
  for (const name of COUNTS) addCounts(totals[name], report[name])
}

/** Adds the totals of another process. */
export const addTotals = (totals: GrowingTotals, other: Totals): void => {
  for (const name of ['seeds', 'payments', 'events', 'virtualMs', 'realMs'] as const) totals[name] += other[name]
  totals.longestHealingMs = Math.max(totals.longestHealingMs, other.longestHealingMs)
  for (const name of COUNTS) addCounts(totals[name], other[name])
}
