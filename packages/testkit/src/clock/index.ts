export { FAKE_START, type FakeClock, fakeClock } from './fake-clock.ts'
export { type FakeRuntime, fakeRuntime } from './fake-runtime.ts'
export { type FakeScheduler, fakeScheduler } from './fake-scheduler.ts'
export { seededRandom } from './seeded-random.ts'
