/**
 * What happened to the charges sent to one gateway within a window that ends now. The four counts are disjoint, and `pending` answers count
 * as answered.
 */
export interface WindowStats {
  /** The gateway did its work: approved, waiting for the buyer, or declined for a reason that would hold at any gateway. */
  readonly answered: number
  /** Declined for a reason that another gateway may not share (`technical`, `soft_generic`). No failure of the gateway: it lowers its score only. */
  readonly declined: number
  /** Refused connections, resets, 5xx, unreadable answers, our own credentials refused. */
  readonly errors: number
  /** No answer in time. */
  readonly timeouts: number
  /** Median time to an answer, in milliseconds; 0 where nothing was answered. */
  readonly p50Ms: number
  readonly p95Ms: number
}

/** One gateway's windows. Each contains the shorter ones. A plain snapshot: whoever measures fills it in. */
export interface GatewayStats {
  readonly last5m: WindowStats
  readonly last10m: WindowStats
  readonly last15m: WindowStats
}

/** Charges that ended within a window. */
export const callsOf = ({ answered, declined, errors, timeouts }: WindowStats): number =>
  answered + declined + errors + timeouts

/** The gateway's own failures: errors and timeouts. Declines are none. */
export const failuresOf = ({ errors, timeouts }: WindowStats): number => errors + timeouts

/** A share of a window's calls; 0 of none. */
export const shareOf = (part: number, window: WindowStats): number => {
  const calls = callsOf(window)
  return calls === 0 ? 0 : part / calls
}
