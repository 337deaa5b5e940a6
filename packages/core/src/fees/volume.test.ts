import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deciderOf, feeMetadata } from './decide.ts'
import type { FeeDecision, FeeSchedule, FeeVolume } from './model.ts'
import { feeSchedule } from './schema.ts'
import { monthOf, stretchesOf } from './volume.ts'

const MONTH = '2026-11'

const scheduleOf = (volume: FeeVolume, percent = '3'): FeeSchedule => ({ rules: [{ name: 'all', percent, volume }] })

const TIERS = [
  { from: { EUR: '1000.00' }, percent: '1' },
  { from: { EUR: '100.00', USD: '10.00' }, percent: '2', fixed: { EUR: '0.10' } },
]

const decide = (schedule: FeeSchedule, before: bigint, amount: bigint, currency = 'EUR'): FeeDecision =>
  deciderOf(
    feeSchedule.parse(schedule),
    1,
  )({
    ...{ amount, currency, method: 'card', network: 'visa', country: 'DE', cost: null },
    volume: { month: MONTH, before },
  })

describe('a fee by the volume of a whole tier', () => {
  const fee = (before: bigint, amount: bigint, currency?: string) =>
    decide(scheduleOf({ mode: 'whole', tiers: TIERS }), before, amount, currency)

  test('has the price of the tier that the month had reached before it, for the whole capture', () => {
    expect(fee(0n, 200_000n)).toMatchObject({ fee: 6_000n, reached: { before: 0n, tier: 0n } })
    expect(fee(9_999n, 10_000n)).toMatchObject({ fee: 300n, reached: { tier: 0n } })
    expect(fee(10_000n, 10_000n)).toMatchObject({ fee: 210n, reached: { before: 10_000n, tier: 10_000n } })
    expect(fee(100_000n, 10_000n)).toMatchObject({ fee: 100n, reached: { tier: 100_000n } })
    expect(fee(1_000n, 10_000n, 'USD')).toMatchObject({ fee: 200n, reached: { tier: 1_000n } })
    expect(fee(1_000_000n, 10_000n, 'JPY')).toMatchObject({ fee: 300n, reached: { tier: 0n } })
  })

  test('names the month, its volume and the tier in the books', () => {
    const named = { feeRule: 'all', feeSchedule: '1', feeMonth: MONTH, feeVolume: '12000', feeTier: '10000' }
    expect(feeMetadata(fee(12_000n, 10_000n))).toEqual(named)
  })
})

describe('a graduated fee', () => {
  const schedule = scheduleOf({ mode: 'graduated', tiers: TIERS })

  test('has each tier’s price for what lies within it, and the fixed part of the one in which it begins', () => {
    expect(decide(schedule, 0n, 200_000n)).toMatchObject({
      fee: 300n + 1_800n + 1_000n,
      parts: [
        { what: 'percent', amount: 300n },
        { what: 'percent', amount: 1_800n },
        { what: 'percent', amount: 1_000n },
      ],
      reached: { before: 0n, tier: 0n },
    })
    expect(decide(schedule, 99_900n, 200n)).toMatchObject({ fee: 2n + 1n + 10n, reached: { tier: 10_000n } })
    expect(decide(schedule, 10_000n, 100n)).toMatchObject({ fee: 12n })
  })

  test('is rounded by tier, as its schedule names it', () => {
    const half = { ...schedule, rounding: 'half_up' } as const
    expect(decide(half, 9_950n, 100n).parts.map(({ amount }) => amount)).toEqual([2n, 1n]) // 1.5, and 1.0
    expect(decide({ ...half, rounding: 'down' }, 9_950n, 100n).parts.map(({ amount }) => amount)).toEqual([1n, 1n])
  })
})

test('whose volume nobody counts is that of a month that begins', () => {
  const decider = deciderOf(scheduleOf({ mode: 'whole', tiers: TIERS }), 1)
  const subject = {
    amount: 10_000n,
    currency: 'EUR',
    method: 'card',
    network: null,
    country: null,
    cost: null,
  } as const
  expect(decider(subject)).toMatchObject({ fee: 300n, month: null })
  expect(feeMetadata(decider(subject))).toEqual({ feeRule: 'all', feeSchedule: '1' })
})

describe('a month', () => {
  const at = Date.parse('2026-10-31T23:30:00Z')
  test('is the one of the schedule’s zone', () => {
    expect([monthOf('UTC', at), monthOf('Europe/Berlin', at), monthOf('America/New_York', at + 3_600_000)]).toEqual([
      '2026-10',
      '2026-11',
      '2026-10',
    ])
  })
})

/** Tiers from a few starts, ascending, with a percentage each. */
const tiers = fc
  .uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 4 })
  .chain((starts) =>
    fc.tuple(
      fc.constant(starts.map((one) => one * 1_000)),
      fc.array(fc.integer({ min: 0, max: 500 }), { minLength: starts.length + 1, maxLength: starts.length + 1 }),
    ),
  )

const euros = (minor: number): string => (minor / 100).toFixed(2)

