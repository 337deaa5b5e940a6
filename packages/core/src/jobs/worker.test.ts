import { beforeEach, describe, expect, test } from 'vitest'
import { appendEvent } from '../events/index.ts'
import { createIds, type Runtime, systemRandom } from '../kernel/index.ts'
import { ledgerTransactions } from '../ledger/index.ts'
import { memoryStorage } from '../memory/index.ts'
import { type Change, claim } from '../records/index.ts'
import { type JobRow, jobs, type Outcome, type Storage } from '../storage/index.ts'
import { createWorker, type Handler, type JobFailure, type NewJob, schedule, type WorkerOptions } from './index.ts'

const DAY = 86_400_000
let storage: Storage
let now: number
let timers: { at: number; task: () => void }[]
let runtime: Runtime
let commits: { lane: string; merchant: string }[]
let failures: JobFailure[]

beforeEach(() => {
  storage = memoryStorage()
  now = 1_000_000
  timers = []
  commits = []
  failures = []
  const clock = { now: () => now }
  const after = (delayMs: number, task: () => void) => {
    const timer = { at: now + delayMs, task }
    timers.push(timer)
    return () => {
      timers = timers.filter((one) => one !== timer)
    }
  }
  const scheduler = { yield: (task: () => void) => void setImmediate(task), after }
  runtime = { clock, scheduler, random: systemRandom, ids: createIds(clock, systemRandom) }
})

const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve))
}
const advance = async (ms: number) => {
  now += ms
  const due = timers.filter(({ at }) => at <= now)
  timers = timers.filter(({ at }) => at > now)
  for (const { task } of due) task()
  await settle()
}

const commit = async (change: Change, options: { lane: string; merchant: string }): Promise<Outcome> => {
  commits.push(options)
  return write(change)
}
const write = async (change: Change): Promise<Outcome> => {
  const [outcome] = await storage.commit({ id: runtime.ids.make('bat'), at: now, changes: [change] })
  return outcome as Outcome
}
const plan = (job: Partial<NewJob> = {}) =>
  write({
    guards: [],
    effects: [
      schedule({
        id: runtime.ids.make('job'),
        queue: 'mail',
        key: 'a',
        merchant: 'mer_1',
        payload: { n: 1 },
        due: now,
        ...job,
      }),
    ],
  })
const waiting = async (): Promise<readonly JobRow[]> =>
  (await storage.find(jobs, { index: 'key', equals: {}, limit: 100 })).rows
const worker = (handlers: Record<string, Handler>, options: WorkerOptions = {}) =>
  createWorker({
    storage,
    commit,
    runtime,
    handlers,
    options: { onError: (failure) => failures.push(failure), ...options },
  })

/** A handler that runs until it is told to end. */
const held = () => {
  const running: { job: JobRow; end: () => void; fail: (error: Error) => void }[] = []
  const handler: Handler = ({ job }) =>
    new Promise((resolve, reject) => running.push({ job, end: () => resolve(undefined), fail: reject }))
  return { running, handler }
}
const nth = <T>(list: readonly T[], at: number): T => {
  const item = list[at]
  if (item === undefined) throw new Error(`no item ${at}`)
  return item
}

