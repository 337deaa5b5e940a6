import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROUNDINGS } from '../money/index.ts'
import { inForce } from './dates.ts'
import { configuredFee, deciderOf, feeMetadata } from './decide.ts'
import type { FeeRule, FeeSchedule, FeeSubject } from './model.ts'
import { feeSchedule } from './schema.ts'

const subject = (more: Partial<FeeSubject> = {}): FeeSubject => ({
  amount: 10_000n,
  currency: 'EUR',
  method: 'card',
  network: 'visa',
  country: 'DE',
  cost: null,
  ...more,
})

const decide = (schedule: FeeSchedule, more: Partial<FeeSubject> = {}) =>
  deciderOf(feeSchedule.parse(schedule), 3)(subject(more))

const only = (rule: Omit<FeeRule, 'name'>): FeeSchedule => ({ rules: [{ name: 'all', ...rule }] })

describe('the first rule that matches', () => {
  const schedule: FeeSchedule = {
    country: 'DE',
    regions: { eea: ['DE', 'FR', 'NO'] },
    rules: [
      { name: 'amex', percent: '3', when: { network: 'amex' } },
      { name: 'yen', percent: '4', when: { currency: ['JPY', 'KRW'] } },
      { name: 'home', percent: '1', when: { region: 'domestic', method: ['card', 'apple_pay'] } },
      { name: 'eea', percent: '1.5', when: { region: 'eea' } },
      { name: 'abroad', percent: '2.5', when: { region: 'foreign' } },
      { name: 'else', percent: '2' },
    ],
  }
  test.each<readonly [string, Partial<FeeSubject>]>([
    ['amex', { network: 'Amex' }],
    ['yen', { currency: 'JPY' }],
    ['home', { country: 'DE' }],
    ['eea', { country: 'DE', method: 'redirect' }],
    ['eea', { country: 'NO' }],
    ['abroad', { country: 'US' }],
    ['else', { country: null, network: null }], // what nobody knows matches no condition
  ])('is %s for %j', (rule, more) => {
    expect(decide(schedule, more)).toMatchObject({ rule, schedule: 3 })
  })
})

