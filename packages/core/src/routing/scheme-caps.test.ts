import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Decline } from '../gateways/index.ts'
import { type CardTry, type NextTry, schemeCaps } from './scheme-caps.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = 1_700_000_000_000

const declined = (at: number, networkAdvice: string | null = null, more: Partial<CardTry> = {}): CardTry => ({
  at,
  amount: 4990n,
  currency: 'EUR',
  outcome: 'declined',
  decline: declineOf(networkAdvice),
  ...more,
})
const declineOf = (networkAdvice: string | null, kind: Decline['class'] = 'soft_generic'): Decline => ({
  class: kind,
  code: 'do_not_honor',
  gatewayCode: null,
  networkAdvice,
  message: 'Declined.',
})
const wanted = (network: string | null, more: Partial<NextTry> = {}): NextTry => ({
  network,
  amount: 4990n,
  currency: 'EUR',
  dataChangedAt: null,
  ...more,
})
const times = (count: number, make: (at: number) => CardTry): readonly CardTry[] =>
  Array.from({ length: count }, (_, at) => make(START + at * HOUR))

describe('advice that came with a decline', () => {
  test.each<[network: string, advice: string, rule: string]>([
    ['visa', '1', 'visa_never'],
    ['mastercard', '03', 'mastercard_never'],
    ['mastercard', '21', 'mastercard_never'],
    ['maestro', '03', 'mastercard_never'],
  ])('%s %s holds for ever', (network, advice, rule) => {
    const verdict = schemeCaps([declined(START, advice)], wanted(network), START + 5_000 * DAY)
    expect(verdict).toMatchObject({ allowed: false, rule, until: null })
  })

  test.each<[advice: string, waitMs: number]>([
    ['02', 72 * HOUR],
    ['24', HOUR],
    ['25', DAY],
    ['26', 2 * DAY],
    ['27', 4 * DAY],
    ['28', 6 * DAY],
    ['29', 8 * DAY],
    ['30', 10 * DAY],
  ])('Mastercard %s holds for its time and no longer', (advice, waitMs) => {
    const history = [declined(START, advice)]
    const until = START + waitMs
    expect(schemeCaps(history, wanted('mastercard'), until - 1)).toMatchObject({ rule: 'mastercard_wait', until })
    expect(schemeCaps(history, wanted('mastercard'), until)).toEqual({ allowed: true })
  })

  test('Mastercard 01 holds until the data of the card change', () => {
    const history = [declined(START, '01')]
    const at = START + 40 * DAY
    const refused = { allowed: false, rule: 'mastercard_fix_data', until: null }
    expect(schemeCaps(history, wanted('mastercard'), at)).toMatchObject(refused)
    expect(schemeCaps(history, wanted('mastercard', { dataChangedAt: START - 1 }), at)).toMatchObject(refused)
    expect(schemeCaps(history, wanted('mastercard', { dataChangedAt: START + 1 }), at)).toEqual({ allowed: true })
  })

  test.each([
    ['a scheme that did not give it', 'visa', '03'],
    ['a scheme without such rules', 'amex', '03'],
    ['a code that nobody knows', 'mastercard', '99'],
  ])('means nothing to %s', (_, network, advice) => {
    expect(schemeCaps([declined(START, advice)], wanted(network), START + 1)).toEqual({ allowed: true })
  })

  test('of an unknown network is heard whoever gave it', () => {
    expect(schemeCaps([declined(START, '1')], wanted(null), START + 1)).toMatchObject({ rule: 'visa_never' })
    expect(schemeCaps([declined(START, '21')], wanted(null), START + 1)).toMatchObject({ rule: 'mastercard_never' })
  })
})

