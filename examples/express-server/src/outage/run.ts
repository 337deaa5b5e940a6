import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TimelineView } from '@florin/core'
import { type ApiClient, createApiClient } from '../api-client.ts'
import { createNotebook, type Notebook, runBuyers } from '../faults/buyer.ts'
import { type Child, startChild } from '../faults/child.ts'
import type { Dice } from '../faults/dice.ts'
import type { Order } from '../faults/orders.ts'
import { freePort } from '../faults/place.ts'
import { type Act, nameOf } from './acts.ts'
import { auditOutage, type OutageAudit } from './audit.ts'
import { type Endpoint, startEndpoint } from './endpoint.ts'
import { hasMoney, makeOutageOrders } from './orders.ts'

/** How hard. */
export interface OutageRun {
  readonly acts: readonly Act[]
  /** Orders that are placed during each outage. Half as many are on their way when it begins. */
  readonly orders: number
  /** Buyers at a time. */
  readonly atOnce: number
  readonly dice: Dice
  /** `FAILOVER_AFTER_MS` of the shop. */
  readonly afterMs: number
}

/** What became of the orders of one outage. */
export interface ActReport {
  readonly name: string
  /** Orders that were placed during it with a card that has money, and how many of them were paid before it was over. */
  readonly wanted: number
  readonly sold: number
  /** How long their buyers waited for an answer. */
  readonly medianMs: number
  readonly longestMs: number
}

/** The end of a run. */
export interface OutageReport extends OutageAudit {
  readonly acts: readonly ActReport[]
  /** From the last healing until everything agreed. */
  readonly settledMs: number
  /** One payment that went on elsewhere, by why. */
  readonly stories: Readonly<Record<string, TimelineView>>
}

const KEY = 'outage'
const SETTLE_MS = 90_000
const LOOK_MS = 500

interface World {
  readonly url: string
  readonly api: ApiClient
  readonly endpoints: Readonly<Record<Endpoint['name'], Endpoint>>
  readonly notebook: Notebook
  startShop(first: Endpoint['name']): Promise<Child>
}

const openWorld = async (folder: string, afterMs: number): Promise<World> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const quick = { NODE_COMPILE_CACHE: join(folder, 'compiled') } // a dozen processes read the same sources
  const [stripe, adyen] = await Promise.all([
    startEndpoint('stripe', url, folder, quick),
    startEndpoint('adyen', url, folder, quick),
  ])
  const env = {
    ...quick,
    ...stripe.env,
    ...adyen.env,
    PORT: `${port}`,
    FLORIN_DB: join(folder, 'shop.db'),
    DATABASE_URL: '',
    API_KEYS: `${KEY}:mer_outage`,
    FAILOVER_AFTER_MS: `${afterMs}`,
    WHEN_DOWN: 'queue',
    FLORIN_RECOVERY_MS: '100',
    FLORIN_LEASE_MS: '1000',
  }
  return {
    url,
    api: createApiClient(url, KEY),
    endpoints: { stripe, adyen },
    notebook: createNotebook(),
    startShop: (first) =>
      startChild('../main.ts', { ...env, GATEWAY_ORDER: first === 'stripe' ? 'stripe,adyen' : 'adyen,stripe' }),
  }
}

const struckBy = ({ first, of }: Act, { stripe, adyen }: World['endpoints']): readonly Endpoint[] => {
  if (of === 'both') return [stripe, adyen]
  return [(first === 'stripe') === (of === 'first') ? stripe : adyen]
}

const breakIt = async ({ trouble }: Act, struck: readonly Endpoint[]): Promise<void> => {
  for (const endpoint of struck) await (trouble === 'kill' ? endpoint.kill() : endpoint.set(trouble))
}

const heal = async ({ trouble }: Act, struck: readonly Endpoint[]): Promise<void> => {
  for (const endpoint of struck) await (trouble === 'kill' ? endpoint.startAgain() : endpoint.set('none'))
}

