import type { Cancel } from '@florin/core'
import { Agenda, type Planned } from './agenda.ts'
import type { Dice } from './dice.ts'
import { realImmediate } from './real-world.ts'

/** 2026-01-05T00:00:00Z, a Monday: where simulated time begins. */
export const SIMULATION_START = Date.UTC(2026, 0, 5)

const TURNS_AT_ONCE = 64 // callbacks queued together: microtasks are drained after each of them, and the event loop turns only once

/** The one time of a simulation, and the order in which everything happens. */
export interface SimulatedTime {
  now(): number
  /** Runs `task` once, `delayMs` from now: among the tasks of one instant the seed decides. */
  after(delayMs: number, task: () => void): Cancel
  /** Runs events, each after all promises have settled, until `until`, or until `done` says so. Says how many. */
  run(until: number, done?: () => boolean): Promise<number>
  /** Until `work` settles nothing else happens: for effects that are I/O of the real world, such as a storage author's own database. */
  hold<T>(work: Promise<T>): Promise<T>
  /** Tasks that wait, canceled ones included. */
  readonly waiting: number
}

/** Where more events than this happen in one `run`, two of them start each other for ever. */
const MOST_EVENTS = 3_000_000

/** Takes steps, each after all promises have settled and none while `busy`, until one says that it was none. Gives their number. */
const inTurns = (step: () => boolean, busy: () => boolean): Promise<number> =>
  new Promise((resolve, reject) => {
    let steps = 0
    let over = false
    const turn = (): void => {
      if (over || busy()) return
      try {
        over = !step()
        if (over) return resolve(steps)
        steps += 1
        if (steps > MOST_EVENTS)
          throw new Error(`${MOST_EVENTS} events in one stretch: do they start each other for ever?`)
      } catch (error) {
        over = true
        reject(error)
      }
    }
    const turns = (): void => {
      if (over) return
      for (let i = 0; i < TURNS_AT_ONCE; i += 1) realImmediate(turn)
      realImmediate(turns)
    }
    turns()
  })

export const simulatedTime = (dice: Dice, start = SIMULATION_START): SimulatedTime => {
  const agenda = new Agenda()
  let now = start
  let made = 0
  let held = 0
  const after: SimulatedTime['after'] = (delayMs, run) => {
    made += 1
    const event: Planned = {
      at: now + Math.max(0, Math.ceil(delayMs)),
      tie: dice.below(0x40000000),
      order: made,
      run,
      canceled: false,
    }
    agenda.add(event)
    return () => {
      event.canceled = true
    }
  }
  /** One event, or false at the end. */
  const step = (until: number, done: () => boolean): boolean => {
    if (done()) return false
    const event = agenda.peek()
    if (event === undefined || event.at > until) return false
    agenda.take()
    now = event.at
    event.run()
    return true
  }
  const run: SimulatedTime['run'] = async (until, done = () => false) => {
    const events = await inTurns(
      () => step(until, done),
      () => held > 0,
    )
    if (now < until && Number.isFinite(until) && !done()) now = until
    return events
  }
  return {
    now: () => now,
    after,
    run,
    async hold(work) {
      held += 1
      try {
        return await work
      } finally {
        held -= 1
      }
    },
    get waiting() {
      return agenda.size
    },
  }
}
