import { createFlorin, ephemeralKeys, type Florin } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { type Acquirer, createAcquirer, type FakeRuntime, type Fault, fakeRuntime, sandbox } from '@florin/testkit'
import type { BenchResult } from '../storage/result.ts'

/** How much is to happen. */
export interface ChaosBenchOptions {
  readonly payments: number
  readonly seed?: number
  readonly onProgress: (what: string) => void
}

type Shop = Florin<'one' | 'two'>

const FAULT_SHARE = 0.2
const AT_ONCE = 50
const KINDS: readonly Fault['how'][] = [
  'drop_before',
  'drop_after',
  'error_500_before',
  'error_500_after',
  'error_500_cached',
  'rate_limit',
  'slow',
  'cut_body',
  'duplicate_webhook',
  'lose_webhook',
]
const SLOW_MS = 30_000
const HOUR_MS = 3_600_000
const MOST_HOURS = 24 * 14

const WORLD_SECRET = 'whsec_of_the_benchmark_of_failover'

interface World {
  readonly runtime: FakeRuntime
  readonly acquirers: readonly [Acquirer, Acquirer]
  readonly florin: Shop
}

const openWorld = async (seed: number): Promise<World> => {
  const runtime = fakeRuntime({ seed })
  const parts = {
    clock: runtime.clock,
    scheduler: runtime.scheduler,
    random: runtime.random,
    webhookSecret: WORLD_SECRET,
    remember: 1_000_000, // all: an acquirer that forgets charges cannot be compared with
  }
  const acquirers = [createAcquirer(parts), createAcquirer(parts)] as const
  const [one, two] = acquirers.map((acquirer) => sandbox({ acquirer, scheduler: runtime.scheduler, latencyMs: 50 }))
  if (one === undefined || two === undefined) throw new Error('there are two acquirers')
  const florin = await runtime.scheduler.settle(
    createFlorin({
      storage: memoryStorage(),
      keys: ephemeralKeys(runtime.random),
      runtime,
      gateways: { one, two },
      failover: { onUnknown: true },
      onError: () => {},
    }),
  )
  for (const [index, acquirer] of acquirers.entries()) {
    const gateway = index === 0 ? 'one' : 'two'
    acquirer.onWebhook(async (delivery) => void (await florin.webhooks.receive({ gateway, ...delivery })))
  }
  return { runtime, acquirers, florin }
}

/** A number from 0 to 1, of the world's own dice. */
const roll = ({ random }: FakeRuntime): number => {
  const [a = 0, b = 0, c = 0] = random.bytes(3)
  return (a * 65_536 + b * 256 + c) / 16_777_216
}

/** For each payment and each gateway: a fault of any kind for whatever request comes next, with the given share. */
const armFaults = ({ runtime, acquirers }: World): void => {
  for (const acquirer of acquirers) {
    if (roll(runtime) >= FAULT_SHARE) continue
    const how = KINDS[Math.floor(roll(runtime) * KINDS.length)] as Fault['how']
    acquirer.fail({ how, ms: SLOW_MS })
  }
}

const buy = async (world: World, order: number): Promise<string> => {
  armFaults(world)
  const { id } = await world.florin.payments.create({
    reference: `order-${order}`,
    amount: '49.90',
    currency: 'EUR',
    method: { type: 'card', tokens: { one: 'tok_approve', two: 'tok_approve' } },
  })
  return id
}

const OPEN = new Set(['processing', 'requires_action'])

/** Those of the payments that have not ended. */
const stillOpen = async ({ florin }: World, ids: readonly string[]): Promise<readonly string[]> => {
  const open: string[] = []
  for (const id of ids) if (OPEN.has((await florin.payments.get(id)).status)) open.push(id)
  return open
}

/** Heals both gateways and lets recovery work until every payment has ended and nothing is held: gives how many virtual hours that took. */
const heal = async (world: World, ids: readonly string[]): Promise<number> => {
  const { runtime, acquirers, florin } = world
  let open = ids
  for (const acquirer of acquirers) acquirer.clearFaults()
  for (let hour = 0; hour < MOST_HOURS; hour++) {
    let report = await runtime.scheduler.settle(florin.tick())
    for (let more = 0; more < 500 && report.attempts + report.obligations + report.webhooks > 0; more++)
      report = await runtime.scheduler.settle(florin.tick())
    await runtime.scheduler.advance(HOUR_MS)
    const held = acquirers.some((acquirer) => acquirer.books().charges.some((charge) => charge.held > 0n))
    open = await stillOpen(world, open)
    if (!held && open.length === 0) return hour + 1
  }
  return MOST_HOURS
}

interface Findings {
  readonly open: number
  readonly keptTwice: number
  readonly orphans: number
  readonly differing: number
}

/** What is left: payments that never ended, charges kept beside another or for nobody, holds of nobody. */
const findings = async (world: World, ids: readonly string[]): Promise<Findings> => {
  const kept = new Map<string, number>()
  const charges = world.acquirers.flatMap((acquirer) => acquirer.books().charges)
  let differing = 0
  for (const id of ids) {
    const payment = await world.florin.payments.get(id)
    const { entries } = await world.florin.payments.timeline(id)
    const attempts = new Set(entries.map(({ data }) => data.attempt))
    const mine = charges.filter(({ reference }) => attempts.has(reference))
    const captured = mine.filter((charge) => charge.captured > charge.refunded)
    kept.set(id, captured.length)
    if (captured.length !== (payment.status === 'succeeded' ? 1 : 0)) differing += 1
  }
  return {
    open: (await stillOpen(world, ids)).length,
    keptTwice: [...kept.values()].filter((count) => count > 1).length,
    orphans: charges.filter(({ held }) => held > 0n).length,
    differing,
  }
}

/** Many payments with faults of every kind on both gateways, in virtual time: counts of what must not be, which should all be zero. */
export async function* runChaosBench({
  payments,
  seed = 1,
  onProgress,
}: ChaosBenchOptions): AsyncIterable<BenchResult> {
  const world = await openWorld(seed)
  const ids: string[] = []
  for (let first = 0; first < payments; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, payments - first) }, (_, at) => buy(world, first + at))
    ids.push(...(await world.runtime.scheduler.settle(Promise.all(some))))
    await world.runtime.scheduler.settle(world.florin.tick())
    if (first % 1_000 === 0) onProgress(`failover: ${first} of ${payments} payments with faults`)
  }
  const hours = await heal(world, ids)
  const found = await findings(world, ids)
  const { ok } = await world.florin.verify()
  const about = { suite: 'failover', unit: `of ${payments}` } as const
  const count = (name: string, value: number): BenchResult => ({
    ...about,
    case: `20 % faults: ${name}`,
    value,
    baseline: payments,
    ratio: value / payments,
  })
  yield count('payments that did not end', found.open)
  yield count('payments with two charges kept', found.keptTwice)
  yield count('authorizations left behind', found.orphans)
  yield count('payments that differ from the gateways', found.differing)
  yield {
    ...about,
    case: '20 % faults: healed within',
    unit: 'virtual hours',
    value: hours,
    baseline: MOST_HOURS,
    ratio: hours / MOST_HOURS,
  }
  if (!ok) throw new Error('the books do not verify after the faults')
}
