import type { HealthState } from './health.ts'
import type { SchemeVerdict } from './scheme-caps.ts'
import type { GatewayStats } from './stats.ts'

/** What is known about a gateway at this moment. What is absent counts as well and closed, without history. */
export interface GatewayStanding {
  readonly breaker?: 'closed' | 'half_open' | 'open' | undefined
  readonly health?: HealthState | undefined
  readonly stats?: GatewayStats | undefined
}

/** An account that this payment was sent to already. */
export interface TriedAccount {
  readonly gateway: string
  readonly account: string
}

/** The circumstances of a decision, beside the payment itself. */
export interface RoutingConditions {
  /** The instant of the decision, in milliseconds. */
  readonly at: number
  /** By gateway name. */
  readonly standings?: ReadonlyMap<string, GatewayStanding> | undefined
  /** What the schemes' retry rules say about this card; see `schemeCaps`. */
  readonly caps?: SchemeVerdict | undefined
  /** Failover: they are not asked again. */
  readonly tried?: readonly TriedAccount[] | undefined
}
