import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '@florin/testkit'
import { type ApiClient, createApiClient } from '../../api-client.ts'
import type { AuditReport } from '../audit.ts'
import { createNotebook, type Notebook, runBuyers } from '../buyer.ts'
import { createDice, type Dice } from '../dice.ts'
import { makeOrders } from '../orders.ts'
import { API_KEY, freePort, LEASE_MS, openPlace, type Place } from '../place.ts'
import { HOUSES, type House } from './houses.ts'
import type { Strike, Struck } from './strikes.ts'

/** How long and how hard. */
export interface DatabaseRun {
  /** How often each strike is struck. */
  readonly rounds: number
  /** Orders a round. */
  readonly orders: number
  /** Buyers at a time. */
  readonly atOnce: number
  readonly seed: number
  /** Which houses to run in, by name; all if absent. */
  readonly houses?: readonly string[]
  /** Which strikes, by name; all of the house's if absent. */
  readonly strikes?: readonly string[] | undefined
}

/** What became of one strike. */
export interface StrikeReport extends AuditReport {
  readonly strike: string
  readonly round: number
  /** How often the strike hit. */
  readonly hits: number
  /** From when the database could work again until a new payment succeeded. */
  readonly backMs: number
  /** Requests that were sent again under their keys. */
  readonly repeated: number
}

/** A house that could not be opened on this machine, and why. */
export interface Skipped {
  readonly skipped: string
  readonly reason: string
}

const PATIENCE_MS = 30_000
/** The gateway works here, or its breaker would keep the load away from the database; answers take a moment, so that they are struck. */
const CALM_DAY: readonly Fault[] = [
  { how: 'slow', ms: 15, times: Number.POSITIVE_INFINITY },
  { how: 'lose_webhook', times: 3 },
]
const CARD = { type: 'card', token: 'tok_approve' }

/** How long until money can be taken again. */
const paidAfter = async (api: ApiClient, reference: string, notebook: Notebook): Promise<number> => {
  const began = performance.now()
  while (performance.now() - began < PATIENCE_MS) {
    const order = { reference, amount: '1.00', currency: 'EUR', method: CARD }
    const answer = await api.create(order, reference).catch(() => undefined)
    if (answer?.body.status === 'succeeded') return Math.round(performance.now() - began)
    await pause(20)
  }
  notebook.surprises.push(`no payment succeeded within ${PATIENCE_MS} ms after the database was back`)
  return PATIENCE_MS
}

interface Scene {
  readonly place: Place
  readonly api: ApiClient
  readonly at: Struck
  readonly run: DatabaseRun
  readonly dice: Dice
}

/** Buyers buy, the database is struck, everybody gets an answer, and every promise is audited. */
const play = async (scene: Scene, { name, strike }: Strike, round: number): Promise<StrikeReport> => {
  const { place, api, at, run, dice } = scene
  const notebook = createNotebook()
  await place.fail(CALM_DAY)
  const load = runBuyers(api, notebook, makeOrders(dice, `${name} ${round}`, run.orders), run.atOnce)
  const hits = await strike(at, dice)
  const backMs = await paidAfter(api, `after ${name} ${round}`, notebook)
  await load
  await place.fail([])
  await pause(LEASE_MS) // reversals of charges that were put aside
  const audit = await place.audit(notebook)
  const problems = [...notebook.surprises, ...audit.problems]
  if (hits === 0) problems.push('the strike did not hit, so that this round proves nothing')
  return { ...audit, strike: name, round, hits, backMs, repeated: notebook.repeated, problems }
}

interface Work {
  readonly house: House
  readonly run: DatabaseRun
  readonly rounds: readonly number[]
  readonly tell: (report: StrikeReport) => void
}

/** Plays rounds in one house, from its building to its end. */
const playRounds = async ({ house, run, rounds, tell }: Work): Promise<boolean> => {
  const port = await freePort()
  const { at, database } = await house.open()
  const place = await openPlace(database, port)
  const closing: (() => Promise<void>)[] = [() => place.close()]
  let ok = true
  try {
    const server = await place.startServer(port)
    closing.unshift(() => server.stop())
    const api = createApiClient(`http://127.0.0.1:${port}`, API_KEY)
    const scene = { place, api, at, run, dice: createDice(run.seed + (rounds[0] ?? 0)) }
    for (const round of rounds) {
      for (const strike of house.strikes) {
        if (run.strikes?.includes(strike.name) === false) continue
        const report = await play(scene, strike, round)
        ok &&= report.problems.length === 0
        tell(report)
      }
    }
    return ok
  } finally {
    for (const close of closing) await close()
  }
}

const runHouse = async (work: Work): Promise<boolean> => {
  if (!work.house.once) return playRounds(work)
  let ok = true
  for (const round of work.rounds) ok = (await playRounds({ ...work, rounds: [round] })) && ok
  return ok
}

/**
 * A shop's server takes payments while its PostgreSQL fails in one way after the other, and is audited after each: nothing that was
 * acknowledged is lost, nothing happened twice, and everything is resolved. Shop and acquirer are processes of their own. True when no
 * round had a problem.
 */
export const runDatabaseFaults = async (
  run: DatabaseRun,
  tell: (report: StrikeReport | Skipped) => void,
): Promise<boolean> => {
  const rounds = Array.from({ length: run.rounds }, (_, i) => i + 1)
  let ok = true
  for (const house of HOUSES) {
    if (run.houses?.includes(house.name) === false) continue
    const reason = house.impossible()
    if (reason !== null) tell({ skipped: house.name, reason })
    else ok = (await runHouse({ house, run, rounds, tell })) && ok
  }
  return ok
}
