import { createIds, type Runtime } from '@florin/core'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { type FakeScheduler, fakeScheduler } from './fake-scheduler.ts'
import { seededRandom } from './seeded-random.ts'

/** A runtime whose time and chance belong to the test; its parts are the controls. */
export interface FakeRuntime extends Runtime {
  readonly clock: FakeClock
  readonly scheduler: FakeScheduler
}

/** One world per seed: the same calls in the same order give the same ids, instants and order of tasks. */
export const fakeRuntime = ({ seed = 1, start }: { seed?: number; start?: number } = {}): FakeRuntime => {
  const clock = fakeClock(start)
  const random = seededRandom(seed)
  return Object.freeze({ clock, random, scheduler: fakeScheduler(clock), ids: createIds(clock, random) })
}
