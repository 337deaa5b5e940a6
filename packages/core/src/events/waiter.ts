import type { Cancel, Scheduler } from '../kernel/index.ts'

/** Where a loop waits: for time, for news, or for its end. */
export interface Waiter {
  /**
   * Resolves after `delayMs`, or at once when stopped. A wakeable pause also ends on `wake`, and does not begin when one came since
   * the last wakeable pause: news that arrives while the loop works is not lost.
   */
  pause(delayMs: number, options: { readonly wakeable: boolean }): Promise<void>
  wake(): void
  stop(): void
  stopped(): boolean
}

/** One loop's waiter: at most one pause at a time. */
export const createWaiter = (scheduler: Scheduler): Waiter => {
  let news = false
  let stopped = false
  let resume: (() => void) | undefined
  let wakeable = false
  return {
    pause(delayMs, options) {
      if (stopped) return Promise.resolve()
      if (options.wakeable && news) {
        news = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        let cancel: Cancel = () => {}
        resume = () => {
          cancel()
          resume = undefined
          resolve()
        }
        wakeable = options.wakeable
        cancel = scheduler.after(delayMs, resume)
      })
    },
    wake() {
      if (resume !== undefined && wakeable) resume()
      else news = true
    },
    stop() {
      stopped = true
      resume?.()
    },
    stopped: () => stopped,
  }
}
