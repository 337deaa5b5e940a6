import { FlorinError } from '../kernel/index.ts'
import { type GatewayHealth, healthAfter, healthyAt } from './health.ts'
import type { GatewayStats } from './stats.ts'

/** Remembers the health of each gateway in this process: the state that the pure step needs. */
export interface HealthBoard {
  /** Looks at a gateway's windows: its health from now on, and whether it just changed. Every few seconds is often enough. */
  look(gateway: string, stats: GatewayStats, at: number): { readonly health: GatewayHealth; readonly changed: boolean }
  healthOf(gateway: string): GatewayHealth
}

/** A board for these gateways; all of them begin healthy. Asking for another is a bug of the caller. */
export const createHealthBoard = (gateways: Iterable<string>, at: number): HealthBoard => {
  const board = new Map<string, GatewayHealth>([...gateways].map((name) => [name, healthyAt(at)]))
  const healthOf = (gateway: string): GatewayHealth => {
    const health = board.get(gateway)
    if (health === undefined) throw new FlorinError('internal', `no gateway '${gateway}' is on the health board`)
    return health
  }
  return {
    healthOf,
    look(gateway, stats, now) {
      const before = healthOf(gateway)
      const health = healthAfter(before, stats, now)
      board.set(gateway, health)
      return { health, changed: health !== before }
    },
  }
}
