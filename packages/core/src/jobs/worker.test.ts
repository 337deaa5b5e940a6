import { beforeEach, describe, expect, test } from 'vitest'
import { nth, WorkerWorld } from '../../test/worker-world.ts'
import { appendEvent } from '../events/index.ts'
import { ledgerTransactions } from '../ledger/index.ts'
import { claim } from '../records/index.ts'
import { createWorker, type Handler } from './index.ts'

const DAY = 86_400_000
let world: WorkerWorld
beforeEach(() => {
  world = new WorkerWorld()
})

describe('a due job', () => {
  test('runs with what it was given, and is gone', async () => {
    await world.plan()
    const seen: unknown[] = []
    const { tick } = world.worker({ mail: async (run) => void seen.push(run) })
    expect(await tick()).toBe(1)
    expect(seen).toMatchObject([
      {
        leaseUntil: world.now + 120_000,
        job: { queue: 'mail', key: 'a', merchant: 'mer_1', payload: { n: 1 }, tries: 1 },
      },
    ])
    expect(await world.waiting()).toEqual([])
    expect(await tick()).toBe(0)
    expect(world.commits).toEqual([{ lane: 'recovery', merchant: 'mer_1' }])
  })

  test('does not run before its time', async () => {
    await world.plan({ due: world.now + 10 })
    const { tick } = world.worker({ mail: async () => {} })
    expect(await tick()).toBe(0)
    world.now += 10
    expect(await tick()).toBe(1)
  })

  test('of a queue without handler is left alone', async () => {
    await world.plan({ queue: 'other' })
    expect(await world.worker({ mail: async () => {} }).tick()).toBe(0)
    expect(await world.waiting()).toHaveLength(1)
  })

  test('is one with another of the same key', async () => {
    await world.plan({ payload: { n: 1 } })
    await world.plan({ payload: { n: 2 }, due: world.now + 5 })
    expect(await world.waiting()).toMatchObject([{ payload: { n: 1 }, due: world.now }])
    await world.plan({ queue: 'other' })
    expect(await world.waiting()).toHaveLength(2)
  })

  test('that repeats comes back at the instant it named, with its tries forgotten', async () => {
    await world.plan()
    const { tick } = world.worker({ mail: async () => ({ again: world.now + 500 }) })
    for (let i = 1; i <= 20; i++) {
      expect(await tick()).toBe(1)
      expect(await world.waiting()).toMatchObject([
        { queue: 'mail', key: 'a', payload: { n: 1 }, due: world.now + 500, tries: 0, token: null },
      ])
      world.now += 500
    }
  })

  test('commits what it returns together with its end', async () => {
    await world.plan()
    const event = {
      merchant: 'mer_1',
      subject: 'pay_1',
      id: world.runtime.ids.make('evt'),
      type: 't',
      at: world.now,
      data: {},
    }
    const effects = [appendEvent({ ...event, version: 1 })]
    await world.worker({ mail: async () => ({ guards: [claim(ledgerTransactions, row('a'))], effects }) }).tick()
    expect(await world.storage.load(ledgerTransactions, [{ merchant: 'mer_1', reference: 'a' }])).toMatchObject([
      { type: 't' },
    ])
    expect(await world.waiting()).toEqual([])
    expect(world.commits).toHaveLength(1)
  })
})

const row = (reference: string) => ({
  merchant: 'mer_1',
  reference,
  subject: 'pay_1',
  type: 't',
  postings: [],
  metadata: null,
  effectiveAt: 0,
  recordedAt: 0,
  digest: new Uint8Array(32),
})

