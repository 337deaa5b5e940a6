import type { SettlementPlansInput } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { rows } from '../rows.ts'
import { order, type World, world } from '../world.ts'
import { MERCHANT, newest, settling } from './settling.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Every day at six in Berlin, weekends too, what was captured the day before. */
const daily = (more: object = {}): SettlementPlansInput => ({
  daily: { mode: 'scheduled', calendar: { zone: 'Europe/Berlin', at: '06:00', whenClosed: 'run' }, ...more },
})

/** Lets time go on to an instant of the clock, with a look around every `stepMs`. */
const until = async (shop: World, at: number, stepMs = HOUR_MS): Promise<void> => {
  for (;;) {
    const left = at - shop.runtime.clock.now()
    await shop.tick()
    if (left <= 0) return
    await shop.advance(Math.min(left, stepMs))
  }
}

const nextRun = async ({ florin, run }: World): Promise<number> => {
  const [plan] = await run(florin.settlements.plans())
  return Date.parse(plan?.nextAt ?? '')
}

const again = <T extends { reference: string }>(orders: readonly T[]): T[] =>
  orders.map((one) => ({ ...one, reference: `${one.reference}-again` }))

/** What the schedule told, in order. */
const news = async ({ florin, run }: World): Promise<readonly (readonly [string, unknown])[]> => {
  const { events } = await run(florin.events.read({ partition: 0, position: 0 }, { limit: 500 }))
  return events.filter(({ subject }) => subject.startsWith('stp_')).map(({ type, data }) => [type, data])
}