describe('a fee', () => {
  test('is a percentage and a fixed part in the currencies that have one', () => {
    const schedule = only({ percent: '1.4', fixed: { EUR: '0.25', KWD: '0.125' } })
    expect(decide(schedule)).toMatchObject({
      fee: 165n,
      parts: [
        { what: 'percent', amount: 140n },
        { what: 'fixed', amount: 25n },
      ],
    })
    expect(decide(schedule, { currency: 'KWD' }).fee).toBe(265n)
    expect(decide(schedule, { currency: 'USD' }).fee).toBe(140n)
  })

  test('is by the highest tier that the amount reaches, for the whole amount', () => {
    const tiers = [
      { from: { EUR: '1000.00' }, percent: '0.5' },
      { from: { EUR: '100.00', USD: '50.00' }, percent: '1', fixed: { EUR: '0.10' } },
    ]
    const schedule = only({ percent: '2', tiers })
    expect(decide(schedule, { amount: 9_999n }).fee).toBe(200n)
    expect(decide(schedule, { amount: 10_000n }).fee).toBe(110n)
    expect(decide(schedule, { amount: 100_000n }).fee).toBe(500n)
    expect(decide(schedule, { amount: 100_000n, currency: 'USD' }).fee).toBe(1_000n)
    expect(decide(schedule, { amount: 100_000n, currency: 'JPY' }).fee).toBe(2_000n)
  })

  test('keeps within its minimum, its maximum and the amount', () => {
    const schedule = only({ percent: '2', minimum: { EUR: '0.50' }, maximum: { EUR: '10.00' } })
    expect(decide(schedule, { amount: 1_000n })).toMatchObject({ fee: 50n })
    expect(decide(schedule, { amount: 1_000n }).parts.at(-1)).toEqual({ what: 'minimum', amount: 30n })
    expect(decide(schedule, { amount: 1_000_000n })).toMatchObject({ fee: 1_000n })
    expect(decide(schedule, { amount: 1_000_000n }).parts.at(-1)).toEqual({ what: 'maximum', amount: -19_000n })
    expect(decide(schedule, { amount: 20n })).toMatchObject({ fee: 20n })
    expect(decide(schedule, { amount: 20n }).parts.at(-1)).toEqual({ what: 'amount', amount: -30n })
  })

  test('passes on what the gateway charged, or the estimate where that is not known', () => {
    const interchange = { estimate: { percent: '0.3', fixed: { EUR: '0.05' } } }
    const schedule = only({ percent: '0.6', fixed: { EUR: '0.10' }, interchange })
    expect(decide(schedule)).toMatchObject({ fee: 105n, estimated: true })
    expect(decide(schedule, { cost: 42n })).toMatchObject({ fee: 112n, estimated: false })
    expect(decide(schedule, { cost: 0n })).toMatchObject({ fee: 70n, estimated: false })
    expect(decide(schedule, { cost: -5n })).toMatchObject({ fee: 70n })
    expect(decide(only({ percent: '0.6' }), { cost: 42n })).toMatchObject({ fee: 60n, estimated: false })
  })

  test.each([
    ['half_even', 12n],
    ['half_up', 13n],
    ['down', 12n],
    ['up', 13n],
  ] as const)('is rounded %s, as its schedule names it', (rounding, fee) => {
    expect(decide({ rounding, ...only({ percent: '2.5' }) }, { amount: 500n }).fee).toBe(fee) // 12.5
  })

  test('of whatever schedule and amount is between zero and the amount, and its parts sum to it', () => {
    const percent = fc.integer({ min: 0, max: 20_000 }).map((points) => (points / 100).toFixed(2))
    const cents = fc.integer({ min: 0, max: 5_000 }).map((minor) => (minor / 100).toFixed(2))
    const price = fc.record({ percent, fixed: fc.record({ EUR: cents }) })
    const rule = fc.record({
      price,
      least: fc.option(cents),
      tier: fc.option(price),
      estimate: fc.option(price),
      rounding: fc.constantFrom(...ROUNDINGS),
    })
    const cost = fc.option(fc.bigInt(-100n, 10_000n))
    fc.assert(
      fc.property(
        rule,
        fc.bigInt(1n, 10_000_000n),
        cost,
        ({ price, least, tier, estimate, rounding }, amount, cost) => {
          const schedule: FeeSchedule = {
            rounding,
            ...only({
              ...price,
              ...(least === null ? {} : { minimum: { EUR: least } }),
              ...(tier === null ? {} : { tiers: [{ ...tier, from: { EUR: '50.00' } }] }),
              ...(estimate === null ? {} : { interchange: { estimate } }),
            }),
          }
          const { fee, parts } = decide(schedule, { amount, cost })
          expect(fee >= 0n && fee <= amount).toBe(true)
          expect(parts.reduce((sum, part) => sum + part.amount, 0n)).toBe(fee)
        },
      ),
    )
  })
})

test('the simple fee of the options is a rule called configured', () => {
  const decision = configuredFee({ basisPoints: 290, fixed: { EUR: '0.25' } })(subject())
  expect(decision).toMatchObject({ fee: 315n, rule: 'configured', schedule: null, onRefund: 'kept', estimated: false })
  expect(feeMetadata(decision)).toEqual({ feeRule: 'configured' })
})

test('what a ledger transaction says of its fee', () => {
  expect(feeMetadata(null)).toBeNull()
  const schedule = only({ percent: '1', onRefund: 'returned', interchange: { estimate: { percent: '1' } } })
  expect(feeMetadata(decide(schedule))).toEqual({
    feeRule: 'all',
    feeSchedule: '3',
    feeOnRefund: 'returned',
    feeEstimated: 'yes',
  })
})

test('the newest version whose date has come counts, also one that takes an announced one back', () => {
  const versions = [
    { version: 3, effectiveFrom: 20 },
    { version: 2, effectiveFrom: 30 },
    { version: 1, effectiveFrom: 10 },
  ]
  expect([5, 10, 19, 20, 40].map((at) => inForce(versions, at)?.version)).toEqual([undefined, 1, 1, 3, 3])
})
