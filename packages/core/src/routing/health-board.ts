import { FlorinError } from '../kernel/index.ts'
import { type GatewayHealth, healthAfter, healthyAt } from './health.ts'
import type { GatewayStats } from './stats.ts'

/** Remembers the health of each gateway account in this process: the state that the pure step needs. */
export interface HealthBoard {
  /** Looks at an account's windows: its health from now on, and whether it just changed. Every few seconds is often enough. */
  look(account: string, stats: GatewayStats, at: number): { readonly health: GatewayHealth; readonly changed: boolean }
  healthOf(account: string): GatewayHealth
}

/** A board for these accounts, each by any name of its own (`stripe/eu`); all of them begin healthy. Asking for another is a bug of the caller. */
export const createHealthBoard = (accounts: Iterable<string>, at: number): HealthBoard => {
  const board = new Map<string, GatewayHealth>([...accounts].map((name) => [name, healthyAt(at)]))
  const healthOf = (account: string): GatewayHealth => {
    const health = board.get(account)
    if (health === undefined) throw new FlorinError('internal', `no account '${account}' is on the health board`)
    return health
  }
  return {
    healthOf,
    look(account, stats, now) {
      const before = healthOf(account)
      const health = healthAfter(before, stats, now)
      board.set(account, health)
      return { health, changed: health !== before }
    },
  }
}
