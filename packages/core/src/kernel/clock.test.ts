import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Scheduler, sleep, systemClock, systemScheduler } from './clock.ts'

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_123 }))
  afterEach(() => void vi.useRealTimers())

  it('tells UTC milliseconds', () => {
    expect(systemClock.now()).toBe(1_700_000_000_123)
  })

  it('runs a task once, when its delay is over', () => {
    const task = vi.fn()
    systemScheduler.after(100, task)
    vi.advanceTimersByTime(99)
    expect(task).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1_000)
    expect(task).toHaveBeenCalledOnce()
  })

  it('runs no task that was canceled, and canceling a done one does no harm', () => {
    const task = vi.fn()
    const cancel = systemScheduler.after(100, task)
    cancel()
    vi.advanceTimersByTime(1_000)
    expect(task).not.toHaveBeenCalled()
    cancel()
  })

  it('yields to what is ready before it goes on', () => {
    const order: string[] = []
    systemScheduler.yield(() => order.push('yielded'))
    order.push('caller')
    vi.runAllTimers()
    expect(order).toEqual(['caller', 'yielded'])
  })
})

describe('the system scheduler', () => {
  it('does not keep a process alive', () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const cancel = systemScheduler.after(60_000, () => {})
    try {
      expect(timers()).toBe(before) // only timers that hold the process are listed
    } finally {
      cancel()
    }
  })

  it('sleeps by the scheduler that it is given', async () => {
    const delays: number[] = []
    const scheduler: Scheduler = {
      yield: (task) => task(),
      after: (delayMs, task) => {
        delays.push(delayMs)
        task()
        return () => {}
      },
    }
    await sleep(scheduler, 86_400_000)
    expect(delays).toEqual([86_400_000])
  })
})
