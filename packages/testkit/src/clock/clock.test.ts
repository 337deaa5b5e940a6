import { systemRuntime } from '@florin/core'
import { expect, test } from 'vitest'
import { FAKE_START, fakeClock } from './fake-clock.ts'
import { fakeRuntime } from './fake-runtime.ts'
import { fakeScheduler } from './fake-scheduler.ts'
import { seededRandom } from './seeded-random.ts'

test('time stands still until it is advanced, and can step back', () => {
  const clock = fakeClock()
  expect(clock.now()).toBe(FAKE_START)
  clock.advance(250)
  expect(clock.now()).toBe(FAKE_START + 250)
  clock.set(FAKE_START - 5)
  expect(clock.now()).toBe(FAKE_START - 5)
  expect(() => clock.advance(-1)).toThrow(RangeError)
})

test('timers fire by instant and then by order of making, with the clock at each one', async () => {
  const clock = fakeClock(1000)
  const scheduler = fakeScheduler(clock)
  const seen: string[] = []
  const note = (name: string) => () => void seen.push(`${name}@${clock.now()}`)
  scheduler.after(20, note('late'))
  scheduler.after(10, note('first'))
  scheduler.after(10, note('second'))
  scheduler.yield(note('now'))
  expect(seen).toEqual([])
  await scheduler.advance(15)
  expect(seen).toEqual(['now@1000', 'first@1010', 'second@1010'])
  expect(clock.now()).toBe(1015)
  await scheduler.advance(5)
  expect(seen.at(-1)).toBe('late@1020')
  expect(scheduler.waiting).toBe(0)
})

test('a canceled timer does not fire', async () => {
  const scheduler = fakeScheduler(fakeClock())
  const fired: string[] = []
  const cancel = scheduler.after(1, () => void fired.push('canceled'))
  scheduler.after(2, () => void fired.push('kept'))
  cancel()
  await scheduler.runAll()
  expect(fired).toEqual(['kept'])
})

test('promises settle between two tasks', async () => {
  const scheduler = fakeScheduler(fakeClock())
  const seen: string[] = []
  scheduler.yield(() => {
    Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => seen.push('promise of the first'))
  })
  scheduler.yield(() => void seen.push('second'))
  await scheduler.flush()
  expect(seen).toEqual(['promise of the first', 'second'])
})

test('what a task makes due at once runs in the same flush, what lies ahead does not', async () => {
  const scheduler = fakeScheduler(fakeClock())
  const seen: string[] = []
  scheduler.yield(() => {
    scheduler.yield(() => void seen.push('nested'))
    scheduler.after(1, () => void seen.push('ahead'))
  })
  await scheduler.flush()
  expect(seen).toEqual(['nested'])
})

test('tasks that start each other for ever are reported', async () => {
  const scheduler = fakeScheduler(fakeClock())
  const again = (): void => void scheduler.after(1, again)
  again()
  await expect(scheduler.runAll(50)).rejects.toThrow('50 tasks')
})

test('settle runs just what a promise needs', async () => {
  const clock = fakeClock(0)
  const scheduler = fakeScheduler(clock)
  scheduler.after(500, () => {})
  const work = new Promise<string>((resolve) => scheduler.after(100, () => resolve('done')))
  expect(await scheduler.settle(work)).toBe('done')
  expect(clock.now()).toBe(100)
  await expect(scheduler.settle(new Promise(() => {}))).rejects.toThrow('no task is left')
})

test('a seed makes the same bytes and ids again, another seed others', () => {
  expect(seededRandom(7).bytes(33)).toEqual(seededRandom(7).bytes(33))
  expect(seededRandom(7).bytes(33)).not.toEqual(seededRandom(8).bytes(33))
  const ids = (seed: number) => {
    const { ids } = fakeRuntime({ seed })
    return [ids.make('pay'), ids.make('pay')]
  }
  expect(ids(1)).toEqual(ids(1))
  expect(ids(1)).not.toEqual(ids(2))
  expect(systemRuntime(fakeRuntime()).ids.make('pay')).toBe(ids(1)[0])
})

test('seeded bytes are spread evenly enough to stand in for chance', () => {
  const counts = new Array<number>(256).fill(0)
  for (const byte of seededRandom(3).bytes(256 * 400)) counts[byte] = (counts[byte] ?? 0) + 1
  expect(Math.min(...counts)).toBeGreaterThan(300)
  expect(Math.max(...counts)).toBeLessThan(500)
})