describe('a due job', () => {
  test('runs with what it was given, and is gone', async () => {
    await plan()
    const seen: unknown[] = []
    const { tick } = worker({ mail: async (run) => void seen.push(run) })
    expect(await tick()).toBe(1)
    expect(seen).toMatchObject([
      { leaseUntil: now + 120_000, job: { queue: 'mail', key: 'a', merchant: 'mer_1', payload: { n: 1 }, tries: 1 } },
    ])
    expect(await waiting()).toEqual([])
    expect(await tick()).toBe(0)
    expect(commits).toEqual([{ lane: 'recovery', merchant: 'mer_1' }])
  })

  test('does not run before its time', async () => {
    await plan({ due: now + 10 })
    const { tick } = worker({ mail: async () => {} })
    expect(await tick()).toBe(0)
    now += 10
    expect(await tick()).toBe(1)
  })

  test('of a queue without handler is left alone', async () => {
    await plan({ queue: 'other' })
    expect(await worker({ mail: async () => {} }).tick()).toBe(0)
    expect(await waiting()).toHaveLength(1)
  })

  test('is one with another of the same key', async () => {
    await plan({ payload: { n: 1 } })
    await plan({ payload: { n: 2 }, due: now + 5 })
    expect(await waiting()).toMatchObject([{ payload: { n: 1 }, due: now }])
    await plan({ queue: 'other' })
    expect(await waiting()).toHaveLength(2)
  })

  test('that repeats comes back at the instant it named, with its tries forgotten', async () => {
    await plan()
    const { tick } = worker({ mail: async () => ({ again: now + 500 }) })
    for (let i = 1; i <= 20; i++) {
      expect(await tick()).toBe(1)
      expect(await waiting()).toMatchObject([
        { queue: 'mail', key: 'a', payload: { n: 1 }, due: now + 500, tries: 0, token: null },
      ])
      now += 500
    }
  })

  test('commits what it returns together with its end', async () => {
    await plan()
    const event = { merchant: 'mer_1', subject: 'pay_1', id: runtime.ids.make('evt'), type: 't', at: now, data: {} }
    const effects = [appendEvent({ ...event, version: 1 })]
    await worker({ mail: async () => ({ guards: [claim(ledgerTransactions, row('a'))], effects }) }).tick()
    expect(await storage.load(ledgerTransactions, [{ merchant: 'mer_1', reference: 'a' }])).toMatchObject([
      { type: 't' },
    ])
    expect(await waiting()).toEqual([])
    expect(commits).toHaveLength(1)
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
    await plan()
    const { tick } = worker({ mail: () => Promise.reject(new Error('gateway down')) }, { firstBackoffMs: 1_000 })
    for (let tries = 1; tries <= 4; tries++) {
      expect(await tick()).toBe(1)
      const failure = nth(failures, tries - 1)
      expect(failure).toMatchObject({ error: { message: 'gateway down' }, exhausted: false, job: { tries } })
      const again = failure.again ?? 0
      expect(again).toBeGreaterThan(now)
      expect(again).toBeLessThanOrEqual(now + 1_000 * 2 ** (tries - 1))
      expect(await waiting()).toMatchObject([{ due: again, token: null, tries }])
      now = again
    }
  })

  test('comes back at different times, up to the bound', async () => {
    for (let i = 0; i < 200; i++) await plan({ key: `${i}` })
    await worker({ mail: () => Promise.reject(new Error('down')) }, { firstBackoffMs: 1_000 }).tick()
    const delays = (await waiting()).map(({ due }) => due - now)
    expect(Math.min(...delays)).toBeLessThan(250)
    expect(Math.max(...delays)).toBeGreaterThan(750)
    expect(Math.max(...delays)).toBeLessThanOrEqual(1_000)
  })

  test('is put off to the next day when its tries run out, and never dropped', async () => {
    await plan()
    const { tick } = worker({ mail: () => Promise.reject(new Error('down')) }, { maxTries: 3, maxBackoffMs: 10 })
    for (let i = 0; i < 6; i++) {
      expect(await tick()).toBe(1)
      now = nth(failures, i).again ?? 0
    }
    expect(failures.map(({ exhausted }) => exhausted)).toEqual([false, false, true, true, true, true])
    expect((failures[3]?.again ?? 0) - (failures[2]?.again ?? 0)).toBe(DAY)
    expect(await waiting()).toMatchObject([{ tries: 6, due: now }])
  })

  test('fails too when it throws at once, and others go on', async () => {
    await plan()
    await plan({ key: 'b' })
    const handler: Handler = ({ job }) => {
      if (job.key === 'a') throw new Error('at once')
      return Promise.resolve()
    }
    expect(await worker({ mail: handler }).tick()).toBe(2)
    expect(await waiting()).toMatchObject([{ key: 'a' }])
  })

  test('fails when a guard of its result loses, with nothing of it committed', async () => {
    await plan()
    await write({ guards: [claim(ledgerTransactions, row('taken'))], effects: [] })
    const guards = [claim(ledgerTransactions, row('free')), claim(ledgerTransactions, row('taken'))]
    await worker({ mail: async () => ({ guards }) }).tick()
    expect(failures).toMatchObject([{ error: { code: 'conflict', message: expect.stringContaining('duplicate') } }])
    expect(await waiting()).toMatchObject([{ token: null, tries: 1 }])
    expect(await storage.load(ledgerTransactions, [{ merchant: 'mer_1', reference: 'free' }])).toEqual([undefined])
  })

  test('comes back by its lease when not even its end can be written', async () => {
    await plan()
    const broken = createWorker({
      storage,
      runtime,
      commit: () => Promise.reject(new Error('disk full')),
      handlers: { mail: async () => {} },
      options: { onError: (failure) => failures.push(failure) },
    })
    expect(await broken.tick()).toBe(1)
    expect(failures).toMatchObject([{ error: { message: 'disk full' }, again: null }])
    expect(await broken.tick()).toBe(0)
    now += 120_000
    expect(await worker({ mail: async () => {} }).tick()).toBe(1)
    expect(await waiting()).toEqual([])
  })

  test('does not stop a worker whose reporter throws', async () => {
    await plan()
    const onError = () => {
      throw new Error('reporter')
    }
    expect(await worker({ mail: () => Promise.reject(new Error('x')) }, { onError }).tick()).toBe(1)
    expect(await waiting()).toMatchObject([{ token: null }])
  })
})

