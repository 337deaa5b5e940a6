import type { Gateway } from '../../gateways/index.ts'
import type { Clock } from '../../kernel/index.ts'
import type { Guard } from '../../resilience/index.ts'
import {
  createHealthBoard,
  type GatewayHealth,
  type GatewayStanding,
  type GatewayStats,
  gatewayStatsOf,
} from '../../routing/index.ts'

/** How each gateway account does, in this process: what routing goes by. */
export interface Standings {
  /** Undefined for an account that is not configured. */
  of(gateway: string, account: string): GatewayStanding | undefined
  /** The health of an account that is configured. */
  healthOf(gateway: string, account: string): GatewayHealth
}

/** Rates over minutes do not change within a second; a breaker does, and is asked every time. */
const LOOK_EVERY_MS = 1_000

interface Seen {
  readonly at: number
  readonly stats: GatewayStats
  readonly health: GatewayHealth
}

/** Standings by what the guards of these gateways measure. */
export const createStandings = (
  gateways: ReadonlyMap<string, Gateway>,
  guards: ReadonlyMap<string, Guard>,
  clock: Clock,
): Standings => {
  const accounts = [...gateways].flatMap(([name, gateway]) => gateway.accounts.map((account) => nameOf(name, account)))
  const known = new Set(accounts)
  const board = createHealthBoard(accounts, clock.now())
  const seen = new Map<string, Seen>()
  const look = (gateway: string, account: string, guard: Guard): Seen => {
    const now = clock.now()
    const name = nameOf(gateway, account)
    const last = seen.get(name)
    if (last !== undefined && Math.abs(now - last.at) < LOOK_EVERY_MS) return last
    const stats = gatewayStatsOf((horizonMs) => guard.stats(account, horizonMs))
    const fresh = { at: now, stats, health: board.look(name, stats, now).health }
    seen.set(name, fresh)
    return fresh
  }
  return Object.freeze<Standings>({
    of(gateway, account) {
      const guard = guards.get(gateway)
      if (guard === undefined || !known.has(nameOf(gateway, account))) return undefined
      const { stats, health } = look(gateway, account, guard)
      return { leave: guard.leave(account), health: health.state, stats }
    },
    healthOf(gateway, account) {
      const guard = guards.get(gateway)
      return guard === undefined ? board.healthOf(nameOf(gateway, account)) : look(gateway, account, guard).health
    },
  })
}

const nameOf = (gateway: string, account: string): string => `${gateway}/${account}`