describe('counts', () => {
  const now = START + 30 * HOUR

  test.each<[what: string, network: string, tries: readonly CardTry[], rule: string | null]>([
    ['14 at Visa', 'visa', times(14, (at) => declined(at, '2')), null],
    ['15 at Visa', 'visa', times(15, (at) => declined(at, '2')), 'visa_30_days'],
    ['15 at Visa, without a category', 'visa', times(15, (at) => declined(at)), 'visa_30_days'],
    ['15 at Visa, of other amounts', 'visa', times(15, (at) => declined(at, '4', { amount: 1n })), 'visa_30_days'],
    [
      '15 at Visa of unknown end',
      'visa',
      times(15, (at) => declined(at, null, { outcome: 'open', decline: null })),
      'visa_30_days',
    ],
    ['15 approved', 'visa', times(15, (at) => declined(at, null, { outcome: 'approved', decline: null })), null],
    [
      '15 that never got there',
      'visa',
      times(15, (at) => declined(at, null, { decline: declineOf(null, 'configuration') })),
      null,
    ],
    ['15 at amex', 'amex', times(15, (at) => declined(at)), null],
    ['10 within a day at Mastercard', 'mastercard', times(10, (at) => declined(at + 10 * HOUR)), 'mastercard_24_hours'],
    ['9 within a day at Mastercard', 'mastercard', times(9, (at) => declined(at + 10 * HOUR)), null],
    ['10 of another amount', 'mastercard', times(10, (at) => declined(at + 10 * HOUR, null, { amount: 1n })), null],
    [
      '10 of another currency',
      'mastercard',
      times(10, (at) => declined(at + 10 * HOUR, null, { currency: 'USD' })),
      null,
    ],
  ])('%s', (_, network, tries, rule) => {
    const verdict = schemeCaps(tries, wanted(network), now)
    expect(verdict.allowed ? null : verdict.rule).toBe(rule)
  })

  test('35 in 30 days at Mastercard, in any order, until the oldest is 30 days old', () => {
    const tries = Array.from({ length: 35 }, (_, at) => declined(START + at * 20 * HOUR)).reverse()
    const last = START + 34 * 20 * HOUR + HOUR
    expect(schemeCaps(tries, wanted('mastercard'), last)).toMatchObject({
      rule: 'mastercard_30_days',
      until: START + 30 * DAY,
    })
    expect(schemeCaps(tries, wanted('mastercard'), START + 30 * DAY)).toEqual({ allowed: true })
  })

  test('of several rules the longest is named', () => {
    const tries = [...times(10, (at) => declined(at)), declined(START, '30')]
    const verdict = schemeCaps(tries, wanted('mastercard'), START + 10 * HOUR)
    expect(verdict).toMatchObject({ rule: 'mastercard_wait', until: START + 10 * DAY })
  })
})

/** Counts by brute force whether a list of declines ever exceeds a cap: in any window that ends with one of them. */
const most = (tries: readonly CardTry[], withinMs: number, of: (one: CardTry) => string): number =>
  Math.max(
    0,
    ...tries.map(
      (last) => tries.filter((one) => of(one) === of(last) && one.at <= last.at && one.at > last.at - withinMs).length,
    ),
  )

const steps = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 2 * HOUR }), fc.integer({ min: 0, max: DAY })),
    amount: fc.constantFrom(4990n, 4990n, 4990n, 100n),
    advice: fc.constantFrom(null, null, null, null, '2', '3', '4', '24', '02'),
    outcome: fc.constantFrom('declined' as const, 'declined' as const, 'open' as const),
  }),
  { minLength: 60, maxLength: 120 },
)

describe('over a virtual 30 days of a merchant that tries whenever it may', () => {
  test.each(['visa', 'mastercard', null])('no cap of %s is ever exceeded', (network) => {
    let refusals = 0
    fc.assert(
      fc.property(steps, (all) => {
        const made: CardTry[] = []
        let at = START
        for (const { afterMs, amount, advice, outcome } of all) {
          at += afterMs
          if (at > START + 30 * DAY) break
          if (schemeCaps(made, wanted(network, { amount }), at).allowed)
            made.push(declined(at, outcome === 'open' ? null : advice, { amount, outcome }))
          else refusals++
        }
        if (network !== 'mastercard') expect(most(made, 30 * DAY, () => 'all')).toBeLessThanOrEqual(15)
        if (network === 'visa') return
        expect(most(made, DAY, ({ amount }) => String(amount))).toBeLessThanOrEqual(10)
        expect(most(made, 30 * DAY, ({ amount }) => String(amount))).toBeLessThanOrEqual(35)
        for (const [place, one] of made.entries()) {
          const waitMs = { '24': HOUR, '02': 72 * HOUR }[one.decline?.networkAdvice ?? ''] ?? 0
          for (const later of made.slice(place + 1)) expect(later.at - one.at).toBeGreaterThanOrEqual(waitMs)
        }
      }),
      { numRuns: 60 },
    )
    expect(refusals).toBeGreaterThan(100)
  })

  test('a try is allowed at the very instant that a refusal names, and not before', () => {
    const history = fc.array(
      fc.record({ agoMs: fc.nat(31 * DAY), advice: fc.constantFrom(null, null, '24', '02', '27', '30') }),
      { minLength: 5, maxLength: 60 },
    )
    const now = START + 40 * DAY
    let named = 0
    fc.assert(
      fc.property(history, fc.constantFrom('visa', 'mastercard', null), (all, network) => {
        const tries = all.map(({ agoMs, advice }) => declined(now - agoMs, advice))
        const verdict = schemeCaps(tries, wanted(network), now)
        if (verdict.allowed) return
        const until = verdict.until as number
        named++
        expect(until).toBeGreaterThan(now)
        expect(schemeCaps(tries, wanted(network), until - 1).allowed).toBe(false)
        expect(schemeCaps(tries, wanted(network), until).allowed).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(named).toBeGreaterThan(100)
  })
})