describe('leases', () => {
  test('keep a job from a second worker until they end; the first one then ends nothing', async () => {
    await plan()
    const slow = held()
    const first = worker({ mail: slow.handler }).tick()
    await settle()
    expect(await worker({ mail: async () => {} }).tick()).toBe(0)
    now += 120_000
    const second = held()
    const taken = worker({ mail: second.handler }).tick()
    await settle()
    nth(slow.running, 0).end()
    expect(await first).toBe(1)
    expect(await waiting()).toHaveLength(1) // the second has it
    expect(failures).toEqual([])
    nth(second.running, 0).end()
    await taken
    expect(await waiting()).toEqual([])
  })

  test('that were lost leave a failure without consequence', async () => {
    await plan()
    const slow = held()
    const first = worker({ mail: slow.handler }).tick()
    await settle()
    now += 120_000
    await worker({ mail: async () => ({ again: now + 7 }) }).tick()
    nth(slow.running, 0).fail(new Error('too late'))
    await first
    expect(await waiting()).toMatchObject([{ due: now + 7, tries: 0 }])
  })
})

describe('one worker', () => {
  test('runs no more at once than it was told, and fills places as they come free', async () => {
    for (let i = 0; i < 5; i++) await plan({ key: `${i}` })
    const { running, handler } = held()
    const ticking = worker({ mail: handler }, { concurrency: 2 }).tick()
    await settle()
    expect(running).toHaveLength(2)
    expect((await waiting()).filter(({ token }) => token !== null)).toHaveLength(2) // the others are free for other workers
    nth(running, 1).end()
    await settle()
    expect(running).toHaveLength(3)
    for (let i = 0; i < 5; i++) {
      nth(running, i).end()
      await settle()
    }
    expect(await ticking).toBe(5)
  })

  test('lets no full queue starve another', async () => {
    for (let i = 0; i < 10; i++) {
      await plan({ key: `${i}` })
      await plan({ queue: 'sms', key: `${i}` })
    }
    const { running, handler } = held()
    const ticking = worker({ mail: handler, sms: handler }, { concurrency: 1 }).tick()
    for (let i = 0; i < 20; i++) {
      await settle()
      nth(running, i).end()
    }
    await ticking
    const first = running.slice(0, 6).map(({ job }) => job.queue)
    expect(first.filter((queue) => queue === 'mail')).toHaveLength(3)
  })

  test('ends a tick at its limit', async () => {
    await plan()
    const { tick } = worker({ mail: async () => ({ again: now }) }, { tickLimit: 7 })
    expect(await tick()).toBe(7)
  })

  test('rejects a tick when jobs cannot be leased', async () => {
    await storage.close()
    await expect(worker({ mail: async () => {} }).tick()).rejects.toMatchObject({ code: 'closed' })
  })

  test.each(['concurrency', 'leaseMs', 'pollMs', 'maxTries', 'tickLimit'])('refuses nonsense for %s', (name) => {
    for (const value of [0, -1, 1.5, Number.NaN]) {
      expect(() => worker({}, { [name]: value })).toThrow(new RegExp(`${name} is ${value}`))
    }
  })
})

