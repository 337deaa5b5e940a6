import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ApiClient, createApiClient } from '../api-client.ts'
import { type AuditReport, compareAcknowledged } from './audit.ts'
import { createNotebook, type Notebook, runBuyers } from './buyer.ts'
import type { Child } from './child.ts'
import { createDice, type Dice } from './dice.ts'
import { API_KEY, type DatabaseKind, freePort } from './place.ts'
import { providersScene } from './providers-scene.ts'
import { type Scene, sandboxScene } from './scene.ts'

/** Who takes the money: the sandbox, or Stripe and Adyen as their doubles over HTTP. */
export type GatewayKind = 'sandbox' | 'providers'

/** How long and how hard. */
export interface FaultRun {
  readonly rounds: number
  /** Orders a round. */
  readonly orders: number
  /** Buyers at a time. */
  readonly atOnce: number
  readonly seed: number
  readonly database: DatabaseKind
  readonly gateways: GatewayKind
}

/** What one round did, and what was wrong after it; nothing, if Florin keeps its promises. */
export interface RoundReport extends AuditReport {
  readonly round: number
  readonly database: DatabaseKind
  readonly gateways: GatewayKind
  readonly orders: number
  /** When the server was killed, after its start or its restart. */
  readonly killedAfterMs: readonly number[]
  /** From the last restart until every order had come to its end. */
  readonly recoveredMs: number
  /** Requests that were sent again under their keys. */
  readonly repeated: number
}

/** A scene with one server, which always comes back on the same port. */
interface OneServer {
  readonly scene: Scene
  readonly run: FaultRun
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

/** What an order takes of a quick machine's time: the kill comes before the load is over. */
const LOAD_MS = 15

/** Kills the server in the middle of the load, once or, during recovery, twice. Gives the last one, which lives. */
const killSome = async ({ scene, port, api, run }: OneServer, first: Child, dice: Dice, notebook: Notebook) => {
  const killedAfterMs: number[] = []
  const problems: string[] = []
  let server = first
  for (let kills = dice.oneIn(3) ? 2 : 1; kills > 0; kills -= 1) {
    const after = dice.between(20, killedAfterMs.length === 0 ? LOAD_MS * run.orders : 300)
    await pause(after)
    await server.kill()
    killedAfterMs.push(after)
    server = await scene.startServer(port)
  }
  // What the buyers have been told by now, they were told before the kill: this is asked before recovery has done much.
  problems.push(...(await compareNow(api, notebook)))
  return { server, killedAfterMs, problems }
}

const playRound = async (at: OneServer, first: Child, dice: Dice, round: number) => {
  const { scene, api, run } = at
  const notebook = createNotebook()
  await scene.trouble(dice)
  const load = runBuyers(api, notebook, scene.orders(dice, round, run.orders), run.atOnce)
  const { server, killedAfterMs, problems } = await killSome(at, first, dice, notebook)
  const restarted = performance.now()
  await scene.restarted()
  await load
  const recoveredMs = Math.round(performance.now() - restarted)
  const audit = await scene.audit(notebook, api)
  const report: RoundReport = {
    round,
    database: run.database,
    gateways: run.gateways,
    orders: run.orders,
    killedAfterMs,
    recoveredMs,
    repeated: notebook.repeated,
    ...audit,
    problems: [...problems, ...notebook.surprises, ...audit.problems],
  }
  return { server, report }
}

const OPEN = { sandbox: sandboxScene, providers: providersScene } as const

/** Plays rounds on one database, which grows from round to round. */
const playOnOne = async (
  run: FaultRun,
  rounds: readonly number[],
  dice: Dice,
  cache: string,
  tell: (report: RoundReport) => void,
): Promise<boolean> => {
  const port = await freePort()
  const scene = await OPEN[run.gateways]({ database: run.database, port, env: { NODE_COMPILE_CACHE: cache } })
  const at = { scene, run, port, api: createApiClient(`http://127.0.0.1:${port}`, API_KEY) }
  let server: Child | undefined
  let ok = true
  try {
    server = await scene.startServer(port)
    for (const round of rounds) {
      const played = await playRound(at, server, dice, round)
      server = played.server
      ok &&= played.report.problems.length === 0
      tell(played.report)
    }
    return ok
  } finally {
    await server?.stop()
    await scene.close()
  }
}

const ROUNDS_A_DATABASE = 10 // each round audits all payments of its database

/**
 * Round after round: load, `kill -9` at a random moment, restart, and an audit when every buyer has an answer. The gateways are processes
 * of their own and survive all of it. Every ten rounds a new database begins. True when no round had a problem.
 */
export const runFaults = async (run: FaultRun, tell: (report: RoundReport) => void): Promise<boolean> => {
  const dice = createDice(run.seed)
  const cache = mkdtempSync(join(tmpdir(), 'florin-compiled-')) // restarts are most of a round, and compiling most of a start
  const rounds = Array.from({ length: run.rounds }, (_, index) => index + 1)
  let ok = true
  try {
    for (let from = 0; from < rounds.length; from += ROUNDS_A_DATABASE)
      ok = (await playOnOne(run, rounds.slice(from, from + ROUNDS_A_DATABASE), dice, cache, tell)) && ok
    return ok
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}
