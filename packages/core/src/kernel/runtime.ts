import { type Clock, type Scheduler, systemClock, systemScheduler } from './clock.ts'
import { createIds, type Ids } from './ids.ts'
import { type Random, systemRandom } from './random.ts'

/** What core takes from the world besides its ports. Injected, so that a run can be repeated to the byte. */
export interface Runtime {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly ids: Ids
}

/** The real world, with any part of it replaced. */
export const systemRuntime = (parts: Partial<Runtime> = {}): Runtime => {
  const clock = parts.clock ?? systemClock
  const random = parts.random ?? systemRandom
  return Object.freeze({
    clock,
    random,
    scheduler: parts.scheduler ?? systemScheduler,
    ids: parts.ids ?? createIds(clock, random),
  })
}
