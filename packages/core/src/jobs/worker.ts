import { FlorinError, type Runtime } from '../kernel/index.ts'
import { type Change, finish } from '../records/index.ts'
import type { JobRow, Outcome, Storage } from '../storage/index.ts'
import type { CommitJob, Handler, JobResult } from './handler.ts'
import { schedule } from './schedule.ts'
import { type JobFailure, resolveSettings, retryAt, type WorkerOptions, type WorkerSettings } from './settings.ts'

/** Runs due jobs. Any number of workers, in any number of processes, may share a storage: each job goes to one of them at a time. */
export interface Worker {
  /**
   * Runs what is due now, and resolves with how many jobs that were when all have ended (at most `tickLimit`). For hosts that own
   * their loop. Rejects only where jobs cannot be leased; a failing handler is retried later and reported.
   */
  tick(): Promise<number>
  /** Keeps running due jobs until `stop`. Does nothing when it runs already. */
  start(): void
  /** Leases nothing more, and resolves when the handlers that run have ended and their ends are committed. */
  stop(): Promise<void>
}

export interface WorkerParts {
  readonly storage: Pick<Storage, 'lease'>
  readonly commit: CommitJob
  readonly runtime: Runtime
  /** By queue. Jobs of other queues are left to other workers. */
  readonly handlers: Readonly<Record<string, Handler>>
  readonly options?: WorkerOptions
}

export const createWorker = (parts: WorkerParts): Worker => {
  const worker = new JobWorker(parts)
  return Object.freeze<Worker>({
    tick: () => worker.tick(),
    start: () => worker.start(),
    stop: () => worker.stop(),
  })
}

class JobWorker {
  readonly #parts: WorkerParts
  readonly #settings: WorkerSettings
  readonly #queues: readonly string[]
  readonly #running = new Set<Promise<void>>()
  /** Leasing goes one at a time, so that two callers never fill the same free places. */
  #leasing: Promise<unknown> = Promise.resolve()
  #loop: Promise<void> | null = null
  #stopping = false
  #wake: () => void = () => {}

  constructor(parts: WorkerParts) {
    this.#parts = parts
    this.#settings = resolveSettings(parts.options)
    this.#queues = Object.keys(parts.handlers)
  }

  async tick(): Promise<number> {
    const { tickLimit } = this.#settings
    const mine: Promise<void>[] = []
    while (mine.length < tickLimit) {
      const started = await this.#fill(tickLimit - mine.length)
      mine.push(...started)
      if (started.length > 0) continue
      if (!this.#full) break
      await Promise.race(this.#running)
    }
    await Promise.all(mine)
    return mine.length
  }

  start(): void {
    if (this.#loop !== null) return
    this.#stopping = false
    this.#loop = this.#work()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake()
    await this.#loop
    this.#loop = null
    await this.#leasing
    await Promise.all(this.#running)
  }

  get #full(): boolean {
    return this.#running.size >= this.#settings.concurrency
  }

  async #work(): Promise<void> {
    while (!this.#stopping) {
      let started = 0
      try {
        started = (await this.#fill(this.#settings.concurrency)).length
      } catch (error) {
        this.#report({ error, job: null, again: null, exhausted: false })
      }
      if (!this.#stopping && (started === 0 || this.#full)) await this.#pause()
    }
  }

  /** Until the next poll; until a place is free, where that is what is missing. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.runtime.scheduler.after(this.#settings.pollMs, () => this.#wake())
      this.#wake = () => {
        this.#wake = () => {}
        cancel()
        resolve()
      }
    })
  }

  /** Leases up to `limit` jobs into the free places and starts them. */
  #fill(limit: number): Promise<readonly Promise<void>[]> {
    const filled = this.#leasing.then(() => this.#lease(limit))
    this.#leasing = filled.catch(() => {})
    return filled
  }

  async #lease(limit: number): Promise<readonly Promise<void>[]> {
    const { storage, runtime } = this.#parts
    const { concurrency, leaseMs } = this.#settings
    const places = Math.min(concurrency - this.#running.size, limit)
    if (places <= 0 || (this.#stopping && this.#loop !== null)) return []
    const lease = { limit: places, leaseMs, now: runtime.clock.now(), token: runtime.ids.make('lse') }
    const jobs = await storage.lease(this.#queues, lease)
    return jobs.map((job) => this.#begin(job, leased(job)))
  }

  #begin(job: JobRow, lease: Lease): Promise<void> {
    const run = this.#run(job, lease).finally(() => {
      const wasFull = this.#full
      this.#running.delete(run)
      if (wasFull) this.#wake()
    })
    this.#running.add(run)
    return run
  }

  /** Never rejects. */
  async #run(job: JobRow, lease: Lease): Promise<void> {
    let result: JobResult
    try {
      const handler = this.#parts.handlers[job.queue] as Handler // only queues that have one are leased
      result = (await handler({ job, leaseUntil: job.due })) ?? {}
    } catch (error) {
      return this.#retry(job, lease, error)
    }
    const outcome = await this.#commit(job, this.#ending(job, lease, result))
    if (outcome === undefined || outcome.committed || outcome.conflict === 'lease') return
    const what = outcome.conflict === 'floor' ? outcome.account : outcome.table
    const message = `the result of job '${job.id}' lost with '${outcome.conflict}' at '${what}': the job runs again`
    return this.#retry(job, lease, new FlorinError('conflict', message, { details: { queue: job.queue } }))
  }

  /** A run that went well: the job goes, and where it repeats a new one with untouched tries takes its place. */
  #ending(job: JobRow, lease: Lease, { again, guards = [], effects = [] }: JobResult): Change {
    const end = finish(lease)
    if (again === undefined) return { guards: [end, ...guards], effects }
    const { queue, key, merchant, payload } = job
    const id = this.#parts.runtime.ids.make('job')
    return {
      guards: [end, ...guards],
      effects: [...effects, schedule({ id, queue, key, merchant, payload, due: again })],
    }
  }

  async #retry(job: JobRow, lease: Lease, error: unknown): Promise<void> {
    const { clock, random } = this.#parts.runtime
    const { again, exhausted } = retryAt(this.#settings, random, clock.now(), job.tries)
    this.#report({ error, job, again, exhausted })
    await this.#commit(job, { guards: [finish(lease, again)], effects: [] })
  }

  /** Undefined where the storage failed: the lease will bring the job back. */
  async #commit(job: JobRow, change: Change): Promise<Outcome | undefined> {
    try {
      return await this.#parts.commit(change, { lane: 'recovery', merchant: job.merchant })
    } catch (error) {
      this.#report({ error, job, again: null, exhausted: false })
      return undefined
    }
  }

  #report(failure: JobFailure): void {
    try {
      this.#settings.onError(failure)
    } catch {
      // A reporter that throws must not cost the job its end.
    }
  }
}

interface Lease {
  readonly id: string
  readonly token: string
}

const leased = (job: JobRow): Lease => {
  if (job.token !== null) return { id: job.id, token: job.token }
  throw new FlorinError('internal', `job '${job.id}' was leased without a token; please report it`)
}
