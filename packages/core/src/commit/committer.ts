import { FlorinError, type Runtime } from '../kernel/index.ts'
import type { Change } from '../records/index.ts'
import type { Outcome, Storage } from '../storage/index.ts'
import { type Bounds, resolveBounds } from './bounds.ts'
import { footprint } from './footprint.ts'
import { Lanes } from './lanes.ts'
import { LANES, type Lane, type Pending } from './pending.ts'
import { plan } from './planner.ts'
import { retryDelay } from './retry.ts'
import { Rows } from './rows.ts'
import { type BugReport, createRunner } from './runner.ts'
import { type CommitStats, countBatch, newCounters, snapshot } from './stats.ts'

const NOTHING: Change = Object.freeze({ guards: [], effects: [] })

/** How urgent a change is, and whose. */
export interface CommitOptions {
  readonly lane: Lane
  /** Whose turn it takes within the lane. */
  readonly merchant: string
  /** Intents only: the instant after which it is dropped rather than committed. */
  readonly deadline?: number | undefined
}

/**
 * Group commit: the one door for writes. Changes of many callers become durable together, each as a unit of its own.
 *
 * Changes that touch the same row are committed in the order in which they came, each in a batch of its own; whether the later one's
 * guards still hold, the storage says. Any two others may land in either order.
 */
export interface Committer {
  /**
   * Queues the change, and answers when it is durable or has lost. Rejects with `overloaded` (intents: the queue is full or the
   * deadline passed), `closed`, or the storage's error; in each case nothing happened. An outcome is never refused, and is tried
   * again for a bounded time while the storage rejects it.
   */
  commit(change: Change, options: CommitOptions): Promise<Outcome>
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>
  /** Takes nothing more, and resolves when everything that was queued is settled. Does not close the storage. */
  close(): Promise<void>
  stats(): CommitStats
}

/** What group commit needs. */
export interface CommitterOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly bounds?: Partial<Bounds>
  /** Told of failures that only a bug explains: raise an alarm. */
  readonly onBug?: (report: BugReport) => void
  /** Told after every batch of which something became durable: readers of the event stream wake up on it. */
  readonly onCommit?: () => void
}

/** A committer over a storage; other processes may commit to the same database through theirs. Nothing runs until the first commit. */
export const createCommitter = (options: CommitterOptions): Committer => new GroupCommitter(options)

class GroupCommitter implements Committer {
  readonly #runtime: Runtime
  readonly #bounds: Bounds
  readonly #onCommit: (() => void) | undefined
  readonly #rows = new Rows()
  readonly #lanes = new Lanes()
  readonly #counters = newCounters()
  readonly #runner: { run(items: readonly Pending[]): Promise<void> }
  readonly #concurrency: number
  readonly #idlers: (() => void)[] = []
  /** Batches that the storage has now. */
  #running = 0
  #unsettled = 0
  #intentBytes = 0
  #scheduled = false
  #won = false
  #closed = false

