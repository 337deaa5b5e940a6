import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPublished } from '../build-published.ts'
import type { BenchResult } from '../storage/result.ts'
import type { ByFlorin } from './florin.ts'

/** How much is reconciled. */
export interface ReconciliationBenchOptions {
  /** 1,000,000 if absent: as many payments. */
  readonly lines?: number
  /** Whether it runs from what is published, built beforehand; if absent, from the sources, whose types Node strips in memory of its own. */
  readonly published?: boolean
  readonly onProgress?: (what: string) => void
}

/** Runs a part of the bench in a process of its own, and gives what it found. */
const apart = async (
  what: 'seed' | 'florin' | 'hand',
  args: readonly string[],
  { published, onProgress }: Required<ReconciliationBenchOptions>,
): Promise<unknown> => {
  const main = fileURLToPath(new URL('./apart-main.ts', import.meta.url))
  const conditions = published ? [] : ['--conditions=@florin/source']
  const child = spawn(process.execPath, [...conditions, main, what, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let found = ''
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    found += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said = part.toString().trimEnd()
    onProgress(said)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the bench's part '${what}' failed: ${said}`)
  return JSON.parse(found)
}

/** Lines a second of a file that has every payment, beside a hand-written reader; the most memory; and what the same file costs again. */
export async function* runReconciliationBench(
  given: ReconciliationBenchOptions = {},
): AsyncGenerator<BenchResult, void, undefined> {
  const options = { lines: 1_000_000, published: false, onProgress: () => {}, ...given }
  const { lines } = options
  const folder = mkdtempSync(join(tmpdir(), 'florin-reconciliation-'))
  const database = join(folder, 'florin.db')
  const path = join(folder, 'statement.csv')
  try {
    const args = [database, path, String(lines)]
    if (options.published) {
      options.onProgress('reconciliation: building what is published')
      buildPublished()
    }
    await apart('seed', args, options)
    const { seconds, peakMib, again } = (await apart('florin', args, options)) as ByFlorin
    const { seconds: byHand } = (await apart('hand', args, options)) as { readonly seconds: number }
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
