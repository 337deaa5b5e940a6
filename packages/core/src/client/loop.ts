import type { Scheduler } from '../kernel/index.ts'

/** Work that is repeated until it is stopped. */
export interface Loop {
  start(): void
  /** Resolves when the turn that runs has ended. */
  stop(): Promise<void>
}

/** Repeats `turn`, `intervalMs` after the end of the one before; the first at once. Turns never overlap. */
export const createLoop = (scheduler: Scheduler, intervalMs: number, turn: () => Promise<unknown>): Loop => {
  let running: Promise<unknown> = Promise.resolve()
  let cancel: (() => void) | undefined
  let live = false
  const next = (): void => {
    if (!live) return
    running = turn().finally(() => {
      if (live) cancel = scheduler.after(intervalMs, next)
    })
  }
  return {
    start() {
      if (live) return
      live = true
      next()
    },
    async stop() {
      live = false
      cancel?.()
      await running
    },
  }
}
