import type { Backlog, Sealing } from '../events/index.ts'
import type { FlowContext } from '../flows/index.ts'
import type { BreakerState } from '../resilience/index.ts'
import type { HealthState } from '../routing/index.ts'
import type { ReplicaHealth } from '../storage/index.ts'
import type { GatewayHealthChange, HealthWatch } from './health-watch.ts'

/** How one gateway account does, as this process sees it, and hears from others where they tell each other. Times are ISO 8601; counts are of the last five minutes. */
export interface GatewayAccountHealth {
  readonly gateway: string
  readonly account: string
  readonly health: HealthState
  readonly since: string
  readonly breaker: BreakerState
  /** While the breaker is open: when probes are let through again. */
  readonly breakerOpenUntil: string | null
  readonly callsInFlight: number
  readonly calls: number
  readonly errors: number
  readonly timeouts: number
  /** Calls of which nobody knew whether they took effect. */
  readonly unknown: number
  /** The last changes of breaker and health, the newest first; eight at most. */
  readonly changes: readonly GatewayHealthChange[]
}

/** What is going on in this process. JSON-safe. */
export interface Health {
  readonly status: 'ok' | 'failing'
  readonly storage: string
  /** Servers that tell each other how the gateways do, this one included; 1 where they do not. */
  readonly servers: number
  readonly gateways: readonly string[]
  readonly accounts: readonly GatewayAccountHealth[]
  /** Changes that wait to be committed. */
  readonly queued: number
  readonly callsInFlight: number
  /** Events of all servers that have no position in the stream yet; null while the storage is away. */
  readonly unsealed: Backlog | null
  /** Copies of the database that reads may go to; absent where there are none. */
  readonly replicas?: readonly ReplicaHealth[]
}

export const healthOf = async (context: FlowContext, watch: HealthWatch, sealing: Sealing): Promise<Health> => {
  const reachable = await context.storage.head(0).then(
    () => true,
    () => false,
  )
  const { queued } = context.committer.stats()
  const { replicas } = context.storage
  return {
    status: reachable ? 'ok' : 'failing',
    storage: context.storage.name,
    servers: 1 + (context.peers?.others() ?? 0),
    gateways: [...context.gateways.keys()],
    accounts: accountsOf(context, watch),
    queued: Object.values(queued).reduce((sum: number, one) => sum + one, 0),
    callsInFlight: context.inFlight.size,
    unsealed: await sealing.backlog().catch(() => null),
    ...(replicas === undefined ? {} : { replicas: await replicas.health() }),
  }
}

const HORIZON_MS = 300_000

const accountsOf = (context: FlowContext, watch: HealthWatch): readonly GatewayAccountHealth[] =>
  [...context.guards].flatMap(([gateway, guard]) => {
    const { accounts } = guard.snapshot()
    return (context.gateways.get(gateway)?.accounts ?? []).map((account): GatewayAccountHealth => {
      const { state, since } = context.standings.healthOf(gateway, account)
      const { calls, error, refused, timeout, unknown } = guard.stats(account, HORIZON_MS)
      return {
        ...{ gateway, account, health: state, since: new Date(since).toISOString() },
        breaker: accounts[account]?.breaker.state ?? 'closed',
        breakerOpenUntil: isoOrNull(accounts[account]?.breaker.openUntil ?? null),
        callsInFlight: accounts[account]?.inFlight ?? 0,
        ...{ calls, errors: error + refused, timeouts: timeout, unknown },
        changes: watch.recent(gateway, account),
      }
    })
  })

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
