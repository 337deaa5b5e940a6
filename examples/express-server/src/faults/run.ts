import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '@florin/testkit'
import { type ApiClient, createApiClient } from '../api-client.ts'
import type { Question } from './acquirer-main.ts'
import { type AcquirerSays, type AuditReport, compareAcknowledged, runAudit } from './audit.ts'
import { createNotebook, type Notebook, runBuyers } from './buyer.ts'
import { type Child, startChild } from './child.ts'
import { createDice, type Dice } from './dice.ts'
import { makeOrders } from './orders.ts'

/** How long and how hard. */
export interface FaultRun {
  readonly rounds: number
  /** Orders a round. */
  readonly orders: number
  /** Buyers at a time. */
  readonly atOnce: number
  readonly seed: number
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

const MERCHANT = 'mer_faults'
const KEY = 'faults'
const SECRET = 'a webhook secret for the fault run'
const LEASE_MS = 400 // recovery waits this long after a crash: the server's own 15 s would make a run long, not hard

interface Place {
  readonly db: string
  readonly port: number
  readonly acquirer: Child
  readonly api: ApiClient
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const startServer = ({ db, port, acquirer }: Place): Promise<Child> =>
  startChild('../main.ts', {
    PORT: `${port}`,
    HOST: '127.0.0.1',
    FLORIN_DB: db,
    API_KEYS: `${KEY}:${MERCHANT}`,
    SANDBOX_URL: acquirer.ready,
    SANDBOX_API_KEY: 'sandbox_default',
    SANDBOX_WEBHOOK_SECRET: SECRET,
    SHOP: 'off',
    FLORIN_LEASE_MS: `${LEASE_MS}`,
    FLORIN_RECOVERY_MS: '100',
  })

/** A gateway on a bad day: some answers are lost, some say 500, and all take a moment, so that every kill finds calls on their way. */
const badDay = (dice: Dice): readonly Fault[] => [
  { how: dice.pick(['drop_after', 'error_500_after', 'cut_body']), when: { operation: 'charge' }, times: 2 },
  { how: dice.pick(['drop_before', 'error_500_before', 'rate_limit']), when: { operation: 'charge' } },
  { how: dice.pick(['drop_after', 'error_500_after']), when: { operation: 'capture' } },
  { how: dice.pick(['drop_after', 'error_500_after']), when: { operation: 'refund' } },
  { how: dice.pick(['lose_webhook', 'duplicate_webhook']), times: 5 },
  { how: 'slow', ms: 15, times: Number.POSITIVE_INFINITY },
]

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
const killSome = async (place: Place, first: Child, dice: Dice, notebook: Notebook) => {
  const killedAfterMs: number[] = []
  const problems: string[] = []
  let server = first
  for (let kills = dice.oneIn(3) ? 2 : 1; kills > 0; kills -= 1) {
    const after = dice.between(20, killedAfterMs.length === 0 ? 900 : 300)
    await pause(after)
    await server.kill()
    killedAfterMs.push(after)
    server = await startServer(place)
  }
  // What the buyers have been told by now, they were told before the kill: this is asked before recovery has done much.
  problems.push(...(await compareNow(place.api, notebook)))
  return { server, killedAfterMs, problems }
}

const playRound = async (place: Place, first: Child, dice: Dice, round: number, run: FaultRun) => {
  const notebook = createNotebook()
  await place.acquirer.ask<object>({ ask: 'faults', faults: badDay(dice) } satisfies Question)
  const load = runBuyers(place.api, notebook, makeOrders(dice, round, run.orders), run.atOnce)
  const { server, killedAfterMs, problems } = await killSome(place, first, dice, notebook)
  const restarted = performance.now()
  await load
  const recoveredMs = Math.round(performance.now() - restarted)
  await place.acquirer.ask<object>({ ask: 'faults', faults: [] } satisfies Question)
  await pause(LEASE_MS) // reversals of charges that were put aside
  const audit = await runAudit({
    db: place.db,
    merchant: MERCHANT,
    sandboxUrl: place.acquirer.ready,
    acknowledged: [...notebook.acknowledged.values()],
    ask: (references) => place.acquirer.ask<AcquirerSays>({ ask: 'books', references } satisfies Question),
  })
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
  const folder = mkdtempSync(join(tmpdir(), 'florin-faults-'))
  const port = await freePort()
  const webhookUrl = `http://127.0.0.1:${port}/v1/webhooks/sandbox/default`
  const acquirer = await startChild('./acquirer-main.ts', {
    FAULTS_WEBHOOK_URL: webhookUrl,
    FAULTS_WEBHOOK_SECRET: SECRET,
  })
  const place = { db: join(folder, 'faults.db'), port, acquirer, api: createApiClient(`http://127.0.0.1:${port}`, KEY) }
  const dice = createDice(run.seed)
  let server: Child | undefined
  let ok = true
  try {
    server = await startServer(place)
    for (let round = 1; round <= run.rounds; round += 1) {
      const played = await playRound(place, server, dice, round, run)
      server = played.server
      ok &&= played.report.problems.length === 0
      tell(played.report)
    }
    return ok
  } finally {
    await server?.stop()
    await acquirer.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
