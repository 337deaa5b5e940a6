import { type BenchResult, resultOf } from '../storage/result.ts'
import { florinSide } from './florin-side.ts'
import { multiplyPayments } from './multiply.ts'
import type { BenchServer } from './server.ts'

export interface GrowthSettings {
  readonly runs: number
  /** Payments stored in the end. */
  readonly stored: number
  /** Payments stored when the first measurement is made; real ones, which are multiplied. */
  readonly first: number
  readonly inFlight: number
  /** Payments a run. */
  readonly sample: number
  readonly onProgress: (what: string) => void
}

const rates = async (settings: GrowthSettings, rate: () => Promise<number>): Promise<number[]> => {
  const all: number[] = []
  for (let run = 0; run < settings.runs; run++) all.push(await rate())
  return all
}

/** Whether a payment costs the same with many stored as with few; and what one takes on disk, by table. */
export async function* growthPart(server: BenchServer, settings: GrowthSettings): AsyncIterable<BenchResult> {
  const { stored, first, inFlight, sample, onProgress } = settings
  const schema = await server.schema()
  const side = await florinSide(server.url, schema)
  await side.rate(first, inFlight)
  await server.settle(schema)
  const few = await rates(settings, () => side.rate(sample, inFlight))
  const real = first + settings.runs * sample
  onProgress(`growth: ${Math.round(few[0] ?? 0)} payments/s with ${first} stored; multiplying`)
  await multiplyPayments(server, schema, Math.max(1, Math.ceil(stored / real) - 1), onProgress)
  await server.settle(schema)
  await side.rate(sample, inFlight) // the caches of a server that was just copied are not those of one that runs
  const many = await rates(settings, () => side.rate(sample, inFlight))
  const pairs = many.map((value, run) => ({ value, baseline: few[run] ?? Number.NaN }))
  await side.close()
  yield resultOf({ suite: 'postgres', case: `${stored} stored beside ${first}`, unit: 'payments/s' }, pairs)
  yield* sizes(server, schema)
  await server.drop(schema)
}

const SIZES = `select relname as name, pg_total_relation_size(c.oid)::float8 as total, pg_indexes_size(c.oid)::float8 as indexes
  from pg_class as c where relnamespace = $1::regnamespace and relkind = 'r' order by 2 desc`

/** A page or two: tables that payments do not write to. */
const EMPTY_BYTES = 65_536

/** Bytes a payment, by table: `baseline` is what of them are indexes, and `ratio` the table's share of all. */
async function* sizes(server: BenchServer, schema: string): AsyncIterable<BenchResult> {
  const [row] = await server.query(`select count(*)::int as payments from "${schema}".payments`)
  const payments = Number(row?.payments)
  const tables = (await server.query(SIZES, [schema])) as unknown as { name: string; total: number; indexes: number }[]
  const all = tables.reduce((sum, { total }) => sum + total, 0)
  const line = (name: string, total: number, indexes: number): BenchResult => ({
    ...{ suite: 'postgres', case: `${name}, of that indexes`, unit: 'bytes/payment' },
    value: Math.round(total / payments),
    baseline: Math.round(indexes / payments),
    ratio: Number((total / all).toFixed(3)),
  })
  yield line(
    'all tables',
    all,
    tables.reduce((sum, { indexes }) => sum + indexes, 0),
  )
  for (const { name, total, indexes } of tables)
    if (total > EMPTY_BYTES && name !== 'florin_batches') yield line(name, total, indexes)
}
