import { type Cancel, createIds, type Runtime } from '@florin/core'
import type { Dice } from './dice.ts'
import type { SimulatedTime } from './time.ts'

/** Before or after the effect of a call of a port: where a process dies. */
export type CrashMoment = 'before' | 'after'

/** A process in a simulation: it has a clock that may be wrong, can be paused, and can die as by `kill -9`. */
export interface SimulatedProcess {
  readonly name: string
  readonly runtime: Runtime
  readonly alive: () => boolean
  /** Calls of ports so far. */
  readonly calls: () => number
  /** Its clock is off by so much from now on. */
  setSkew(ms: number): void
  /** Nothing of it runs until then: a long collection, a suspended machine. */
  pause(ms: number): void
  /** Its `nth` further call of a port is its last: from then on nothing of it runs, and no call of its settles. */
  dieAtCall(nth: number, moment: CrashMoment): void
  die(): void
  /** Told at its death. */
  onDeath(task: () => void): void
  /**
   * Runs `task` in this process `delayMs` from now: not before a pause is over, and never once it is dead. Its clock plays no part.
   */
  after(delayMs: number, task: () => void): Cancel
  /**
   * One call of a port. `effect` is what it does to the world: it runs whole, or, where the process dies before it, not at all. A call of
   * a dead process never settles.
   */
  port<T>(name: string, effect: () => Promise<T>): Promise<T>
}

const never = (): Promise<never> => new Promise(() => {})

interface Doom {
  left: number
  readonly moment: CrashMoment
}

export interface ProcessParts {
  readonly name: string
  readonly time: SimulatedTime
  readonly dice: Dice
  readonly skewMs?: number
  readonly onCall?: (name: string) => void
}

export const simulatedProcess = ({ name, time, dice, skewMs = 0, onCall }: ProcessParts): SimulatedProcess => {
  let alive = true
  let skew = skewMs
  let pausedUntil = 0
  let calls = 0
  let doom: Doom | null = null
  const mourners: (() => void)[] = []
  const die = (): void => {
    if (!alive) return
    alive = false
    for (const task of mourners.splice(0)) task()
  }
  const after = (delayMs: number, task: () => void): Cancel => {
    let canceled = false
    let cancel: Cancel = () => {}
    const fire = (): void => {
      if (!alive || canceled) return
      if (pausedUntil > time.now()) cancel = time.after(pausedUntil - time.now(), fire)
      else task()
    }
    cancel = time.after(delayMs, fire)
    return () => {
      canceled = true
      cancel()
    }
  }
  const clock = { now: () => time.now() + skew }
  const scheduler = { yield: (task: () => void) => void after(0, task), after }
  const random = { bytes: (size: number) => dice.bytes(size) }
  return {
    name,
    runtime: Object.freeze({ clock, scheduler, random, ids: createIds(clock, random) }),
    alive: () => alive,
    calls: () => calls,
    setSkew(ms) {
      skew = ms
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, time.now() + ms)
    },
    dieAtCall(nth, moment) {
      doom = { left: nth, moment }
    },
    die,
    onDeath: (task) => void mourners.push(task),
    after,
    async port(what, effect) {
      if (!alive) return never()
      calls += 1
      onCall?.(what)
      if (doom !== null) doom.left -= 1
      if (doom !== null && doom.left <= 0) {
        if (doom.moment === 'after') effect().catch(() => {})
        die()
        return never()
      }
      const result = await effect()
      return alive ? result : never()
    },
  }
}
