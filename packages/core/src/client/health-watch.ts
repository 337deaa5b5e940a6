import type { StandingChange } from '../flows/index.ts'
import type { BreakerReason, BreakerState, GuardChange, WindowStats } from '../resilience/index.ts'
import type { HealthEvent, HealthState } from '../routing/index.ts'

/** What a change was judged by. Rates are shares of the calls; null where there were none. */
export interface HealthRates {
  /** Of the time before the change. */
  readonly overMs: number
  readonly calls: number
  /** Failed answers and refused connections. */
  readonly errorRate: number | null
  readonly timeoutRate: number | null
  /** Calls of which nobody knew whether they took effect. */
  readonly unknownRate: number | null
  /** Calls that were answered, declines included. */
  readonly successRate: number | null
}

interface Changed {
  readonly gateway: string
  readonly account: string
  /** ISO 8601. */
  readonly at: string
  readonly rates: HealthRates
}

/** A circuit breaker that moved. */
export interface BreakerMove extends Changed {
  readonly of: 'breaker'
  readonly from: BreakerState
  readonly to: BreakerState
  readonly why: BreakerReason
  /** While open: when probes are let through again, ISO 8601. */
  readonly openUntil: string | null
}

/** A gateway account that routing trusts more, or less, than before. */
export interface HealthMove extends Changed {
  readonly of: 'health'
  readonly from: HealthState
  readonly to: HealthState
  readonly why: HealthEvent
}

/** A change in how one gateway account does, as this process sees it. JSON-safe; switch over `of`. */
export type GatewayHealthChange = BreakerMove | HealthMove

/** Hears of changes as they come, hands them on, and keeps the last of each account. */
export interface HealthWatch {
  breakerMoved(change: GuardChange): void
  standingChanged(change: StandingChange): void
  /** The last changes of an account, the newest first. */
  recent(gateway: string, account: string): readonly GatewayHealthChange[]
}

/** Enough to see an outage begin, be probed and end. */
const MOST_KEPT = 8

/** A watch. What the observer throws, or rejects with, goes to `onError`: a call to a gateway must not pay for it. */
export const createHealthWatch = (
  observer: ((change: GatewayHealthChange) => unknown) | undefined,
  onError: (error: unknown) => void,
): HealthWatch => {
  const kept = new Map<string, readonly GatewayHealthChange[]>()
  const recent: HealthWatch['recent'] = (gateway, account) => kept.get(`${gateway}/${account}`) ?? []
  const tell = (change: GatewayHealthChange): void => {
    const { gateway, account } = change
    kept.set(`${gateway}/${account}`, [change, ...recent(gateway, account)].slice(0, MOST_KEPT))
    try {
      const done: unknown = observer?.(change)
      if (done instanceof Promise) done.catch(onError)
    } catch (error) {
      onError(error)
    }
  }
  return {
    recent,
    breakerMoved: ({ gateway, account, from, to, reason, at, openUntil, minute }) =>
      tell({
        ...{ of: 'breaker', gateway, account, from, to, why: reason, at: isoOf(at) },
        openUntil: openUntil === null ? null : isoOf(openUntil),
        rates: ratesOf(60_000, minute),
      }),
    standingChanged: ({ gateway, account, from, to, why, at, overMs, stats }) =>
      tell({ ...{ of: 'health', gateway, account, from, to, why, at: isoOf(at) }, rates: ratesOf(overMs, stats) }),
  }
}

const isoOf = (at: number): string => new Date(at).toISOString()

const ratesOf = (
  overMs: number,
  { calls, errorRate, timeoutRate, unknownRate, successRate }: WindowStats,
): HealthRates => ({ overMs, calls, errorRate, timeoutRate, unknownRate, successRate })
