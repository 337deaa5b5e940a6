/** Time as Florin sees it. Instants are UTC milliseconds. */
export interface Clock {
  now(): number
}

/** Cancels a timer; harmless when it has fired. */
export type Cancel = () => void

/** Everything in core that waits, waits here, so that a test or the simulator can own time. */
export interface Scheduler {
  /** Runs `task` after the I/O callbacks that are ready now (setImmediate): group commit gathers its batch in that gap. */
  yield(task: () => void): void
  /** Runs `task` once, `delayMs` from now. Never keeps the process alive by itself. */
  after(delayMs: number, task: () => void): Cancel
}

export const systemClock: Clock = Object.freeze({ now: () => Date.now() })

export const systemScheduler: Scheduler = Object.freeze({
  yield: (task: () => void) => void setImmediate(task),
  after: (delayMs: number, task: () => void): Cancel => {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
})

/** Resolves `delayMs` from now, by the given scheduler. */
export const sleep = (scheduler: Scheduler, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    scheduler.after(delayMs, resolve)
  })
