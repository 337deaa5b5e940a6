import type { Gateway } from '../../gateways/index.ts'
import type { Clock } from '../../kernel/index.ts'
import type { Guard, HorizonMs, WindowStats } from '../../resilience/index.ts'
import {
  createHealthBoard,
  type GatewayHealth,
  type GatewayStanding,
  type GatewayStats,
  gatewayStatsOf,
  type HealthEvent,
  type HealthState,
} from '../../routing/index.ts'

/** A gateway account that is trusted more, or less, than before: why, and what was seen of it over the time that decided. */
export interface StandingChange {
  readonly gateway: string
  readonly account: string
  readonly from: HealthState
  readonly to: HealthState
  readonly why: HealthEvent
  readonly at: number
  readonly overMs: HorizonMs
  readonly stats: WindowStats
}

/** How each gateway account does, in this process: what routing goes by. */
export interface Standings {
  /** Looks at all accounts, so that what changes by time alone is told where nobody pays. */
  look(): void
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

/** What decides about each change of health; `failing` after a probation looks at its last five minutes, which these contain. */
const DECIDED_OVER: Readonly<Record<HealthEvent, HorizonMs>> = {
  errors: 300_000,
  timeouts: 300_000,
  failing: 900_000,
  recovered: 600_000,
  quiet: 600_000,
  calm: 300_000,
}

/** Standings by what the guards of these gateways measure. `onChange` hears of each change once, and must not throw. */
export const createStandings = (
  gateways: ReadonlyMap<string, Gateway>,
  guards: ReadonlyMap<string, Guard>,
  clock: Clock,
  onChange: (change: StandingChange) => void = () => {},
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
    const from = board.healthOf(name).state
    const { health, changed } = board.look(name, stats, now)
    const fresh = { at: now, stats, health }
    seen.set(name, fresh)
    if (changed && health.why !== null) {
      const overMs = DECIDED_OVER[health.why]
      const { state: to, why } = health
      onChange({ gateway, account, from, to, why, at: now, overMs, stats: guard.stats(account, overMs) })
    }
    return fresh
  }
  const of: Standings['of'] = (gateway, account) => {
    const guard = guards.get(gateway)
    if (guard === undefined || !known.has(nameOf(gateway, account))) return undefined
    const { stats, health } = look(gateway, account, guard)
    return { leave: guard.leave(account), health: health.state, stats }
  }
  return Object.freeze<Standings>({
    of,
    look() {
      for (const [name, { accounts: all }] of gateways) for (const account of all) of(name, account)
    },
    healthOf(gateway, account) {
      const guard = guards.get(gateway)
      return guard === undefined ? board.healthOf(nameOf(gateway, account)) : look(gateway, account, guard).health
    },
  })
}

const nameOf = (gateway: string, account: string): string => `${gateway}/${account}`
