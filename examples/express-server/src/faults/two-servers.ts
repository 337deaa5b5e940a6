import { setTimeout as pause } from 'node:timers/promises'
import { type ApiClient, createApiClient } from '../api-client.ts'
import type { AuditReport } from './audit.ts'
import { createNotebook, runBuyers } from './buyer.ts'
import type { Child } from './child.ts'
import { createDice } from './dice.ts'
import { makeOrders } from './orders.ts'
import { API_KEY, badDay, type DatabaseKind, freePort, openPlace } from './place.ts'

/** How hard. */
export interface TwoServersRun {
  readonly orders: number
  readonly atOnce: number
  readonly seed: number
  readonly database: DatabaseKind
}

/** What became of it. */
export interface TwoServersReport extends AuditReport {
  readonly killedAfterMs: number
  /** What the server that was killed had answered until then. */
  readonly answeredByKilled: number
  /** From the kill until every order had come to its end. */
  readonly finishedMs: number
  readonly repeated: number
}

/** Longer than a loaded machine holds a living server up: here only the dead one is to be taken for dead. */
const LEASE_MS = 2_000
const LOOK_MS = 5
const MOST_LOOKS = 6_000

/** Requests take turns between the servers, as behind a load balancer that has not noticed yet that one of them is gone. */
const takingTurns = (apis: readonly ApiClient[], answered: number[]): ApiClient => {
  let turn = 0
  const next = async <T>(ask: (api: ApiClient) => Promise<T>): Promise<T> => {
    const which = turn % apis.length
    turn += 1
    const answer = await ask(apis[which] as ApiClient)
    answered[which] = (answered[which] ?? 0) + 1
    return answer
  }
  return {
    create: (body, key) => next((api) => api.create(body, key)),
    act: (id, command, body, key) => next((api) => api.act(id, command, body, key)),
    payment: (id) => next((api) => api.payment(id)),
    timeline: (id) => next((api) => api.timeline(id)),
    balances: () => next((api) => api.balances()),
  }
}

/**
 * Two servers on one database share a load; one is killed with SIGKILL in the middle and never comes back. The other one has to finish
 * what it left, and then every promise is audited. Webhooks go to the one that lives.
 */
export const runTwoServers = async (run: TwoServersRun): Promise<TwoServersReport> => {
  const ports = [await freePort(), await freePort()] as const
  const place = await openPlace(run.database, ports[1])
  const servers: Child[] = []
  const dice = createDice(run.seed)
  try {
    for (const port of ports) servers.push(await place.startServer(port, LEASE_MS))
    const answered: number[] = []
    const clients = ports.map((port) => createApiClient(`http://127.0.0.1:${port}`, API_KEY))
    const notebook = createNotebook()
    await place.fail(badDay(dice))
    const load = runBuyers(takingTurns(clients, answered), notebook, makeOrders(dice, 1, run.orders), run.atOnce)
    const began = performance.now()
    const enough = dice.between(5, run.orders) // it must be in the middle of something, however slow the machine is
    for (let looks = 0; looks < MOST_LOOKS && (answered[0] ?? 0) < enough; looks++) await pause(LOOK_MS)
    await servers.shift()?.kill()
    const killed = performance.now()
    const answeredByKilled = answered[0] ?? 0
    await load
    const finishedMs = Math.round(performance.now() - killed)
    await place.fail([])
    await pause(LEASE_MS) // reversals of charges that were put aside
    const audit = await place.audit(notebook)
    const problems = [...notebook.surprises, ...audit.problems]
    const killedAfterMs = Math.round(killed - began)
    return { ...audit, problems, killedAfterMs, answeredByKilled, finishedMs, repeated: notebook.repeated }
  } finally {
    for (const server of servers) await server.stop()
    await place.close()
  }
}
