import type { Cancel, Scheduler } from '@florin/core'
import type { FakeClock } from './fake-clock.ts'

const DEFAULT_LIMIT = 100_000 // tasks in one call: more means that two of them keep starting each other

/**
 * Timers that fire only when told, in one order: by instant, then by the order of their making. Between two tasks every promise
 * that can settle without further tasks does, as it would between two turns of the real event loop.
 */
export interface FakeScheduler extends Scheduler {
  /** Runs everything that is due now (`yield`s, and timers whose instant has come) and what those make due at once. */
  flush(): Promise<void>
  /** Moves the clock to each timer within `ms` in turn and fires it; then to the end of that time. */
  advance(ms: number): Promise<void>
  /** Fires everything, however far ahead. Rejects after `limit` tasks: timers that renew themselves never end. */
  runAll(limit?: number): Promise<void>
  /** Flushes, and advances from timer to timer, until `work` settles; rejects if nothing is left that could settle it. */
  settle<T>(work: Promise<T>): Promise<T>
  /** How many tasks wait. */
  readonly waiting: number
}

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Lets promises settle. A real macrotask is the only fence after all microtasks; no time of the test's passes. */
const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A scheduler on a fake clock: nothing runs before it is told to, and then in the order of its instants. */
export const fakeScheduler = (clock: FakeClock): FakeScheduler => {
  const tasks = new Set<Task>()
  let made = 0

  const add = (at: number, run: () => void): Cancel => {
    made += 1
    const task: Task = { at, order: made, run }
    tasks.add(task)
    return () => void tasks.delete(task)
  }

  const earliest = (): Task | undefined => {
    let found: Task | undefined
    for (const task of tasks) {
      if (found === undefined || task.at < found.at || (task.at === found.at && task.order < found.order)) found = task
    }
    return found
  }

  /** Fires the tasks up to an instant, the clock following them; `done` ends it early. */
  const fire = async (until: number, limit: number, done: () => boolean = () => false): Promise<void> => {
    await microtasks()
    for (let fired = 0; !done(); fired++) {
      const task = earliest()
      if (task === undefined || task.at > until) return
      if (fired === limit) throw new Error(`${limit} tasks ran and more are due: do they start each other for ever?`)
      tasks.delete(task)
      if (task.at > clock.now()) clock.set(task.at)
      task.run()
      await microtasks()
    }
  }

  return {
    yield: (run) => void add(clock.now(), run),
    after: (delayMs, run) => add(clock.now() + Math.max(0, Math.ceil(delayMs)), run),
    flush: () => fire(clock.now(), DEFAULT_LIMIT),
    async advance(ms) {
      const end = clock.now() + ms
      await fire(end, DEFAULT_LIMIT)
      if (clock.now() < end) clock.set(end)
    },
    runAll: (limit = DEFAULT_LIMIT) => fire(Number.POSITIVE_INFINITY, limit),
    async settle(work) {
      let settled = false
      const end = (): void => {
        settled = true
      }
      work.then(end, end)
      await fire(Number.POSITIVE_INFINITY, DEFAULT_LIMIT, () => settled)
      if (!settled)
        throw new Error('no task is left, and the promise has not settled: what it waits for is not in this scheduler')
      return work
    },
    get waiting() {
      return tasks.size
    },
  }
}
