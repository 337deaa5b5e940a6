import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sqlite } from '@florin/storage-sqlite'
import type { BenchResult } from '../storage/result.ts'
import { median } from '../storage/result.ts'
import { benchFlorin, payRate } from './florin-run.ts'
import { zeroGateway } from './zero-gateway.ts'

export interface GrowthBenchOptions {
  /** Payments stored in the end; 1,000,000 if absent. */
  readonly stored?: number
  /** Payments stored when the first measurement is made; 10,000 if absent. */
  readonly first?: number
  readonly onProgress?: (what: string) => void
}

const IN_FLIGHT = 64
const SAMPLE = 4_000

const rateNow = async (florin: Awaited<ReturnType<typeof benchFlorin>>): Promise<number> => {
  const rates: number[] = []
  for (let run = 0; run < 5; run++) rates.push(await payRate(florin, SAMPLE, IN_FLIGHT))
  return median(rates)
}

/** Whether a payment costs the same with many stored as with few: payments a second at 64 in flight, late beside early. */
export async function* runGrowthBench(options: GrowthBenchOptions = {}): AsyncIterable<BenchResult> {
  const { stored = 1_000_000, first = 10_000, onProgress = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'florin-bench-'))
  try {
    const florin = await benchFlorin(sqlite(join(folder, 'growth.db')), zeroGateway())
    await payRate(florin, first, IN_FLIGHT)
    const baseline = await rateNow(florin)
    let made = first + 5 * SAMPLE
    while (made < stored) {
      const some = Math.min(20_000, stored - made)
      await payRate(florin, some, 256)
      made += some
      onProgress(`growth: ${made.toLocaleString('en')} of ${stored.toLocaleString('en')} payments stored`)
    }
    const value = await rateNow(florin)
    await florin.close()
    const about = { suite: 'growth', case: `${stored} stored beside ${first}`, unit: 'payments/s' }
    yield { ...about, value: Math.round(value), baseline: Math.round(baseline), ratio: round(value / baseline) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const collect = (): (() => void) => {
  setFlagsFromString('--expose_gc')
  return runInNewContext('gc') as () => void
}

/** Whether memory stays flat: the live heap after `payments` beside that after a tenth of them. */
export async function* runMemoryBench(
  options: { readonly payments?: number; readonly onProgress?: (what: string) => void } = {},
): AsyncIterable<BenchResult> {
  const { payments = 200_000, onProgress = () => {} } = options
  const gc = collect()
  const folder = mkdtempSync(join(tmpdir(), 'florin-bench-'))
  try {
    const florin = await benchFlorin(sqlite(join(folder, 'memory.db')), zeroGateway())
    const heaps: number[] = []
    for (let part = 0; part < 10; part++) {
      await payRate(florin, payments / 10, IN_FLIGHT)
      gc()
      heaps.push(process.memoryUsage().heapUsed / 1_048_576)
      onProgress(`memory: ${((part + 1) * payments) / 10} payments, ${(heaps.at(-1) ?? 0).toFixed(1)} MiB live`)
    }
    await florin.close()
    const [baseline = Number.NaN] = heaps
    const value = heaps.at(-1) ?? Number.NaN
    const about = { suite: 'memory', case: `live heap after ${payments} payments beside ${payments / 10}`, unit: 'MiB' }
    yield { ...about, value: round(value), baseline: round(baseline), ratio: round(value / baseline) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const round = (value: number): number => Number(value.toFixed(2))
