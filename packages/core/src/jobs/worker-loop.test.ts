import { beforeEach, describe, expect, test } from 'vitest'
import { held, nth, WorkerWorld } from '../../test/worker-world.ts'
import { createWorker } from './index.ts'

let world: WorkerWorld
beforeEach(() => {
  world = new WorkerWorld()
})

describe('leases', () => {
  test('keep a job from a second worker until they end; the first one then ends nothing', async () => {
    await world.plan()
    const slow = held()
    const first = world.worker({ mail: slow.handler }).tick()
    await world.settle()
    expect(await world.worker({ mail: async () => {} }).tick()).toBe(0)
    world.now += 120_000
    const second = held()
    const taken = world.worker({ mail: second.handler }).tick()
    await world.settle()
    nth(slow.running, 0).end()
    expect(await first).toBe(1)
    expect(await world.waiting()).toHaveLength(1) // the second has it
    expect(world.failures).toEqual([])
    nth(second.running, 0).end()
    await taken
    expect(await world.waiting()).toEqual([])
  })

  test('that were lost leave a failure without consequence', async () => {
    await world.plan()
    const slow = held()
    const first = world.worker({ mail: slow.handler }).tick()
    await world.settle()
    world.now += 120_000
    await world.worker({ mail: async () => ({ again: world.now + 7 }) }).tick()
    nth(slow.running, 0).fail(new Error('too late'))
    await first
    expect(await world.waiting()).toMatchObject([{ due: world.now + 7, tries: 0 }])
  })
})

describe('one worker', () => {
  test('runs no more at once than it was told, and fills places as they come free', async () => {
    for (let i = 0; i < 5; i++) await world.plan({ key: `${i}` })
    const { running, handler } = held()
    const ticking = world.worker({ mail: handler }, { concurrency: 2 }).tick()
    await world.settle()
    expect(running).toHaveLength(2)
    expect((await world.waiting()).filter(({ token }) => token !== null)).toHaveLength(2) // the others are free for other workers
    nth(running, 1).end()
    await world.settle()
    expect(running).toHaveLength(3)
    for (let i = 0; i < 5; i++) {
      nth(running, i).end()
      await world.settle()
    }
    expect(await ticking).toBe(5)
  })

  test('lets no full queue starve another', async () => {
    for (let i = 0; i < 10; i++) {
      await world.plan({ key: `${i}` })
      await world.plan({ queue: 'sms', key: `${i}` })
    }
    const { running, handler } = held()
    const ticking = world.worker({ mail: handler, sms: handler }, { concurrency: 1 }).tick()
    for (let i = 0; i < 20; i++) {
      await world.settle()
      nth(running, i).end()
    }
    await ticking
    const first = running.slice(0, 6).map(({ job }) => job.queue)
    expect(first.filter((queue) => queue === 'mail')).toHaveLength(3)
  })

  test('ends a tick at its limit', async () => {
    await world.plan()
    const { tick } = world.worker({ mail: async () => ({ again: world.now }) }, { tickLimit: 7 })
    expect(await tick()).toBe(7)
  })

  test('rejects a tick when jobs cannot be leased', async () => {
    await world.storage.close()
    await expect(world.worker({ mail: async () => {} }).tick()).rejects.toMatchObject({ code: 'closed' })
  })

  test.each(['concurrency', 'leaseMs', 'pollMs', 'maxTries', 'tickLimit'])('refuses nonsense for %s', (name) => {
    for (const value of [0, -1, 1.5, Number.NaN]) {
      expect(() => world.worker({}, { [name]: value })).toThrow(new RegExp(`${name} is ${value}`))
    }
  })
})

describe('a started worker', () => {
  test('polls, runs what is due, and stops polling', async () => {
    const ran: string[] = []
    const { start, stop } = world.worker({ mail: async ({ job }) => void ran.push(job.key) }, { pollMs: 50 })
    start()
    start()
    await world.settle()
    await world.plan({ key: 'x', due: world.now + 60 })
    await world.advance(50)
    expect(ran).toEqual([])
    await world.advance(50)
    expect(ran).toEqual(['x'])
    await stop()
    expect(world.timers).toEqual([])
    await world.plan({ key: 'y' })
    await world.advance(1_000)
    expect(ran).toEqual(['x'])
    start()
    await world.settle()
    expect(ran).toEqual(['x', 'y'])
    await stop()
  })

  test('does not wait for the poll when places come free and more is due', async () => {
    for (let i = 0; i < 6; i++) await world.plan({ key: `${i}` })
    const { running, handler } = held()
    const { start, stop } = world.worker({ mail: handler }, { concurrency: 2 })
    start()
    await world.settle()
    for (let i = 0; i < 6; i++) {
      nth(running, i).end()
      await world.settle()
    }
    expect(await world.waiting()).toEqual([])
    await stop()
  })

  test('waits for its handlers when it stops, and leases nothing more', async () => {
    await world.plan()
    const { running, handler } = held()
    const { start, stop } = world.worker({ mail: handler })
    start()
    await world.settle()
    await world.plan({ key: 'late' })
    let stopped = false
    const stopping = stop().then(() => {
      stopped = true
    })
    await world.settle()
    expect(stopped).toBe(false)
    nth(running, 0).end()
    await stopping
    expect(await world.waiting()).toMatchObject([{ key: 'late', token: null }])
  })

  test('goes on after an outage of the storage', async () => {
    await world.plan()
    let down = true
    const ran: string[] = []
    const { start, stop } = createWorker({
      storage: {
        lease: (queues, options) =>
          down ? Promise.reject(new Error('server gone')) : world.storage.lease(queues, options),
      },
      commit: world.commit,
      runtime: world.runtime,
      handlers: { mail: async ({ job }) => void ran.push(job.key) },
      options: { onError: (failure) => world.failures.push(failure), pollMs: 10 },
    })
    start()
    await world.settle()
    expect(world.failures).toMatchObject([{ job: null, error: { message: 'server gone' } }])
    down = false
    await world.advance(10)
    expect(ran).toEqual(['a'])
    await stop()
  })

  test('may be ticked as well', async () => {
    const { running, handler } = held()
    const { start, tick, stop } = world.worker({ mail: handler }, { concurrency: 2 })
    start()
    await world.settle()
    for (let i = 0; i < 3; i++) await world.plan({ key: `${i}` })
    const ticking = tick()
    await world.settle()
    expect(running).toHaveLength(2)
    for (let i = 0; i < 3; i++) {
      nth(running, i).end()
      await world.settle()
    }
    await ticking
    expect(await world.waiting()).toEqual([])
    await stop()
  })
})