/** Until every buyer has had an answer, whatever it says: with nobody to sell through, that is all that they can have. */
const allAnswered = async ({ waitedMs }: Notebook, orders: readonly Order[]): Promise<void> => {
  const until = performance.now() + SETTLE_MS
  while (orders.some(({ reference }) => !waitedMs.has(reference)) && performance.now() < until) await pause(20)
}

const reportOf = (act: Act, orders: readonly Order[], { acknowledged, waitedMs }: Notebook): ActReport => {
  const status = new Map([...acknowledged.values()].map((one) => [one.reference, one.status]))
  const wanted = orders.filter(hasMoney)
  const waits = orders.map(({ reference }) => waitedMs.get(reference) ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  return {
    name: nameOf(act),
    wanted: wanted.length,
    sold: wanted.filter(({ reference }) => status.get(reference) === 'succeeded').length,
    medianMs: Math.round(waits[waits.length >> 1] ?? 0),
    longestMs: Math.round(waits.at(-1) ?? 0),
  }
}

const BEFORE_MS = 60 // some of the orders before the outage are answered by then, and some are on their way

const play = async (world: World, act: Act, run: OutageRun, nth: number): Promise<ActReport> => {
  const { api, notebook, endpoints } = world
  const shop = await world.startShop(act.first)
  try {
    const struck = struckBy(act, endpoints)
    const before = runBuyers(
      api,
      notebook,
      makeOutageOrders(run.dice, `act-${nth}-before`, run.orders >> 1),
      run.atOnce,
    )
    await pause(BEFORE_MS)
    await breakIt(act, struck)
    const orders = makeOutageOrders(run.dice, `act-${nth}`, run.orders)
    const during = runBuyers(api, notebook, orders, act.of === 'both' ? orders.length : run.atOnce) // nobody's turn comes while all wait
    await (act.of === 'both' ? allAnswered(notebook, orders) : during)
    const report = reportOf(act, orders, notebook)
    await heal(act, struck)
    await Promise.all([before, during])
    return report
  } finally {
    await shop.stop()
  }
}

/** Looks again and again, until both providers' books agree with the shop or patience ends: reversals and webhooks take their time. */
const settle = async ({ url, api, notebook, endpoints }: World): Promise<OutageAudit> => {
  const until = performance.now() + SETTLE_MS
  const payments = [...notebook.acknowledged.keys()]
  for (;;) {
    const audit = await auditOutage(url, api, payments, [endpoints.stripe, endpoints.adyen])
    if (audit.problems.length === 0 || performance.now() > until) return audit
    await pause(LOOK_MS)
  }
}

const storiesOf = async ({ api, notebook }: World): Promise<Record<string, TimelineView>> => {
  const stories: Record<string, TimelineView> = {}
  for (const id of notebook.acknowledged.keys()) {
    const timeline = await api.timeline(id)
    for (const { because } of timeline.attempts) if (because !== undefined) stories[because] ??= timeline
  }
  return stories
}

/**
 * A shop on SQLite between two providers, each a process of its own: outage after outage while buyers buy, the shop started anew for each, so
 * that it knows of no trouble beforehand. At the end every payment has to be over, with one kept charge at most, and both providers' own books
 * agree with the ledger.
 */
export const runOutages = async (run: OutageRun, tell: (report: ActReport) => void): Promise<OutageReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-outage-'))
  const world = await openWorld(folder, run.afterMs)
  const acts: ActReport[] = []
  try {
    for (const [nth, act] of run.acts.entries()) {
      const report = await play(world, act, run, nth)
      acts.push(report)
      tell(report)
    }
    const healed = performance.now()
    const shop = await world.startShop('stripe')
    try {
      const audit = await settle(world)
      const settledMs = Math.round(performance.now() - healed)
      const problems = [...world.notebook.surprises, ...audit.problems]
      return { ...audit, problems, acts, settledMs, stories: await storiesOf(world) }
    } finally {
      await shop.stop()
    }
  } finally {
    await Promise.all([world.endpoints.stripe.stop(), world.endpoints.adyen.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}
