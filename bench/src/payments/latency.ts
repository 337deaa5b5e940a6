import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Florin } from '@florin/core'
import type { Gateway, GatewayRequest } from '@florin/core/gateways'
import { sqlite } from '@florin/storage-sqlite'
import type { BenchResult } from '../storage/result.ts'
import { benchFlorin, pay } from './florin-run.ts'
import { zeroGateway } from './zero-gateway.ts'

export interface LatencyBenchOptions {
  /** Payments a second, open loop; 500 if absent. */
  readonly perSecond?: number
  /** What the gateway takes for each of a payment's two calls; 50 ms if absent. */
  readonly gatewayMs?: number
  /** How long each side is measured; 8 s if absent. */
  readonly seconds?: number
  readonly onProgress?: (what: string) => void
}

/** Starts `work` at fixed instants, whether or not the one before has ended, and gives every duration in milliseconds. */
const openLoop = async (perSecond: number, seconds: number, work: () => Promise<unknown>): Promise<number[]> => {
  const durations: number[] = []
  const all: Promise<void>[] = []
  const start = performance.now()
  const total = perSecond * seconds
  let begun = 0
  while (begun < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * perSecond))
    for (; begun < due; begun++) {
      // From the instant at which it should have begun: a loop that falls behind must not hide it.
      const intended = start + (begun / perSecond) * 1_000
      all.push(work().then(() => void durations.push(performance.now() - intended)))
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(all)
  return durations.sort((a, b) => a - b)
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

const bareCall = (gateway: Gateway): (() => Promise<void>) => {
  const body = JSON.stringify({ reference: 'bare' })
  const request: GatewayRequest = { method: 'POST', path: '/v1/authorize', headers: {}, body }
  const context = { account: 'main', deadline: Number.POSITIVE_INFINITY }
  return async () => {
    await gateway.transport.send(request, context)
    await gateway.transport.send(request, context)
  }
}

/** What an SDK adds, which is over a gateway of `gatewayMs`, beside that gateway called bare. `value` is what was added. */
export async function* addedLatency(
  suite: string,
  florin: Florin<'zero'>,
  options: Required<LatencyBenchOptions>,
): AsyncIterable<BenchResult> {
  const { perSecond, gatewayMs, seconds, onProgress } = options
  const bare = bareCall(zeroGateway(gatewayMs))
  await openLoop(perSecond, Math.min(2, seconds), () => pay(florin))
  onProgress('latency: the bare gateway')
  const baseline = await openLoop(perSecond, seconds, bare)
  onProgress('latency: through Florin')
  const value = await openLoop(perSecond, seconds, () => pay(florin))
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const [ours, theirs] = [percentile(value, share), percentile(baseline, share)]
    const about = { suite, case: `added ${name} at ${perSecond}/s, ${gatewayMs} ms gateway`, unit: 'ms' }
    yield { ...about, value: round(ours - theirs), baseline: round(theirs), ratio: round(ours / theirs) }
  }
}

/** What Florin adds to a payment's latency, beside the same gateway called bare, at the same rate. */
export async function* runLatencyBench(options: LatencyBenchOptions = {}): AsyncIterable<BenchResult> {
  const { perSecond = 500, gatewayMs = 50, seconds = 8, onProgress = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'florin-bench-'))
  try {
    const florin = await benchFlorin(sqlite(join(folder, 'latency.db')), zeroGateway(gatewayMs))
    yield* addedLatency('latency', florin, { perSecond, gatewayMs, seconds, onProgress })
    await florin.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const round = (value: number): number => Number(value.toFixed(2))
