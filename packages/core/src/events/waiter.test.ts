import { describe, expect, it } from 'vitest'
import { createWaiter } from './waiter.ts'

const manual = () => {
  const timers = new Set<() => void>()
  return {
    timers,
    scheduler: {
      yield: (task: () => void) => task(),
      after: (_: number, task: () => void) => {
        timers.add(task)
        return () => void timers.delete(task)
      },
    },
  }
}
const settled = async (promise: Promise<void>): Promise<boolean> => {
  let done = false
  void promise.then(() => {
    done = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

describe('waiter', () => {
  it('waits for time', async () => {
    const { timers, scheduler } = manual()
    const pause = createWaiter(scheduler).pause(10, { wakeable: true })
    expect(await settled(pause)).toBe(false)
    for (const timer of timers) timer()
    expect(await settled(pause)).toBe(true)
  })

  it('wakes, and leaves no timer behind', async () => {
    const { timers, scheduler } = manual()
    const waiter = createWaiter(scheduler)
    const pause = waiter.pause(10, { wakeable: true })
    waiter.wake()
    expect(await settled(pause)).toBe(true)
    expect(timers.size).toBe(0)
  })

  it('remembers news that came before the pause, once', async () => {
    const waiter = createWaiter(manual().scheduler)
    waiter.wake()
    expect(await settled(waiter.pause(10, { wakeable: true }))).toBe(true)
    expect(await settled(waiter.pause(10, { wakeable: true }))).toBe(false)
  })

  it('is not woken from a backoff, but has the news after it', async () => {
    const { timers, scheduler } = manual()
    const waiter = createWaiter(scheduler)
    waiter.wake()
    const backoff = waiter.pause(10, { wakeable: false })
    expect(await settled(backoff)).toBe(false)
    waiter.wake()
    expect(await settled(backoff)).toBe(false)
    for (const timer of timers) timer()
    expect(await settled(backoff)).toBe(true)
    expect(await settled(waiter.pause(10, { wakeable: true }))).toBe(true)
  })

  it('ends any pause when stopped, and begins no other', async () => {
    const waiter = createWaiter(manual().scheduler)
    const backoff = waiter.pause(10, { wakeable: false })
    waiter.stop()
    expect(await settled(backoff)).toBe(true)
    expect(await settled(waiter.pause(10, { wakeable: true }))).toBe(true)
    expect(waiter.stopped()).toBe(true)
  })
})
