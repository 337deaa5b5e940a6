import type { BreakerLeave } from '../resilience/index.ts'
import type { HealthState } from './health.ts'
import type { SchemeVerdict } from './scheme-caps.ts'
import type { GatewayStats } from './stats.ts'

/** What is known about a gateway account at this moment. What is absent counts as well and free, without history. */
export interface GatewayStanding {
  /** What its circuit breaker would say to a charge. */
  readonly leave?: BreakerLeave | undefined
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
  /** Asked once for each account in the running. */
  readonly standingOf?: ((gateway: string, account: string) => GatewayStanding | undefined) | undefined
  /** What the schemes' retry rules say about this card; see `schemeCaps`. */
  readonly caps?: SchemeVerdict | undefined
  /** Failover: they are not asked again. */
  readonly tried?: readonly TriedAccount[] | undefined
}
