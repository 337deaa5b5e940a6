import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Change, Storage } from '@florin/core/storage'
import { sqlite } from '@florin/storage-sqlite'
import { HandWriter } from './hand-writer.ts'
import { type Lifecycle, lifecycle, transfer } from './lifecycle.ts'
import { type BenchResult, resultOf } from './result.ts'

export interface StorageBenchOptions {
  /** Changes a commit; 1, 16, 64 and 256 if absent. */
  readonly batches?: readonly number[]
  /** Alternating runs of either side; five if absent. */
  readonly runs?: number
  /** How long each side is measured in a run; 1,000 if absent. */
  readonly runMs?: number
  /** Where the files are made; the system's temporary folder if absent. It should be on the disk that is meant. */
  readonly folder?: string
}

const RANDOM_ACCOUNTS = 10_000
const POSTINGS_BATCH = 64

type Settings = Required<StorageBenchOptions>

const migrated = async (file: string): Promise<Storage> => {
  const storage = sqlite(file)
  await storage.migrate()
  return storage
}

/** How many of `work` are done in a second; only the time within `work` counts, not that of making its input. */
const rate = async <T>(runMs: number, size: number, make: () => T, work: (input: T) => Promise<void> | void) => {
  let spent = 0
  let done = 0
  while (spent < runMs) {
    const input = make()
    const start = performance.now()
    await work(input)
    spent += performance.now() - start
    done += size
  }
  return done / (spent / 1_000)
}

const must = async (storage: Storage, changes: readonly Change[]): Promise<void> => {
  const outcomes = await storage.commit({ id: 'bat_bench', at: 0, changes })
  if (outcomes.some(({ committed }) => !committed)) throw new Error('a change of the bench lost')
}

const STEPS = [0, 1, 2] as const

/** Payments (three commits each), Florin's storage beside the hand-written one, on two files that grow alike. */
async function* payments(settings: Settings): AsyncIterable<BenchResult> {
  for (const batch of settings.batches) {
    const ours = await migrated(join(settings.folder, `ours-${batch}.db`))
    const theirFile = join(settings.folder, `hand-${batch}.db`)
    await (await migrated(theirFile)).close()
    const theirs = new HandWriter(theirFile)
    let n = 0
    let m = 0
    const some = (next: () => number): Lifecycle[] => Array.from({ length: batch }, () => lifecycle(next()))
    const value = () =>
      rate(
        settings.runMs,
        batch,
        () => some(() => n++),
        async (all) => {
          for (const step of STEPS)
            await must(
              ours,
              all.map(({ changes }) => changes[step]),
            )
        },
      )
    const baseline = () =>
      rate(
        settings.runMs,
        batch,
        () => some(() => m++),
        (all) => {
          for (const step of STEPS) theirs.commit(step, all)
        },
      )
    const about = { suite: 'storage', case: `payments, ${batch} a commit`, unit: 'payments/s' }
    yield resultOf(about, await alternate(settings.runs, value, baseline))
    await ours.close()
    theirs.close()
  }
}

/** Ledger transactions alone: all on two accounts, beside as many accounts as a platform has. */
async function* postings(settings: Settings): AsyncIterable<BenchResult> {
  const hot = await migrated(join(settings.folder, 'hot.db'))
  const random = await migrated(join(settings.folder, 'random.db'))
  let n = 0
  let m = 0
  const some = (next: () => number, accounts: number) =>
    Array.from({ length: POSTINGS_BATCH }, () => transfer(next(), accounts))
  const value = () =>
    rate(
      settings.runMs,
      POSTINGS_BATCH,
      () => some(() => n++, 1),
      (all) => must(hot, all),
    )
  const baseline = () =>
    rate(
      settings.runMs,
      POSTINGS_BATCH,
      () => some(() => m++, RANDOM_ACCOUNTS),
      (all) => must(random, all),
    )
  const about = { suite: 'storage', case: 'postings, one hot account against random ones', unit: 'transactions/s' }
  yield resultOf(about, await alternate(settings.runs, value, baseline))
  await hot.close()
  await random.close()
}

const alternate = async (runs: number, value: () => Promise<number>, baseline: () => Promise<number>) => {
  await value() // to warm up both: statements, the compiler, the files
  await baseline()
  const pairs: { value: number; baseline: number }[] = []
  for (let run = 0; run < runs; run++) {
    // Who goes first takes turns too.
    const first = run % 2 === 0
    const before = first ? await value() : await baseline()
    const after = first ? await baseline() : await value()
    pairs.push(first ? { value: before, baseline: after } : { value: after, baseline: before })
  }
  return pairs
}

/**
 * Measures the SQLite storage itself, without flows or group commit: what is left of a hand-written writer's speed for the same rows,
 * and what a hot account costs. One result at a time, as they are ready; its files are removed at the end.
 */
export async function* runStorageBench(options: StorageBenchOptions = {}): AsyncIterable<BenchResult> {
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'florin-bench-'))
  const { batches = [1, 16, 64, 256], runs = 5, runMs = 1_000 } = options
  const settings = { batches, runs, runMs, folder }
  try {
    yield* payments(settings)
    yield* postings(settings)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
