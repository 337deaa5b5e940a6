import { pay } from '../payments/florin-run.ts'
import { recordPayments } from '../payments/recorded.ts'
import { type BenchResult, median, resultOf } from '../storage/result.ts'
import { alternate, type Turns } from './alternate.ts'
import { florinSide, payTwice } from './florin-side.ts'
import { connect } from './hand-client.ts'
import { HandSealer } from './hand-sealer.ts'
import { type HandPayment, handPayments } from './hand-tables.ts'
import { RowWriter } from './row-writer.ts'
import type { BenchServer } from './server.ts'
import { openAccounts, SetWriter } from './set-writer.ts'

export interface PaymentsSettings extends Turns {
  /** Payments at the same time; the last is compared with the writer of one transaction a step, too. */
  readonly inFlight: readonly number[]
  /** Payments a run, by how many are in flight. */
  readonly payments: (inFlight: number) => number
}

const UNIT = 'payments/s'
/** The set-based writer's connections that are tried; the best is compared with. */
const CONNECTIONS = [1, 2, 3, 4]
const TRIES = 3
const ROW_CONNECTIONS = 16

const recorded = async (count: number): Promise<readonly HandPayment[]> => handPayments(await recordPayments(count))

/** Makes the schema of a hand-written side, with its accounts. */
const handSchema = async (server: BenchServer): Promise<string> => {
  const schema = await server.schema()
  const client = await connect(server.url, schema)
  const [payment] = await recorded(1)
  await openAccounts(client, payment?.flatMap(({ legs }) => legs) ?? [])
  await client.end()
  return schema
}

/** A hand-written side: how many payments a second, until the last of their events is sealed. */
class HandSide {
  readonly #sealer: HandSealer
  readonly #write: (payments: readonly HandPayment[]) => Promise<void>
  readonly #close: () => Promise<void>

  constructor(
    sealer: HandSealer,
    write: (payments: readonly HandPayment[]) => Promise<void>,
    close: () => Promise<void>,
  ) {
    this.#sealer = sealer
    this.#write = write
    this.#close = close
  }

  async rate(payments: readonly HandPayment[]): Promise<number> {
    const start = performance.now()
    await this.#write(payments)
    await this.#sealer.settled()
    return payments.length / ((performance.now() - start) / 1_000)
  }

  async close(): Promise<void> {
    await this.#sealer.stop()
    await this.#close()
  }
}

const setSide = async ({ url }: BenchServer, schema: string, batch: number, connections: number): Promise<HandSide> => {
  const writer = await SetWriter.open(url, schema, connections)
  const sealer = await HandSealer.start(url, schema)
  return new HandSide(
    sealer,
    (payments) => writer.write(payments, batch),
    () => writer.close(),
  )
}

const rowSide = async ({ url }: BenchServer, schema: string): Promise<HandSide> => {
  const writer = await RowWriter.open(url, schema, ROW_CONNECTIONS)
  const sealer = await HandSealer.start(url, schema)
  return new HandSide(
    sealer,
    (payments) => writer.write(payments),
    () => writer.close(),
  )
}

/** How many connections make the set-based writer fastest: the median of three tries each, on a schema of their own. */
const bestConnections = async (
  server: BenchServer,
  { onProgress }: PaymentsSettings,
  batch: number,
  count: number,
): Promise<number> => {
  const schema = await handSchema(server)
  const speeds: { connections: number; rate: number }[] = []
  for (const connections of CONNECTIONS) {
    const side = await setSide(server, schema, batch, connections)
    const rates: number[] = []
    await side.rate(await recorded(Math.ceil(count / 4)))
    await server.settle(schema)
    for (let tries = 0; tries < TRIES; tries++) rates.push(await side.rate(await recorded(Math.ceil(count / 2))))
    await side.close()
    onProgress(`sets of ${batch} on ${connections}: ${Math.round(median(rates))}`)
    speeds.push({ connections, rate: median(rates) })
  }
  await server.drop(schema)
  return speeds.reduce((best, each) => (each.rate > best.rate ? each : best)).connections
}

/** Florin beside a hand-written side, each on a schema of its own. */
const compare = async (
  server: BenchServer,
  settings: PaymentsSettings,
  name: string,
  inFlight: number,
  hand: (schema: string) => Promise<HandSide>,
  handCount: number,
): Promise<BenchResult> => {
  const count = settings.payments(inFlight)
  const [ourSchema, theirSchema] = [await server.schema(), await handSchema(server)]
  const ours = await florinSide(server.url, ourSchema)
  const theirs = await hand(theirSchema)
  await ours.rate(Math.ceil(count / 4), inFlight) // both sides warm up
  await theirs.rate(await recorded(Math.ceil(handCount / 4)))
  await server.settle(ourSchema, theirSchema)
  const pairs = await alternate(
    settings,
    name,
    () => ours.rate(count, inFlight),
    async () => theirs.rate(await recorded(handCount)),
  )
  await ours.close()
  await theirs.close()
  await server.drop(ourSchema)
  await server.drop(theirSchema)
  return resultOf({ suite: 'postgres', case: name, unit: UNIT }, pairs)
}

/** Payments through the whole SDK, beside the set-based writer at each width, and beside one transaction a step at the widest. */
export async function* paymentsPart(server: BenchServer, settings: PaymentsSettings): AsyncIterable<BenchResult> {
  const { inFlight, payments } = settings
  const widest = Math.max(...inFlight)
  for (const n of inFlight) {
    const connections = n === widest ? await bestConnections(server, settings, n, payments(n)) : 1
    const name = `${n} in flight, beside sets of ${n} on ${connections}`
    const hand = (schema: string): Promise<HandSide> => setSide(server, schema, n, connections)
    yield compare(server, settings, name, n, hand, payments(n))
  }
  const name = `${widest} in flight, beside rows on ${ROW_CONNECTIONS}`
  yield compare(server, settings, name, widest, (schema) => rowSide(server, schema), Math.ceil(payments(widest) / 10))
  yield conflicting(server, settings, widest)
}

const ONE_IN = 100

/** What one per cent of conflicts costs: another caller, with a key of its own, wants the same order to be paid at the same time. */
const conflicting = async (server: BenchServer, settings: PaymentsSettings, inFlight: number): Promise<BenchResult> => {
  const schema = await server.schema()
  const side = await florinSide(server.url, schema)
  const count = settings.payments(inFlight)
  let n = 0
  const some = (): Promise<void> => (n++ % ONE_IN === 0 ? payTwice(side.florin) : pay(side.florin))
  await side.rate(Math.ceil(count / 4), inFlight, some)
  await server.settle(schema)
  const pairs = await alternate(
    settings,
    '1 % conflicts beside none',
    () => side.rate(count, inFlight, some),
    () => side.rate(count, inFlight),
  )
  await side.close()
  await server.drop(schema)
  return resultOf({ suite: 'postgres', case: `${inFlight} in flight, 1 % conflicts beside none`, unit: UNIT }, pairs)
}
