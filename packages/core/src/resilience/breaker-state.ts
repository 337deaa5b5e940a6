import type { Machine } from '../kernel/index.ts'

/** `closed` lets everything through; `open` refuses; `half_open` lets a few probes through and waits for what they say. */
export const BREAKER_STATES = ['closed', 'open', 'half_open'] as const
/** One of them. */
export type BreakerState = (typeof BREAKER_STATES)[number]

/** What moves a breaker: too much fails, its time is over, or enough probes went well. */
export type BreakerEvent = 'trip' | 'cool' | 'heal'

/** The breaker as data. */
export const BREAKER = {
  closed: { trip: 'open' },
  open: { cool: 'half_open' },
  half_open: { trip: 'open', heal: 'closed' },
} as const satisfies Machine<BreakerState, BreakerEvent>

/** Why a breaker moved. */
export type BreakerReason =
  | 'failure_rate'
  | 'unknown_rate'
  | 'connect_failures'
  | 'probe_failed'
  | 'probe_lost'
  | 'open_time_over'
  | 'probes_went_well'

/** One move of a breaker, for logs and health. JSON-safe. */
export interface BreakerChange {
  readonly from: BreakerState
  readonly to: BreakerState
  readonly reason: BreakerReason
  readonly at: number
  /** While open: when probes are let through again. */
  readonly openUntil: number | null
}
