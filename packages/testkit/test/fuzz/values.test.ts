import {
  allocate,
  basisPoints,
  convert,
  createIds,
  currencies,
  currencyOf,
  formatAmount,
  isFlorinError,
  money,
  parseAmount,
  percent,
  rate,
  systemRuntime,
} from '@florin/core'
import { retryAfterMs } from '@florin/core/gateways'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOSTILE_TOKENS } from './hostile-json.ts'
import { runs, WITHIN_MS } from './runs.ts'
import { expectTyped, tried } from './unharmed.ts'

const ids = createIds(systemRuntime().clock, systemRuntime().random)
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[-+0-9.,eE_ ']{0,30}$/),
  fc.constantFrom(...HOSTILE_TOKENS),
  fc.constantFrom('0'.repeat(50_000), `0.${'0'.repeat(50_000)}1`, `${'9'.repeat(50_000)}.${'9'.repeat(50_000)}`),
  fc.constantFrom(ids.make('pay'), 'EUR', 'eur', 'EUR\u0000', 'ＥＵＲ', '4111111111111111'),
)
const anything = fc.oneof(piece, fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true }))

/** Calls with any values; what is thrown is typed. */
const CALLS: readonly (readonly [what: string, call: (a: never, b: never) => unknown])[] = [
  ['parseAmount', parseAmount],
  ['money', money],
  ['currencyOf', (code: never) => currencyOf(code)],
  ['rate', (text: never) => rate(text)],
  ['percent', (text: never) => percent(text)],
  ['basisPoints', (points: never) => basisPoints(points)],
  ['allocate', (minor: never, weights: never) => allocate(1n, weights ?? minor)],
]
const CODES = ['invalid_request', 'currency_not_supported']

describe('whatever value is given to', () => {
  test.each(CALLS)(
    '%s, it is read or refused, briefly',
    (_, call) => {
      fc.assert(
        fc.property(anything, fc.oneof(fc.constant('EUR'), anything), (a, b) => {
          const outcome = tried(() => call(a as never, b as never))
          if ('error' in outcome) {
            expectTyped(outcome.error, CODES, ['4111111111111111'])
            if (isFlorinError(outcome.error)) expect(outcome.error.message.length).toBeLessThan(400)
          }
        }),
        runs(1_000),
      )
    },
    WITHIN_MS,
  )

  test('Retry-After, a wait is between nothing and a day or so', () => {
    fc.assert(
      fc.property(piece, (text) => {
        const outcome = tried(() => retryAfterMs({ headers: { 'retry-after': text } }, 7))
        if ('error' in outcome) throw outcome.error
        expect(outcome.value).toBeGreaterThan(0)
        expect(outcome.value).toBeLessThan(100_000_000)
      }),
      runs(500),
    )
  })
})

test(
  'no amount is read as another one: what was read writes back what was written, in every currency',
  () => {
    const codes = [...currencies.values()].flatMap(({ code, exponent }) => (exponent === null ? [] : [code]))
    expect(codes.length).toBeGreaterThan(150)
    fc.assert(
      fc.property(piece, fc.constantFrom(...codes), (text, code) => {
        const outcome = tried(() => parseAmount(text, code))
        if ('error' in outcome) return expectTyped(outcome.error, CODES)
        const back = formatAmount(outcome.value, code)
        expect(back.startsWith(text) && /^\.?0*$/.test(back.slice(text.length))).toBe(true)
      }),
      runs(2_000),
    )
  },
  WITHIN_MS,
)

test('converting by a rate that was read never loses more than half a minor unit', () => {
  const codes = [...currencies.values()].flatMap(({ code, exponent }) => (exponent === null ? [] : [code]))
  const code = fc.constantFrom(...codes)
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), code, code, (minor, from, to) => {
      const by = rate('1')
      const there = convert(minor, from, to, by, 'half_even')
      const [a, b] = [currencyOf(from).exponent ?? 0, currencyOf(to).exponent ?? 0]
      // Compared in units of the finer of both, doubled.
      const scale = Math.max(a, b)
      const whole = minor * 10n ** BigInt(scale - a) * 2n
      const got = there * 10n ** BigInt(scale - b) * 2n
      const off = whole > got ? whole - got : got - whole
      expect(off <= 10n ** BigInt(scale - b)).toBe(true)
    }),
    runs(500),
  )
})
