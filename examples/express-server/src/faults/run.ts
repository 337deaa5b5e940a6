import { setTimeout as pause } from 'node:timers/promises'
import { type ApiClient, createApiClient } from '../api-client.ts'
import { type AuditReport, compareAcknowledged } from './audit.ts'
import { createNotebook, type Notebook, runBuyers } from './buyer.ts'
import type { Child } from './child.ts'
import { createDice, type Dice } from './dice.ts'
import { makeOrders } from './orders.ts'
import { API_KEY, badDay, type DatabaseKind, freePort, LEASE_MS, openPlace, type Place } from './place.ts'

/** How long and how hard. */
export interface FaultRun {
  readonly rounds: number
  /** Orders a round. */
  readonly orders: number
  /** Buyers at a time. */
  readonly atOnce: number
  readonly seed: number
  /** `sqlite` if absent. */
  readonly database?: DatabaseKind
}

/** What one round did, and what was wrong after it; nothing, if Florin keeps its promises. */
export interface RoundReport extends AuditReport {
  readonly round: number
  readonly orders: number
  /** When the server was killed, after its start or its restart. */
  readonly killedAfterMs: readonly number[]
  /** From the last restart until every order had come to its end. */
  readonly recoveredMs: number
  /** Requests that were sent again under their keys. */
  readonly repeated: number
}

/** A place with one server, which always comes back on the same port. */
interface OneServer {
  readonly place: Place
  readonly port: number
  readonly api: ApiClient
}

const compareNow = async (api: ApiClient, notebook: Notebook): Promise<string[]> => {
  const problems: string[] = []
  for (const before of [...notebook.acknowledged.values()]) {
    const now = await api.payment(before.id).catch((error: unknown) => String(error))
    if (typeof now === 'string') problems.push(`${before.reference}: right after the restart: ${now}`)
    else problems.push(...compareAcknowledged(before, now).map((problem) => `right after the restart: ${problem}`))
  }
  return problems
}

/** Kills the server in the middle of the load, once or, during recovery, twice. Gives the last one, which lives. */
const killSome = async ({ place, port, api }: OneServer, first: Child, dice: Dice, notebook: Notebook) => {
  const killedAfterMs: number[] = []
  const problems: string[] = []
  let server = first
  for (let kills = dice.oneIn(3) ? 2 : 1; kills > 0; kills -= 1) {
    const after = dice.between(20, killedAfterMs.length === 0 ? 900 : 300)
    await pause(after)
    await server.kill()
    killedAfterMs.push(after)
    server = await place.startServer(port)
  }
  // What the buyers have been told by now, they were told before the kill: this is asked before recovery has done much.
  problems.push(...(await compareNow(api, notebook)))
  return { server, killedAfterMs, problems }
}

const playRound = async (at: OneServer, first: Child, dice: Dice, round: number, run: FaultRun) => {
  const { place, api } = at
  const notebook = createNotebook()
  await place.fail(badDay(dice))
  const load = runBuyers(api, notebook, makeOrders(dice, round, run.orders), run.atOnce)
  const { server, killedAfterMs, problems } = await killSome(at, first, dice, notebook)
  const restarted = performance.now()
  await load
  const recoveredMs = Math.round(performance.now() - restarted)
  await place.fail([])
  await pause(LEASE_MS) // reversals of charges that were put aside
  const audit = await place.audit(notebook)
  const report: RoundReport = {
    round,
    orders: run.orders,
    killedAfterMs,
    recoveredMs,
    repeated: notebook.repeated,
    ...audit,
    problems: [...problems, ...notebook.surprises, ...audit.problems],
  }
  return { server, report }
}

/**
 * Round after round on one database: load, `kill -9` at a random moment, restart, and an audit when every buyer has an answer. The
 * acquirer is a process of its own and survives all of it. True when no round had a problem.
 */
export const runFaults = async (run: FaultRun, tell: (report: RoundReport) => void): Promise<boolean> => {
  const port = await freePort()
  const place = await openPlace(run.database ?? 'sqlite', port)
  const at = { place, port, api: createApiClient(`http://127.0.0.1:${port}`, API_KEY) }
  const dice = createDice(run.seed)
  let server: Child | undefined
  let ok = true
  try {
    server = await place.startServer(port)
    for (let round = 1; round <= run.rounds; round += 1) {
      const played = await playRound(at, server, dice, round, run)
      server = played.server
      ok &&= played.report.problems.length === 0
      tell(played.report)
    }
    return ok
  } finally {
    await server?.stop()
    await place.close()
  }
}