describe('a started worker', () => {
  test('polls, runs what is due, and stops polling', async () => {
    const ran: string[] = []
    const { start, stop } = worker({ mail: async ({ job }) => void ran.push(job.key) }, { pollMs: 50 })
    start()
    start()
    await settle()
    await plan({ key: 'x', due: now + 60 })
    await advance(50)
    expect(ran).toEqual([])
    await advance(50)
    expect(ran).toEqual(['x'])
    await stop()
    expect(timers).toEqual([])
    await plan({ key: 'y' })
    await advance(1_000)
    expect(ran).toEqual(['x'])
    start()
    await settle()
    expect(ran).toEqual(['x', 'y'])
    await stop()
  })

  test('does not wait for the poll when places come free and more is due', async () => {
    for (let i = 0; i < 6; i++) await plan({ key: `${i}` })
    const { running, handler } = held()
    const { start, stop } = worker({ mail: handler }, { concurrency: 2 })
    start()
    await settle()
    for (let i = 0; i < 6; i++) {
      nth(running, i).end()
      await settle()
    }
    expect(await waiting()).toEqual([])
    await stop()
  })

  test('waits for its handlers when it stops, and leases nothing more', async () => {
    await plan()
    const { running, handler } = held()
    const { start, stop } = worker({ mail: handler })
    start()
    await settle()
    await plan({ key: 'late' })
    let stopped = false
    const stopping = stop().then(() => {
      stopped = true
    })
    await settle()
    expect(stopped).toBe(false)
    nth(running, 0).end()
    await stopping
    expect(await waiting()).toMatchObject([{ key: 'late', token: null }])
  })

  test('goes on after an outage of the storage', async () => {
    await plan()
    let down = true
    const ran: string[] = []
    const { start, stop } = createWorker({
      storage: {
        lease: (queue, options) => (down ? Promise.reject(new Error('server gone')) : storage.lease(queue, options)),
      },
      commit,
      runtime,
      handlers: { mail: async ({ job }) => void ran.push(job.key) },
      options: { onError: (failure) => failures.push(failure), pollMs: 10 },
    })
    start()
    await settle()
    expect(failures).toMatchObject([{ job: null, error: { message: 'server gone' } }])
    down = false
    await advance(10)
    expect(ran).toEqual(['a'])
    await stop()
  })

  test('may be ticked as well', async () => {
    const { running, handler } = held()
    const { start, tick, stop } = worker({ mail: handler }, { concurrency: 2 })
    start()
    await settle()
    for (let i = 0; i < 3; i++) await plan({ key: `${i}` })
    const ticking = tick()
    await settle()
    expect(running).toHaveLength(2)
    for (let i = 0; i < 3; i++) {
      nth(running, i).end()
      await settle()
    }
    await ticking
    expect(await waiting()).toEqual([])
    await stop()
  })
})