describe('the fees of a month’s captures, one after the other', () => {
  const scheduleFrom = (mode: FeeVolume['mode'], starts: readonly number[], points: readonly number[]): FeeSchedule => {
    const price = (index: number) => ({ percent: euros(points[index] ?? 0) })
    const made = starts.map((start, index) => ({ ...price(index + 1), from: { EUR: euros(start) } }))
    return scheduleOf({ mode, tiers: made }, price(0).percent)
  }
  /** Naive: cent by cent, in hundredths of a percent of a cent. */
  const priceOfCent = (starts: readonly number[], points: readonly number[], cent: number): number => {
    let best = -1
    let point = points[0] ?? 0
    for (const [index, start] of starts.entries()) {
      if (start <= cent && start > best) [best, point] = [start, points[index + 1] ?? 0]
    }
    return point
  }
  const amounts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 })

  test('are in any order what the whole month costs, but for the rounding of each part', () => {
    const property = fc.property(tiers, amounts, ([starts, points], hundreds) => {
      const schedule = scheduleFrom('graduated', starts, points)
      const decider = deciderOf(feeSchedule.parse(schedule), 1)
      let [before, sum, parts] = [0n, 0n, 0]
      for (const hundred of hundreds) {
        const amount = BigInt(hundred * 997)
        const subject = { amount, currency: 'EUR', method: 'card', network: null, country: null, cost: null } as const
        const decision = decider({ ...subject, volume: { month: MONTH, before } })
        sum += decision.fee
        parts += decision.parts.length
        before += amount
      }
      let naive = 0
      const edges = [...starts, 0, Number(before)].filter((edge) => edge <= Number(before)).sort((a, b) => a - b)
      for (let index = 1; index < edges.length; index++) {
        const [low, high] = [edges[index - 1] ?? 0, edges[index] ?? 0]
        naive += (high - low) * priceOfCent(starts, points, low)
      }
      // `parts` leaves out those that round to nothing, which are at most one for each tier of each capture.
      const bound = (parts + hundreds.length * (starts.length + 1)) * 5_000
      expect(Math.abs(Number(sum) * 10_000 - naive)).toBeLessThanOrEqual(bound)
    })
    fc.assert(property)
  })

  test('are exactly that where nothing has to be rounded', () => {
    const property = fc.property(tiers, fc.shuffledSubarray([1, 2, 3, 5, 8, 13, 21]), ([starts, points], thousands) => {
      const schedule = scheduleFrom(
        'graduated',
        starts.map((one) => one * 10),
        points,
      )
      let [before, sum] = [0n, 0n]
      for (const one of thousands) {
        const amount = BigInt(one * 10_000)
        sum += decide(schedule, before, amount).fee
        before += amount
      }
      expect(sum).toBe(before === 0n ? 0n : decide(schedule, 0n, before).fee)
    })
    fc.assert(property)
  })

  test('of whole tiers are those of a model that counts along', () => {
    const property = fc.property(tiers, amounts, ([starts, points], all) => {
      const schedule = scheduleFrom('whole', starts, points)
      let before = 0
      for (const hundred of all) {
        const amount = hundred * 100
        const { fee } = decide(schedule, BigInt(before), BigInt(amount))
        const exact = (amount * priceOfCent(starts, points, before)) / 10_000
        expect(Math.abs(Number(fee) - exact)).toBeLessThanOrEqual(0.5)
        before += amount
      }
    })
    fc.assert(property)
  })

  test('stretches sum to the amount, and none is empty', () => {
    const property = fc.property(
      tiers,
      fc.bigInt(0n, 600_000n),
      fc.bigInt(1n, 600_000n),
      ([starts], before, amount) => {
        const steps = [0, ...starts].sort((a, b) => a - b).map((from) => ({ from: BigInt(from), price: from }))
        const found = stretchesOf(steps, before, amount)
        expect(found.reduce((sum, one) => sum + one.amount, 0n)).toBe(amount)
        expect(found.every((one) => one.amount > 0n)).toBe(true)
      },
    )
    fc.assert(property)
  })
})

describe('tiers by volume are refused', () => {
  const rule = (more: object): unknown => ({ rules: [{ name: 'all', percent: '1', ...more }] })
  const one = { from: { EUR: '100.00' }, percent: '1' }
  test.each<readonly [string, unknown, string]>([
    [
      'beside tiers by amount',
      rule({ tiers: [one], volume: { mode: 'whole', tiers: [one] } }),
      'leave one of them out',
    ],
    ['without a tier', rule({ volume: { mode: 'whole', tiers: [] } }), 'needs a tier'],
    ['in no mode', rule({ volume: { mode: 'all', tiers: [one] } }), 'graduated'],
    ['from zero on', rule({ volume: { mode: 'whole', tiers: [{ ...one, from: { EUR: '0.00' } }] } }), 'above zero'],
    ['twice from the same', rule({ volume: { mode: 'whole', tiers: [one, { ...one, percent: '2' }] } }), 'begins'],
    ['in months of nowhere', { zone: 'Mars/Olympus', ...(rule({}) as object) }, 'no time zone'],
  ])('%s', (_, schedule, why) => {
    const read = feeSchedule.safeParse(schedule)
    expect(JSON.stringify(read.error?.issues)).toContain(why)
  })
})
