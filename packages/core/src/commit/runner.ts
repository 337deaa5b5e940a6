import { FlorinError, isFlorinError, type Runtime } from '../kernel/index.ts'
import type { Batch, Outcome, Storage } from '../storage/index.ts'
import type { Pending } from './pending.ts'

/** A failure that only a bug of Florin's or of the storage's explains. */
export interface BugReport {
  readonly error: unknown
  /** How many changes failed with it: one, where it could be told which. */
  readonly changes: number
  /** What they do, as op and table: never content. */
  readonly ops: readonly string[]
}

/** What running batches needs, and who hears of each change's end. */
export interface RunnerOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly onBug: (report: BugReport) => void
  readonly settled: (item: Pending, outcome: Outcome) => void
  readonly failed: (item: Pending, error: unknown) => void
}

/** Whether the storage said what is wrong, and that it is nothing about any one change: the disk, the server, a lost race. */
const namesItsCause = (error: unknown): boolean => isFlorinError(error) && error.code !== 'internal'

/** Commits batches, one call at a time. `run` settles or fails every item, and never rejects. */
export const createRunner = (options: RunnerOptions): { run(items: readonly Pending[]): Promise<void> } => {
  const { storage, runtime, settled, failed } = options
  const report = (error: unknown, items: readonly Pending[], ops = opsOf(items)): void => {
    try {
      options.onBug({ error, changes: items.length, ops })
    } catch {
      // a listener that throws must not stop commits
    }
  }
  const batchOf = (items: readonly Pending[]): Batch => ({
    id: runtime.ids.make('bat'),
    at: runtime.clock.now(),
    changes: items.map((item) => item.change),
  })
  /** Answers with the number of causes that were named or reported. */
  const run = async (items: readonly Pending[]): Promise<number> => {
    let outcomes: readonly Outcome[]
    try {
      outcomes = await storage.commit(batchOf(items))
    } catch (error) {
      return reject(items, error)
    }
    if (outcomes.length !== items.length) {
      // Maybe durable, so it is not split and tried again: the callers have to read what is there.
      const error = miscounted(storage.name, items.length, outcomes.length)
      report(error, items)
      for (const item of items) failed(item, error)
      return 1
    }
    for (let i = 0; i < items.length; i++) settled(items[i] as Pending, outcomes[i] as Outcome)
    return 0
  }
  const reject = async (items: readonly Pending[], error: unknown): Promise<number> => {
    const [only] = items
    if (namesItsCause(error)) {
      for (const item of items) failed(item, error)
      return 1
    }
    if (items.length === 1 && only !== undefined) {
      only.solo = true
      report(error, items)
      failed(only, error)
      return 1
    }
    const ops = opsOf(items) // a change that is settled is let go
    const middle = items.length >> 1
    const known = (await run(items.slice(0, middle))) + (await run(items.slice(middle)))
    if (known > 0) return known
    report(error, items, ops) // each half is fine by itself: still somebody's bug
    return 1
  }
  return {
    async run(items) {
      await run(items)
    },
  }
}

const MOST_TOLD = 16

/** What changes do, of few of them; of many nobody can say which it was. */
const opsOf = (items: readonly Pending[]): readonly string[] =>
  items.length > MOST_TOLD
    ? []
    : items
        .flatMap(({ change }) => [...change.guards, ...change.effects])
        .map((op) => ('table' in op ? `${op.op} ${op.table.name}` : op.op))

const miscounted = (storage: string, asked: number, answered: number): FlorinError =>
  new FlorinError('internal', `storage '${storage}' answered ${answered} outcomes for a batch of ${asked} changes`)
