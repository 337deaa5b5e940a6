import { createIds, type Random, type Runtime } from '../src/kernel/index.ts'

/** Time and chance that belong to a test: timers fire in order when time is moved, and chance is the same every time. */
export class TimeWorld {
  readonly runtime: Runtime
  now: number
  timers: { at: number; task: () => void }[] = []
  #seed: number

  constructor(now = 1_000_000_000, seed = 1) {
    this.now = now
    this.#seed = seed
    const clock = { now: () => this.now }
    const after = (delayMs: number, task: () => void) => {
      const timer = { at: this.now + delayMs, task }
      this.timers.push(timer)
      return () => {
        this.timers = this.timers.filter((one) => one !== timer)
      }
    }
    const random: Random = { bytes: (size) => Uint8Array.from({ length: size }, () => this.#byte()) }
    const scheduler = { yield: (task: () => void) => void setImmediate(task), after }
    this.runtime = { clock, scheduler, random, ids: createIds(clock, random) }
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Moves time to where it goes, stopping at each timer on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms
    await this.settle()
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.timers = this.timers.filter((one) => one !== next)
      this.now = Math.max(this.now, next.at)
      next.task()
      await this.settle()
    }
    this.now = until
  }

  /** A linear congruential generator (Numerical Recipes): good enough to stand in for chance. */
  #byte(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0
    return this.#seed >>> 24
  }
}
