import type { HorizonMs, WindowStats } from '../resilience/index.ts'

/** What happened to the charges sent to one gateway account within a window that ends now. The counts are disjoint. */
export interface GatewayWindow {
  /** The gateway did its work: approved, or waiting for somebody else. */
  readonly answered: number
  /** Declined. No failure of the gateway: health does not look at it, and it lowers the score only. */
  readonly declined: number
  /** Refused connections, resets, 5xx, unreadable answers. */
  readonly errors: number
  /** No answer in time. */
  readonly timeouts: number
  /** Median or mean time to an answer, in milliseconds; 0 where nothing was answered. */
  readonly typicalMs: number
  readonly p95Ms: number
}

/** One gateway account's windows. Each contains the shorter ones. A plain snapshot: whoever measures fills it in. */
export interface GatewayStats {
  readonly last5m: GatewayWindow
  readonly last10m: GatewayWindow
  readonly last15m: GatewayWindow
}

/** Charges that ended within a window. */
export const callsOf = ({ answered, declined, errors, timeouts }: GatewayWindow): number =>
  answered + declined + errors + timeouts

/** The gateway's own failures: errors and timeouts. Declines are none. */
export const failuresOf = ({ errors, timeouts }: GatewayWindow): number => errors + timeouts

/** A share of a window's calls; 0 of none. */
export const shareOf = (part: number, window: GatewayWindow): number => {
  const calls = callsOf(window)
  return calls === 0 ? 0 : part / calls
}

const windowOf = (seen: WindowStats): GatewayWindow => ({
  answered: seen.success + seen.pending,
  declined: seen.decline,
  errors: seen.error + seen.refused,
  timeouts: seen.timeout,
  typicalMs: seen.meanMs ?? 0,
  p95Ms: seen.p95Ms ?? 0,
})

/** The windows that routing looks at, of those that a guard keeps. Being asked to come again later (`busy`) counts neither way. */
export const gatewayStatsOf = (over: (horizonMs: HorizonMs) => WindowStats): GatewayStats => ({
  last5m: windowOf(over(300_000)),
  last10m: windowOf(over(600_000)),
  last15m: windowOf(over(900_000)),
})
