import { type Machine, next } from '../kernel/index.ts'
import { callsOf, failuresOf, type GatewayStats, type GatewayWindow, shareOf } from './stats.ts'

/** How far a gateway is trusted, by what it did lately. */
export const HEALTH_STATES = ['healthy', 'degraded', 'reduced', 'excluded', 'restored'] as const
/** One of them. */
export type HealthState = (typeof HEALTH_STATES)[number]

/** What a look at the windows can say. */
export type HealthEvent = 'errors' | 'timeouts' | 'failing' | 'recovered' | 'quiet' | 'calm'

/**
 * Worse at once, better step by step. `restored` is a probation: the windows still remember the outage, so it is judged by its last five
 * minutes alone, and failing there excludes it again.
 */
export const HEALTH = {
  healthy: { errors: 'degraded', timeouts: 'reduced', failing: 'excluded' },
  degraded: { timeouts: 'reduced', failing: 'excluded', calm: 'healthy' },
  reduced: { failing: 'excluded', calm: 'degraded' },
  excluded: { recovered: 'restored', quiet: 'restored' },
  restored: { failing: 'excluded', calm: 'healthy' },
} as const satisfies Machine<HealthState, HealthEvent>

const MINUTE_MS = 60_000

/** When a gateway changes its state, with the reason for each number. Rates are shares of calls. */
export const HEALTH_THRESHOLDS = {
  /** More errors than this in 5 minutes degrade. */
  errorRate: 0.05,
  /** More timeouts than this in 5 minutes reduce: each keeps a buyer waiting and may leave an unknown. */
  timeoutRate: 0.1,
  /** Less success than this in 15 minutes excludes. */
  successRate: 0.95,
  /** More success than this in 10 minutes restores. */
  restoredRate: 0.99,
  /** Getting better takes a rate below half of what made it worse, so that a gateway at the threshold does not flap. */
  calmFactor: 0.5,
  /** Fewer calls say nothing: one error in three is chance. */
  minCalls5m: 10,
  minCalls15m: 20,
  /** Calls that prove a recovery; few, because an excluded gateway gets few. */
  minCalls10m: 10,
  /** Nor do one or two failures, however few the calls. */
  minFailures: 3,
  /** A state lasts a whole 5-minute window before it gets better. */
  calmAfterMs: 5 * MINUTE_MS,
  /** Probation lasts until the 15-minute window has forgotten the outage. */
  probationMs: 15 * MINUTE_MS,
  /** An excluded gateway with too little traffic to prove itself, and no failure in 10 minutes, is put on probation after this long. */
  quietAfterMs: 30 * MINUTE_MS,
} as const

/** A gateway's state, since when, and what led to it. */
export interface GatewayHealth {
  readonly state: HealthState
  readonly since: number
  readonly why: HealthEvent | null
}

/** Where every gateway starts: trusted until it fails. */
export const healthyAt = (at: number): GatewayHealth => ({ state: 'healthy', since: at, why: null })

const T = HEALTH_THRESHOLDS

const above = (part: number, window: GatewayWindow, rate: number, minCalls: number): boolean =>
  callsOf(window) >= minCalls && part >= T.minFailures && shareOf(part, window) > rate

const success = (window: GatewayWindow): number => 1 - shareOf(failuresOf(window), window)

/** Long failures that are over do not exclude: what happened 10 minutes ago is no reason to turn away from a gateway that works. */
const works = (last5m: GatewayWindow): boolean => callsOf(last5m) >= T.minCalls5m && success(last5m) > T.restoredRate

const failing = (state: HealthState, { last5m, last15m }: GatewayStats): boolean =>
  state === 'restored'
    ? above(failuresOf(last5m), last5m, 1 - T.successRate, T.minCalls5m)
    : above(failuresOf(last15m), last15m, 1 - T.successRate, T.minCalls15m) && !works(last5m)

const better = ({ state, since }: GatewayHealth, stats: GatewayStats, at: number): HealthEvent | null => {
  const { last5m, last10m } = stats
  const lasted = at - since
  if (state === 'excluded') {
    if (callsOf(last10m) >= T.minCalls10m) return success(last10m) > T.restoredRate ? 'recovered' : null
    return lasted >= T.quietAfterMs && failuresOf(last10m) === 0 ? 'quiet' : null
  }
  if (lasted < (state === 'restored' ? T.probationMs : T.calmAfterMs)) return null
  const calm =
    shareOf(last5m.timeouts, last5m) <= T.timeoutRate * T.calmFactor &&
    (state === 'reduced' || shareOf(last5m.errors, last5m) <= T.errorRate * T.calmFactor)
  return calm ? 'calm' : null
}

const eventOf = (health: GatewayHealth, stats: GatewayStats, at: number): HealthEvent | null => {
  const { last5m } = stats
  const { state } = health
  if (state !== 'excluded' && failing(state, stats)) return 'failing'
  if ((state === 'healthy' || state === 'degraded') && above(last5m.timeouts, last5m, T.timeoutRate, T.minCalls5m))
    return 'timeouts'
  if (state === 'healthy' && above(last5m.errors, last5m, T.errorRate, T.minCalls5m)) return 'errors'
  return better(health, stats, at)
}

/** A gateway's health after a look at its windows at `at`. Pure: at most one transition a look; the same object where nothing changes. */
export const healthAfter = (health: GatewayHealth, stats: GatewayStats, at: number): GatewayHealth => {
  const event = eventOf(health, stats, at)
  if (event === null) return health
  const state = next<HealthState, HealthEvent>(HEALTH, health.state, event)
  return state === undefined ? health : { state, since: at, why: event }
}
