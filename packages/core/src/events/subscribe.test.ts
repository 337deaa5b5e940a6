import { afterEach, describe, expect, it } from 'vitest'
import { systemRuntime } from '../kernel/index.ts'
import { memoryStorage } from '../memory/index.ts'
import type { Storage } from '../storage/index.ts'
import { appendEvent } from './event.ts'
import { type Cursor, START } from './read.ts'
import { createSubscriber, type Subscriber } from './subscribe.ts'

/** Time that passes only when told; what the loops do in between settles first. */
const manualTime = () => {
  const timers = new Map<() => void, number>()
  let now = 0
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  const advance = async (ms: number): Promise<void> => {
    await settle()
    now += ms
    for (const [task, due] of timers) {
      if (due > now) continue
      timers.delete(task)
      task()
    }
    await settle()
  }
  const scheduler = {
    yield: (task: () => void) => void setImmediate(task),
    after: (delayMs: number, task: () => void) => {
      timers.set(task, now + delayMs)
      return () => void timers.delete(task)
    },
  }
  return { runtime: systemRuntime({ clock: { now: () => now }, scheduler }), advance, settle, timers }
}

const world = () => {
  const time = manualTime()
  const storage = memoryStorage()
  let n = 0
  const append = async (count = 1): Promise<void> => {
    const effects = Array.from({ length: count }, () => {
      n += 1
      const id = `evt_${String(n).padStart(26, '0')}` as const
      return appendEvent({ merchant: 'mer_1', subject: `pay_${n}`, version: 1, id, type: 'made', at: n, data: { n } })
    })
    await storage.commit({ id: `bat_${n}`, at: 1, changes: [{ guards: [], effects }] })
  }
  return { ...time, storage, append }
}

const open: Subscriber[] = []
afterEach(async () => {
  for (const subscriber of open.splice(0)) await subscriber.stop()
})
const subscriberOf = (runtime: ReturnType<typeof systemRuntime>, storage: Storage): Subscriber => {
  const subscriber = createSubscriber({ runtime, storage })
  open.push(subscriber)
  return subscriber
}

describe('subscribe', () => {
  it('hands over everything from the start, in order, page by page', async () => {
    const { runtime, storage, append, settle } = world()
    await append(5)
    await append(2)
    const seen: [number, Cursor][] = []
    const subscription = subscriberOf(runtime, storage).subscribe(
      'start',
      ({ position }, cursor) => void seen.push([position, cursor]),
      { pageSize: 3 },
    )
    await settle()
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7].map((position) => [position, { partition: 0, position }]))
    expect(subscription.cursor()).toEqual({ partition: 0, position: 7 })
  })

  it('continues after a kept cursor, and from now on with end', async () => {
    const { runtime, storage, append, settle } = world()
    await append(3)
    const subscriber = subscriberOf(runtime, storage)
    const [kept, fresh]: [number[], number[]] = [[], []]
    subscriber.subscribe({ partition: 0, position: 2 }, ({ position }) => void kept.push(position))
    subscriber.subscribe('end', ({ position }) => void fresh.push(position))
    await settle()
    await append()
    subscriber.wake()
    await settle()
    expect([kept, fresh]).toEqual([[3, 4], [4]])
  })

  it('looks again when woken at once, else when the poll is due', async () => {
    const { runtime, storage, append, advance, settle } = world()
    const subscriber = subscriberOf(runtime, storage)
    const seen: number[] = []
    subscriber.subscribe(START, ({ position }) => void seen.push(position), { pollMs: 500 })
    await settle()
    await append()
    await advance(499)
    expect(seen).toEqual([])
    await advance(1)
    expect(seen).toEqual([1])
    await append()
    subscriber.wake()
    await settle()
    expect(seen).toEqual([1, 2])
  })

  it('waits for a handler before it hands over the next event', async () => {
    const { runtime, storage, append, settle } = world()
    await append(2)
    const started: number[] = []
    let finish: () => void = () => {}
    subscriberOf(runtime, storage).subscribe('start', ({ position }) => {
      started.push(position)
      return new Promise((resolve) => {
        finish = resolve
      })
    })
    await settle()
    expect(started).toEqual([1])
    finish()
    await settle()
    expect(started).toEqual([1, 2])
    finish()
  })

  it('hands an event over again, with growing waits, until its handler succeeds', async () => {
    const { runtime, storage, append, advance, settle } = world()
    await append(2)
    const calls: number[] = []
    const tries: number[] = []
    const subscriber = subscriberOf(runtime, storage)
    const subscription = subscriber.subscribe(
      'start',
      ({ position }) => {
        calls.push(position)
        if (position === 1 && calls.length < 4) throw new Error('not yet')
      },
      { onError: (_, context) => void tries.push(context.tries) },
    )
    await settle()
    subscriber.wake() // news does not shorten a backoff
    await settle()
    expect([calls, subscription.cursor()]).toEqual([[1], START])
    for (const longest of [100, 200, 400]) await advance(longest)
    expect(calls).toEqual([1, 1, 1, 1, 2])
    expect(tries).toEqual([1, 2, 3])
  })

  it('survives a storage that is away for a while, and a listener that throws', async () => {
    const { runtime, storage, append, advance } = world()
    await append()
    let down = true
    const flaky: Storage = {
      ...storage,
      find: (table, query) => (down ? Promise.reject(new Error('down')) : storage.find(table, query)),
    }
    const seen: number[] = []
    subscriberOf(runtime, flaky).subscribe('start', ({ position }) => void seen.push(position), {
      onError: () => {
        throw new Error('listener')
      },
    })
    await advance(100)
    expect(seen).toEqual([])
    down = false
    await advance(30_000)
    expect(seen).toEqual([1])
  })

  it('calls no handler after stop, which waits for the one that runs, and leaves no timer', async () => {
    const { runtime, storage, append, settle, timers } = world()
    await append(3)
    const seen: number[] = []
    let finish: () => void = () => {}
    const subscription = subscriberOf(runtime, storage).subscribe('start', ({ position }) => {
      seen.push(position)
      return new Promise((resolve) => {
        finish = resolve
      })
    })
    await settle()
    let stopped = false
    const stopping = subscription.stop().then(() => {
      stopped = true
    })
    await settle()
    expect(stopped).toBe(false)
    finish()
    await stopping
    await settle()
    expect([seen, timers.size]).toEqual([[1], 0])
  })

  it('stops all at once', async () => {
    const { runtime, storage, append, settle, timers } = world()
    const subscriber = subscriberOf(runtime, storage)
    const seen: number[] = []
    for (let i = 0; i < 3; i++) subscriber.subscribe('start', ({ position }) => void seen.push(position))
    await settle()
    await subscriber.stop()
    await append()
    subscriber.wake()
    await settle()
    expect([seen, timers.size]).toEqual([[], 0])
  })
})
