import { availableParallelism, loadavg } from 'node:os'
import type { BenchResult } from '../storage/result.ts'
import { growthPart } from './growth.ts'
import { latencyPart } from './latency.ts'
import { paymentsPart } from './payments.ts'
import { postingsPart } from './postings.ts'
import { type BenchServer, benchServer } from './server.ts'
import { serversPart } from './servers.ts'

export type PostgresPart = 'payments' | 'postings' | 'latency' | 'servers' | 'growth'

export interface PostgresBenchOptions {
  /** What is measured; everything if absent. */
  readonly parts?: readonly PostgresPart[]
  /** Alternating runs of either side; five if absent. */
  readonly runs?: number
  /** Payments stored by `growth` in the end; 1,000,000 if absent. */
  readonly stored?: number
  /** How much is done in a run: 1 for seconds, less for a look whether everything works. */
  readonly scale?: number
  readonly onProgress?: (what: string) => void
}

interface Settings {
  readonly runs: number
  readonly stored: number
  readonly scaled: (count: number) => number
  readonly onProgress: (what: string) => void
}

const paymentsOf = (inFlight: number): number => (inFlight === 1 ? 400 : inFlight < 64 ? 3_200 : 8_000)

const PARTS: Readonly<Record<PostgresPart, (server: BenchServer, settings: Settings) => AsyncIterable<BenchResult>>> = {
  payments: (server, { scaled, ...rest }) =>
    paymentsPart(server, { ...rest, inFlight: [1, 16, 64, 256], payments: (n) => scaled(paymentsOf(n)) }),
  postings: (server, { scaled, ...rest }) =>
    postingsPart(server, { ...rest, transfers: scaled(30_000), calls: scaled(5_000) }),
  latency: (server, { scaled, onProgress }) =>
    latencyPart(server, { perSecond: 300, gatewayMs: 50, seconds: scaled(10), onProgress }),
  servers: (server, { scaled, ...rest }) =>
    serversPart(server, { ...rest, servers: 4, inFlight: [256, 64], payments: scaled(8_000), shared: scaled(2_000) }),
  growth: (server, { scaled, stored, ...rest }) =>
    growthPart(server, { ...rest, stored, first: scaled(10_000), inFlight: 256, sample: scaled(8_000) }),
}

export const POSTGRES_PARTS = Object.keys(PARTS) as readonly PostgresPart[]

/**
 * Florin on PostgreSQL beside what one would write by hand, on the server of DATABASE_URL or one of its own: payments, ledger postings,
 * added latency, several servers on one database, and growth. One result at a time; the load of the machine is told with each part.
 */
export async function* runPostgresBench(options: PostgresBenchOptions = {}): AsyncIterable<BenchResult> {
  const { parts = POSTGRES_PARTS, runs = 5, stored = 1_000_000, scale = 1, onProgress = () => {} } = options
  const settings = { runs, stored, onProgress, scaled: (count: number) => Math.max(1, Math.ceil(count * scale)) }
  const server = await benchServer()
  try {
    onProgress(server.about)
    for (const part of parts) {
      const load = loadavg().map((minutes) => minutes.toFixed(1))
      onProgress(`postgres ${part}: load ${load.join(', ')} on ${availableParallelism()} cores`)
      yield* PARTS[part](server, settings)
    }
  } finally {
    await server.stop()
  }
}