describe('a plan with a calendar', () => {
  test('runs by itself, and settles what was captured before the cut-off', async () => {
    const shop = await settling(daily())
    await shop.tick()
    await shop.pay()
    const first = await nextRun(shop)
    await until(shop, first - 1)
    expect((await shop.run(shop.florin.settlements.list())).data).toEqual([])
    await until(shop, first)
    await until(shop, first + DAY_MS)
    expect(await newest(shop)).toMatchObject({ state: 'completed', paid: '97.75', plan: 'daily' })
    expect(await nextRun(shop)).toBe(first + 2 * DAY_MS)
    const told = await news(shop)
    expect(told.map(([type]) => type)).toEqual(['settlement.scheduled', 'settlement.ran', 'settlement.ran'])
    const { cutOffAt, scheduledFor } = await newest(shop)
    expect(Date.parse(scheduledFor ?? '') - Date.parse(cutOffAt ?? '')).toBe(6 * HOUR_MS)
    expect((await shop.run(shop.florin.verify())).ok).toBe(true)
  })

  test('that was missed raises the alarm once, and then runs for all that were', async () => {
    const shop = await settling(daily())
    await shop.tick()
    await shop.pay()
    const first = await nextRun(shop)
    await shop.advance(first - shop.runtime.clock.now() + 3 * DAY_MS + HOUR_MS) // nobody looks around
    await shop.tick()
    await shop.tick()
    expect(await newest(shop)).toMatchObject({ state: 'completed', captures: '100.00' })
    const missed = (await news(shop)).filter(([type]) => type === 'settlement.missed')
    expect(missed).toEqual([
      [
        'settlement.missed',
        { plan: 'daily', scheduledFor: new Date(first).toISOString(), runs: 4, lateMs: 3 * DAY_MS + HOUR_MS },
      ],
    ])
    const [plan] = await shop.run(shop.florin.settlements.plans())
    expect(plan).toMatchObject({ missedAt: new Date(first).toISOString() })
    expect(Date.parse(plan?.nextAt ?? '')).toBe(first + 4 * DAY_MS)
  })

  test('that fails is tried again, and raises the alarm once it is late', async () => {
    let broken = true
    const shop = await settling(daily(), {
      storage: (inner) => ({
        ...inner,
        scan: (table, query) => {
          if (broken && table.name === 'accounts') throw new Error('the disk is gone')
          return inner.scan(table, query)
        },
      }),
    })
    await shop.tick()
    await shop.pay()
    const first = await nextRun(shop)
    await until(shop, first + DAY_MS + HOUR_MS, HOUR_MS / 4)
    expect(shop.errors.length).toBeGreaterThan(1)
    broken = false
    await until(shop, first + 2 * DAY_MS, HOUR_MS / 4)
    expect(await newest(shop)).toMatchObject({ state: 'completed', paid: '97.75' })
    const told = (await news(shop)).map(([type]) => type)
    expect(told.filter((type) => type === 'settlement.missed')).toHaveLength(1)
    expect(told.at(-1)).toBe('settlement.ran')
  })

  test('runs once, however many servers there are', async () => {
    const shop = await settling(daily())
    const other = await shop.another({ options: { merchants: { [MERCHANT]: { settlement: daily() } } } })
    await shop.run(Promise.all([shop.florin.tick(), other.tick()]))
    await shop.pay()
    const first = await nextRun(shop)
    await shop.advance(first + DAY_MS - shop.runtime.clock.now())
    await shop.run(Promise.all([shop.florin.tick(), other.tick()]))
    expect((await rows(shop.inner, 'settlements')).length).toBe(1)
    expect(
      (await rows<{ queue: string }>(shop.inner, 'jobs')).filter(({ queue }) => queue === 'settlement_schedule'),
    ).toHaveLength(1)
  })

  test('whose calendar is changed runs by the new one', async () => {
    const shop = await settling(daily())
    await shop.tick()
    const before = await nextRun(shop)
    const changed = daily({ calendar: { zone: 'Europe/Berlin', at: '09:30', whenClosed: 'run' } })
    shop.florin = await shop.another({ options: { merchants: { [MERCHANT]: { settlement: changed } } } })
    await shop.tick()
    const after = await nextRun(shop)
    expect((after - before + DAY_MS) % DAY_MS).toBe(3.5 * HOUR_MS)
    await shop.pay()
    await until(shop, after + DAY_MS)
    const times = (await shop.run(shop.florin.settlements.list())).data.map(({ scheduledFor }) => scheduledFor)
    expect(times).toEqual([new Date(after + DAY_MS).toISOString()].filter((at) => times.includes(at)))
    expect(times).toHaveLength(1)
    expect((await shop.run(shop.florin.verify())).ok).toBe(true)
  })

  test('that has more to do than its lease lasts goes on in the next', async () => {
    let slow = false
    const shop = await settling(daily(), {
      storage: (inner) => ({
        ...inner,
        commit: async (batch) => {
          if (slow) shop.runtime.clock.advance(20_000)
          return inner.commit(batch)
        },
      }),
    })
    const sellers = Array.from({ length: 40 }, (_, index) => `seller${index}`)
    const orders = sellers.map((seller) => ({ reference: seller, seller, amount: '1.00' }))
    await shop.run(shop.florin.payments.create(order({ amount: '40.00', orders })))
    await shop.tick()
    await shop.advance((await nextRun(shop)) + DAY_MS - shop.runtime.clock.now())
    await shop.tick()
    const first = await nextRun(shop)
    slow = true
    await shop.run(shop.florin.payments.create(order({ amount: '40.00', orders: again(orders) })))
    await shop.advance(first + DAY_MS - shop.runtime.clock.now())
    await shop.tick()
    const some = (await rows(shop.inner, 'settlements')).length
    expect(some).toBeGreaterThan(40)
    expect(some).toBeLessThan(80)
    slow = false
    for (let turn = 0; turn < 3; turn++) await shop.tick()
    expect(await rows(shop.inner, 'settlements')).toHaveLength(80)
    expect((await news(shop)).filter(([type]) => type === 'settlement.ran').length).toBeGreaterThan(1)
    expect((await shop.run(shop.florin.verify())).ok).toBe(true)
  })

  test('that is gone runs no more', async () => {
    const shop = await settling(daily())
    await shop.tick()
    await shop.pay()
    const first = await nextRun(shop)
    shop.florin = await shop.another({ options: { merchants: { [MERCHANT]: {} } } })
    await until(shop, first + 2 * DAY_MS)
    expect(await rows(shop.inner, 'settlements')).toEqual([])
    expect(
      (await rows<{ queue: string }>(shop.inner, 'jobs')).filter(({ queue }) => queue === 'settlement_schedule'),
    ).toEqual([])
  })
})