describe('a job that fails', () => {
  test('is reported and tried again, within a bound that doubles', async () => {
    await world.plan()
    const { tick } = world.worker({ mail: () => Promise.reject(new Error('gateway down')) }, { firstBackoffMs: 1_000 })
    for (let tries = 1; tries <= 4; tries++) {
      expect(await tick()).toBe(1)
      const failure = nth(world.failures, tries - 1)
      expect(failure).toMatchObject({ error: { message: 'gateway down' }, exhausted: false, job: { tries } })
      const again = failure.again ?? 0
      expect(again).toBeGreaterThan(world.now)
      expect(again).toBeLessThanOrEqual(world.now + 1_000 * 2 ** (tries - 1))
      expect(await world.waiting()).toMatchObject([{ due: again, token: null, tries }])
      world.now = again
    }
  })

  test('comes back at different times, up to the bound', async () => {
    for (let i = 0; i < 200; i++) await world.plan({ key: `${i}` })
    await world.worker({ mail: () => Promise.reject(new Error('down')) }, { firstBackoffMs: 1_000 }).tick()
    const delays = (await world.waiting()).map(({ due }) => due - world.now)
    expect(Math.min(...delays)).toBeLessThan(250)
    expect(Math.max(...delays)).toBeGreaterThan(750)
    expect(Math.max(...delays)).toBeLessThanOrEqual(1_000)
  })

  test('is put off to the next day when its tries run out, and never dropped', async () => {
    await world.plan()
    const { tick } = world.worker({ mail: () => Promise.reject(new Error('down')) }, { maxTries: 3, maxBackoffMs: 10 })
    for (let i = 0; i < 6; i++) {
      expect(await tick()).toBe(1)
      world.now = nth(world.failures, i).again ?? 0
    }
    expect(world.failures.map(({ exhausted }) => exhausted)).toEqual([false, false, true, true, true, true])
    expect((world.failures[3]?.again ?? 0) - (world.failures[2]?.again ?? 0)).toBe(DAY)
    expect(await world.waiting()).toMatchObject([{ tries: 6, due: world.now }])
  })

  test('fails too when it throws at once, and others go on', async () => {
    await world.plan()
    await world.plan({ key: 'b' })
    const handler: Handler = ({ job }) => {
      if (job.key === 'a') throw new Error('at once')
      return Promise.resolve()
    }
    expect(await world.worker({ mail: handler }).tick()).toBe(2)
    expect(await world.waiting()).toMatchObject([{ key: 'a' }])
  })

  test('fails when a guard of its result loses, with nothing of it committed', async () => {
    await world.plan()
    await world.write({ guards: [claim(ledgerTransactions, row('taken'))], effects: [] })
    const guards = [claim(ledgerTransactions, row('free')), claim(ledgerTransactions, row('taken'))]
    await world.worker({ mail: async () => ({ guards }) }).tick()
    expect(world.failures).toMatchObject([
      { error: { code: 'conflict', message: expect.stringContaining('duplicate') } },
    ])
    expect(await world.waiting()).toMatchObject([{ token: null, tries: 1 }])
    expect(await world.storage.load(ledgerTransactions, [{ merchant: 'mer_1', reference: 'free' }])).toEqual([
      undefined,
    ])
  })

  test('comes back by its lease when not even its end can be written', async () => {
    await world.plan()
    const broken = createWorker({
      storage: world.storage,
      runtime: world.runtime,
      commit: () => Promise.reject(new Error('disk full')),
      handlers: { mail: async () => {} },
      options: { onError: (failure) => world.failures.push(failure) },
    })
    expect(await broken.tick()).toBe(1)
    expect(world.failures).toMatchObject([{ error: { message: 'disk full' }, again: null }])
    expect(await broken.tick()).toBe(0)
    world.now += 120_000
    expect(await world.worker({ mail: async () => {} }).tick()).toBe(1)
    expect(await world.waiting()).toEqual([])
  })

  test('does not stop a worker whose reporter throws', async () => {
    await world.plan()
    const onError = () => {
      throw new Error('reporter')
    }
    expect(await world.worker({ mail: () => Promise.reject(new Error('x')) }, { onError }).tick()).toBe(1)
    expect(await world.waiting()).toMatchObject([{ token: null }])
  })
})
