import { setTimeout as pause } from 'node:timers/promises'
import type { ApiClient } from '../api-client.ts'
import type { AuditReport } from './audit.ts'
import type { Notebook } from './buyer.ts'
import type { Child } from './child.ts'
import type { Dice } from './dice.ts'
import { makeOrders, type Order } from './orders.ts'
import { badDay, type DatabaseKind, LEASE_MS, openPlace } from './place.ts'

/** Where rounds are played: a database, and gateways in processes of their own that are never killed. */
export interface Scene {
  startServer(port: number): Promise<Child>
  orders(dice: Dice, round: number, count: number): readonly Order[]
  /** The gateways begin to have a bad day. */
  trouble(dice: Dice): Promise<void>
  /** The server was killed, for the last time in this round, and is back. */
  restarted(): Promise<void>
  /** Waits until money is at rest, and compares what Florin believes, what it promised and what the gateways did. */
  audit(notebook: Notebook, api: ApiClient): Promise<AuditReport>
  close(): Promise<void>
}

/** What a scene is made of. */
export interface SceneParts {
  readonly database: DatabaseKind
  /** Where the gateways' webhooks go. */
  readonly port: number
  /** What the server is started with besides. */
  readonly env: Readonly<Record<string, string>>
}

/** The sandbox, whose cards do everything that cards can do. */
export const sandboxScene = async ({ database, port, env }: SceneParts): Promise<Scene> => {
  const place = await openPlace(database, port, env)
  return {
    startServer: place.startServer,
    orders: makeOrders,
    trouble: (dice) => place.fail(badDay(dice)),
    restarted: async () => {}, // its faults are counted, and end by themselves
    async audit(notebook) {
      await place.fail([])
      await pause(LEASE_MS) // reversals of charges that were put aside
      return place.audit(notebook)
    },
    close: place.close,
  }
}