  constructor(options: CommitterOptions) {
    this.#runtime = options.runtime
    this.#bounds = resolveBounds(options.bounds)
    this.#onCommit = options.onCommit
    this.#concurrency = options.storage.concurrency ?? 1
    this.#runner = createRunner({
      storage: options.storage,
      runtime: options.runtime,
      onBug: options.onBug ?? (() => {}),
      settled: this.#settled,
      failed: this.#failed,
    })
  }

  commit(change: Change, { lane, merchant, deadline = Number.POSITIVE_INFINITY }: CommitOptions): Promise<Outcome> {
    if (this.#closed) return Promise.reject(new FlorinError('closed', 'Florin was closed and commits nothing more'))
    if (lane === 'intent' && this.#isFull()) return Promise.reject(this.#refusal())
    const { rows, ops, bytes } = footprint(change)
    return new Promise((resolve, reject) => {
      this.#enter({
        change,
        lane,
        merchant,
        deadline,
        rows,
        ops,
        bytes,
        resolve,
        reject,
        rank: LANES.indexOf(lane),
        blockers: 0,
        behind: [],
        waiters: [],
        taken: false,
        solo: false,
        tries: 0,
        failedAt: 0,
      })
    })
  }

  idle(): Promise<void> {
    if (this.#unsettled === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idlers.push(resolve)
    })
  }

  close(): Promise<void> {
    this.#closed = true
    return this.idle()
  }

  stats(): CommitStats {
    return snapshot(this.#counters)
  }

  #isFull(): boolean {
    return this.#counters.queued.intent >= this.#bounds.intents || this.#intentBytes >= this.#bounds.intentBytes
  }

  #refusal(): FlorinError {
    this.#counters.refused += 1
    const waiting = this.#counters.queued.intent
    return new FlorinError('overloaded', `${waiting} intents already wait to be committed; nothing happened, try again`)
  }

  #enter(item: Pending): void {
    this.#unsettled += 1
    this.#counters.queued[item.lane] += 1
    if (item.lane === 'intent') this.#intentBytes += item.bytes
    this.#rows.enter(item)
    if (item.blockers === 0) this.#ready(item)
    else this.#lanes.raiseBlockers(item)
  }

  #ready(item: Pending): void {
    item.taken = false
    this.#lanes.push(item)
    this.#schedule()
  }

  /**
   * As many flushes at a time as the storage takes batches, and each only after a yield: a synchronous storage would otherwise see
   * batches of one. Batches in flight share no row, because a change becomes ready only when nobody before it holds one of its rows.
   */
  #schedule(): void {
    if (this.#scheduled || this.#running >= this.#concurrency) return
    this.#scheduled = true
    this.#runtime.scheduler.yield(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    const now = this.#runtime.clock.now()
    const { batch, expired } = plan(this.#lanes, this.#bounds, now)
    this.#scheduled = false
    for (const item of [...expired, ...batch]) this.#dequeued(item)
    for (const item of expired) this.#drop(item)
    if (batch.length > 0) {
      countBatch(this.#counters, batch.length)
      this.#counters.inFlight += batch.length
      this.#running += 1
      if (this.#lanes.peek() !== undefined) this.#schedule()
      await this.#runner.run(batch)
      this.#running -= 1
      this.#counters.inFlight -= batch.length
      this.#announce()
    }
    if (this.#lanes.peek() !== undefined) this.#schedule()
    if (this.#unsettled === 0) for (const idler of this.#idlers.splice(0)) idler()
  }

  #announce(): void {
    if (!this.#won) return
    this.#won = false
    try {
      this.#onCommit?.()
    } catch {
      // a listener that throws must not stop commits
    }
  }

  #dequeued(item: Pending): void {
    this.#counters.queued[item.lane] -= 1
    if (item.lane === 'intent') this.#intentBytes -= item.bytes
  }

  #drop(item: Pending): void {
    this.#counters.expired += 1
    item.reject(
      new FlorinError('overloaded', 'the deadline passed before the change could be committed; nothing happened'),
    )
    this.#leave(item)
  }

  readonly #settled = (item: Pending, outcome: Outcome): void => {
    this.#counters.changes += 1
    if (outcome.committed) this.#won = true
    else this.#counters.lost += 1
    item.resolve(outcome)
    this.#leave(item)
  }

  readonly #failed = (item: Pending, error: unknown): void => {
    const delayMs = retryDelay(item, error, this.#bounds, this.#runtime)
    if (delayMs === undefined) {
      this.#counters.failed += 1
      item.reject(error)
      this.#leave(item)
      return
    }
    // It keeps its rows, so that nothing overtakes it on them.
    this.#counters.queued[item.lane] += 1
    this.#counters.retrying += 1
    this.#runtime.scheduler.after(delayMs, () => {
      this.#counters.retrying -= 1
      this.#ready(item)
    })
  }

  #leave(item: Pending): void {
    this.#unsettled -= 1
    // A map's outgrown table keeps its entries and points to the table after it: once one of them is old, all later ones stay until a full
    // collection. They had kept the rows of a large change alive for a minute; so they keep its shell only.
    item.change = NOTHING
    for (const waiter of this.#rows.leave(item)) this.#ready(waiter)
  }
}
