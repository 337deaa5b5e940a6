import {
  createWorker,
  type Handler,
  type JobFailure,
  type NewJob,
  schedule,
  type WorkerOptions,
} from '../src/jobs/index.ts'
import { createIds, type Runtime, systemRandom } from '../src/kernel/index.ts'
import { memoryStorage } from '../src/memory/index.ts'
import type { Change } from '../src/records/index.ts'
import { type JobRow, jobs, type Outcome, type Storage } from '../src/storage/index.ts'

/** A storage, a clock that stands still, and timers that fire when time is moved: what the tests of the job worker share. */
export class WorkerWorld {
  readonly storage: Storage = memoryStorage()
  readonly runtime: Runtime
  readonly commits: { lane: string; merchant: string }[] = []
  readonly failures: JobFailure[] = []
  now = 1_000_000
  timers: { at: number; task: () => void }[] = []

  constructor() {
    const clock = { now: () => this.now }
    const after = (delayMs: number, task: () => void) => {
      const timer = { at: this.now + delayMs, task }
      this.timers.push(timer)
      return () => {
        this.timers = this.timers.filter((one) => one !== timer)
      }
    }
    const scheduler = { yield: (task: () => void) => void setImmediate(task), after }
    this.runtime = { clock, scheduler, random: systemRandom, ids: createIds(clock, systemRandom) }
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  async advance(ms: number): Promise<void> {
    this.now += ms
    const due = this.timers.filter(({ at }) => at <= this.now)
    this.timers = this.timers.filter(({ at }) => at > this.now)
    for (const { task } of due) task()
    await this.settle()
  }

  readonly commit = (change: Change, options: { lane: string; merchant: string }): Promise<Outcome> => {
    this.commits.push(options)
    return this.write(change)
  }

  async write(change: Change): Promise<Outcome> {
    const batch = { id: this.runtime.ids.make('bat'), at: this.now, changes: [change] }
    return (await this.storage.commit(batch))[0] as Outcome
  }

  /** Sets a timer that is due now, unless told otherwise. */
  plan(job: Partial<NewJob> = {}): Promise<Outcome> {
    const usual = { queue: 'mail', key: 'a', merchant: 'mer_1', payload: { n: 1 }, due: this.now }
    return this.write({ guards: [], effects: [schedule({ id: this.runtime.ids.make('job'), ...usual, ...job })] })
  }

  async waiting(): Promise<readonly JobRow[]> {
    return (await this.storage.find(jobs, { index: 'key', equals: {}, limit: 1000 })).rows
  }

  worker(handlers: Record<string, Handler>, options: WorkerOptions = {}) {
    const { storage, commit, runtime } = this
    const onError = (failure: JobFailure) => void this.failures.push(failure)
    return createWorker({ storage, commit, runtime, handlers, options: { onError, ...options } })
  }
}

/** A handler whose runs go on until they are told to end. */
export const held = () => {
  const running: { job: JobRow; end: () => void; fail: (error: Error) => void }[] = []
  const handler: Handler = ({ job }) =>
    new Promise((resolve, reject) => running.push({ job, end: () => resolve(undefined), fail: reject }))
  return { running, handler }
}

/** The item of this index, which must be there. */
export const nth = <T>(list: readonly T[] | undefined, at: number): T => {
  const item = list?.[at]
  if (item === undefined) throw new Error(`no item ${at}`)
  return item
}
