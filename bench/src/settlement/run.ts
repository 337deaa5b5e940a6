import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { sqlite } from '@florin/storage-sqlite'
import { zeroGateway } from '../payments/zero-gateway.ts'
import type { BenchResult } from '../storage/result.ts'
import { NET_MINOR, storeCaptures } from './captures.ts'
import { settleByHand } from './hand.ts'

/** How much is settled. */
export interface SettlementBenchOptions {
  /** 1,000,000 if absent; a hundredth as many merchants. */
  readonly captures?: number
  readonly onProgress?: (what: string) => void
}

const IN_FLIGHT = 64
const MIB = 1_048_576

/** Does `work` for every merchant, some at a time. */
const each = async (merchants: readonly string[], work: (merchant: string) => Promise<void>): Promise<void> => {
  const queue = [...merchants]
  const lane = async (): Promise<void> => {
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) await work(one)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}

/** Reads a merchant's statement, and checks that its lines come to what was paid, and that to what was captured. */
const checkStatement = async (florin: Florin, merchant: string, expected: bigint): Promise<void> => {
  const { settlements } = florin.for(merchant)
  const { data } = await settlements.list({ limit: 2 })
  const [one] = data
  if (one === undefined || data.length > 1) throw new Error(`${merchant} has ${data.length} settlements, not one`)
  let text = ''
  for await (const piece of await settlements.statement(one.id, { format: 'csv' })) text += piece
  const amounts = text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => BigInt((row.split(',')[4] ?? '').replace('.', '')))
  const paid = amounts.pop()
  const sum = amounts.reduce((total, amount) => total + amount, 0n)
  if (sum === paid && paid === expected) return
  throw new Error(`the lines of ${merchant} sum to ${sum}, it was paid ${paid}, and its captures brought ${expected}`)
}

/** Settles many merchants with many captures each, and reads every statement back. */
export async function* runSettlementBench(options: SettlementBenchOptions = {}): AsyncIterable<BenchResult> {
  const { captures = 1_000_000, onProgress = () => {} } = options
  const merchants = Array.from({ length: Math.max(1, Math.round(captures / 100)) }, (_, index) => `mer_${index}`)
  const folder = mkdtempSync(join(tmpdir(), 'florin-bench-'))
  const file = join(folder, 'settlement.db')
  try {
    const storage = sqlite(file)
    await storage.migrate()
    await storeCaptures(storage, merchants, captures, onProgress)
    await storage.close()
    const byHand = settleByHand(file, merchants)
    onProgress(`settlement: by hand in ${byHand.toFixed(1)} s`)
    const florin = await createFlorin({
      storage: sqlite(file),
      gateways: { zero: zeroGateway() },
      keys: ephemeralKeys(systemRuntime().random),
      settlement: { daily: { mode: 'batch', payout: 'none' } },
    })
    let most = process.memoryUsage().rss
    const before = most
    const start = performance.now()
    await each(merchants, async (merchant) => {
      await florin.for(merchant).settlements.run({ plan: 'daily' })
      most = Math.max(most, process.memoryUsage.rss())
    })
    const seconds = (performance.now() - start) / 1000
    onProgress(`settlement: in ${seconds.toFixed(1)} s; every statement is read now`)
    await each(merchants, async (merchant) => {
      const index = Number(merchant.slice('mer_'.length))
      const own = Math.floor((captures - 1 - index) / merchants.length) + 1
      await checkStatement(florin, merchant, BigInt(own) * NET_MINOR)
    })
    await florin.close()
    const what = `${merchants.length} merchants, ${captures} captures`
    yield result(what, 's', seconds, byHand)
    yield result(`${what}: resident memory at most, beside before`, 'MiB', most / MIB, before / MIB)
    yield result(
      `${what}: statements whose lines sum to what was paid`,
      'statements',
      merchants.length,
      merchants.length,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const result = (name: string, unit: string, value: number, baseline: number): BenchResult => ({
  ...{ suite: 'settlement', case: name, unit },
  value: Number(value.toFixed(2)),
  baseline: Number(baseline.toFixed(2)),
  ratio: Number((value / baseline).toFixed(2)),
})
