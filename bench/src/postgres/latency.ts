import { addedLatency } from '../payments/latency.ts'
import type { BenchResult } from '../storage/result.ts'
import { florinSide } from './florin-side.ts'
import type { BenchServer } from './server.ts'

export interface LatencySettings {
  readonly perSecond: number
  readonly gatewayMs: number
  readonly seconds: number
  readonly onProgress: (what: string) => void
}

/** What Florin on PostgreSQL adds to a payment, which arrives by the clock, beside the bare gateway at the same rate. */
export async function* latencyPart(server: BenchServer, settings: LatencySettings): AsyncIterable<BenchResult> {
  const side = await florinSide(server.url, await server.schema(), settings.gatewayMs)
  yield* addedLatency('postgres', side.florin, settings)
  await side.close()
}
