import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { sqlite } from '@florin/storage-sqlite'
import { zeroGateway } from '../payments/zero-gateway.ts'
import type { BenchResult } from '../storage/result.ts'
import { reconcileByHand } from './hand.ts'
import { benchReader } from './reader.ts'

/** How much is reconciled. */
export interface ReconciliationBenchOptions {
  /** 1,000,000 if absent: as many payments. */
  readonly lines?: number
  readonly onProgress?: (what: string) => void
}

const MEBI = 1_048_576

/** Stores the payments and writes the file, in a process of its own. */
const seedApart = async (
  database: string,
  path: string,
  lines: number,
  onProgress: (what: string) => void,
): Promise<void> => {
  const main = fileURLToPath(new URL('./seed-main.ts', import.meta.url))
  const args = ['--conditions=@florin/source', main, database, path, String(lines)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (part: Buffer) => {
    said = part.toString().trimEnd()
    onProgress(said)
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the payments could not be stored: ${said}`)
}

/** Reads the file with Florin; gives seconds, and the most memory that the process held meanwhile. */
const reconcile = async (
  database: string,
  path: string,
  lines: number,
  onProgress: (what: string) => void,
): Promise<{ readonly seconds: number; readonly peakMib: number; readonly again: number }> => {
  const florin = await createFlorin({
    storage: sqlite(database),
    gateways: { zero: zeroGateway() },
    keys: ephemeralKeys(systemRuntime().random),
  })
  const input = {
    source: { gateway: 'zero', account: 'main' },
    reader: benchReader,
    bytes: () => createReadStream(path),
    onMalformed: 'report',
  } as const
  let peak = 0
  const start = performance.now()
  const run = await florin.reconciliation.ingest({
    ...input,
    onProgress: ({ place }) => {
      peak = Math.max(peak, process.memoryUsage.rss())
      if (place % 50_000 === 0) onProgress(`reconciliation: ${place} of ${lines} lines`)
    },
  })
  const seconds = (performance.now() - start) / 1_000
  if (run.counts.matched !== lines) throw new Error(`${run.counts.matched} of ${lines} lines matched`)
  const second = performance.now()
  const same = await florin.reconciliation.ingest(input)
  if (same.id !== run.id) throw new Error('the same file was read as another one')
  const again = (performance.now() - second) / 1_000
  await florin.close()
  return { seconds, peakMib: peak / MEBI, again }
}

/** Lines a second of a file that has every payment, beside a hand-written reader; the most memory; and what the same file costs again. */
export async function* runReconciliationBench(
  options: ReconciliationBenchOptions = {},
): AsyncGenerator<BenchResult, void, undefined> {
  const { lines = 1_000_000, onProgress = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'florin-reconciliation-'))
  const database = join(folder, 'florin.db')
  const path = join(folder, 'statement.csv')
  try {
    await seedApart(database, path, lines, onProgress)
    const { seconds, peakMib, again } = await reconcile(database, path, lines, onProgress)
    const byHand = await reconcileByHand(database, path)
    const rate = (spent: number): number => Math.round(lines / spent)
    const about = { suite: 'reconciliation' } as const
    const result = (of: string, unit: string, value: number, baseline: number, ratio: number): BenchResult => ({
      ...about,
      case: of,
      unit,
      value,
      baseline,
      ratio: Number(ratio.toFixed(3)),
    })
    const size = lines.toLocaleString('en')
    yield result(`${size} lines, as many payments`, 'lines/s', rate(seconds), rate(byHand), byHand / seconds)
    yield result('most memory, beside 300', 'MiB', Math.round(peakMib), 300, peakMib / 300)
    yield result(
      'the same file again, beside the first time',
      'ms',
      Math.round(again * 1_000),
      Math.round(seconds * 1_000),
      again / seconds,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