describe('general plans', () => {
  test('run for merchants whom nobody configured, from an hour after their first capture', async () => {
    const shop = await world({ options: { settlement: daily() } })
    await shop.tick()
    for (const merchant of ['mer_b', 'mer_b-2', 'mer_a']) {
      const { payments } = shop.florin.for(merchant)
      await shop.run(payments.create(order({ amount: '10.00' })))
    }
    await shop.advance(HOUR_MS + 1)
    await shop.tick()
    for (const merchant of ['mer_a', 'mer_b', 'mer_b-2', MERCHANT]) {
      const [plan] = await shop.run(shop.florin.for(merchant).settlements.plans())
      expect(plan?.nextAt, merchant).not.toBeNull()
    }
    await until(shop, (await nextRun(shop)) + DAY_MS)
    const settled = await rows<{ merchant: string; state: string }>(shop.inner, 'settlements')
    expect(settled.map(({ merchant, state }) => `${merchant} ${state}`).sort()).toEqual([
      'mer_a completed',
      'mer_b completed',
      'mer_b-2 completed',
    ])
    const jobs = await rows<{ queue: string }>(shop.inner, 'jobs')
    expect(jobs.filter(({ queue }) => queue === 'settlement_discover')).toHaveLength(1)
  })

  test('look for nobody where merchants are configured', async () => {
    const shop = await settling(daily())
    await shop.tick()
    const jobs = await rows<{ queue: string }>(shop.inner, 'jobs')
    expect(jobs.filter(({ queue }) => queue === 'settlement_discover')).toEqual([])
  })
})

describe('money that is settled at once', () => {
  const AT_ONCE = { now: { mode: 'instant' } } as const satisfies SettlementPlansInput

  test('is available a second after its capture', async () => {
    const shop = await settling(AT_ONCE)
    await shop.tick()
    await shop.pay()
    await shop.pay({ amount: '10.00' })
    await shop.advance(1_001)
    await shop.tick()
    expect(await newest(shop)).toMatchObject({ plan: 'now', state: 'completed', captures: '110.00' })
    await shop.pay({ amount: '20.00' })
    await shop.advance(1_001)
    await shop.tick()
    expect(await shop.run(shop.florin.wallets.get())).toMatchObject({ balances: [{ pending: '0.00' }] })
  })

  test('does not wait for ever where its wake-up was lost', async () => {
    const shop = await settling(AT_ONCE)
    const deaf = await shop.another({ options: { merchants: { [MERCHANT]: {} } } }) // its captures wake nobody
    await shop.tick()
    for (const round of [1, 2]) {
      await shop.run(deaf.payments.create(order({ amount: '10.00' })))
      await shop.advance(2_000)
      await shop.tick()
      expect(await rows(shop.inner, 'settlements')).toHaveLength(round - 1)
      await shop.advance(600_001)
      await shop.tick()
      expect(await newest(shop)).toMatchObject({ state: 'completed', captures: '10.00' })
      expect(await rows(shop.inner, 'settlements')).toHaveLength(round)
    }
  })
})

describe('plans are checked', () => {
  const wrong = async (plans: unknown): Promise<unknown> =>
    settling(plans as SettlementPlansInput).then(
      () => 'accepted',
      (error: Error) => error.message,
    )
  const calendar = { zone: 'Europe/Berlin', at: '06:00' }

  test.each([
    [{ daily: { mode: 'scheduled' } }, /daily: calendar: a plan that is 'scheduled' needs one/],
    [{ daily: { mode: 'batch', calendar } }, /'batch' takes none/],
    [{ daily: { mode: 'scheduled', calendar: { ...calendar, zone: 'Mars' } } }, /'Mars' is no time zone/],
    [{ daily: { mode: 'scheduled', calendar: { ...calendar, at: '25:00' } } }, /calendar\.at: must be a local time/],
    [{ daily: { mode: 'scheduled', calendar: { ...calendar, holidays: ['2026-02-30'] } } }, /must be a date/],
    [{ daily: { mode: 'scheduled', calendar, delayDays: 0 } }, /cutOff: without delay/],
    [{ now: { mode: 'instant', delayDays: 1 } }, /'instant' has no delay/],
    [{ daily: { mode: 'batch', minimum: { EUR: '1.234' } } }, /minimum\.EUR/],
    [{ daily: { mode: 'batch', minimum: { EURO: '1.00' } } }, /EURO/],
    [{ daily: { mode: 'batch', reserve: { kind: 'rolling', basisPoints: 500 } } }, /reserve/],
    [{ Daily: { mode: 'batch' } }, /settlement\.Daily/],
  ])('%j is refused', async (plans, message) => {
    expect(await wrong(plans)).toMatch(message)
  })
})
