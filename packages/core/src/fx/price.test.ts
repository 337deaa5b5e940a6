import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { convert, rate } from '../money/index.ts'
import { lessSpread, shortened } from './digits.ts'
import { type FxTerms, priceOf } from './price.ts'

const terms = (more: Partial<FxTerms> = {}): FxTerms => ({
  spread: '0',
  fee: '0',
  fixedFee: {},
  rounding: 'half_even',
  quoteMs: 60_000,
  ...more,
})

describe('a price', () => {
  test('is the market’s rate less the spread, one rounding, and the fee beside it', () => {
    const given = terms({ spread: '0.5', fee: '0.1', fixedFee: { USD: '0.30', EUR: '9.00' } })
    expect(priceOf({ from: 'USD', to: 'EUR', sell: 10_000n }, '0.92', given)).toEqual({
      rate: '0.9154',
      sold: 10_000n,
      bought: 9_154n,
      fee: 40n,
    })
  })

  test.each([
    ['half_even', 62n],
    ['half_up', 63n],
    ['down', 62n],
    ['up', 63n],
  ] as const)('rounds what is bought %s, as its terms name it', (rounding, bought) => {
    expect(priceOf({ from: 'EUR', to: 'USD', sell: 50n }, '1.25', terms({ rounding })).bought).toBe(bought) // 62.5
  })

  test('of a target is the least that gives it, between currencies of whatever decimals', () => {
    const pair = fc.constantFrom(['USD', 'JPY'], ['JPY', 'KWD'], ['KWD', 'USD'], ['EUR', 'USD'])
    const text = fc.integer({ min: 1, max: 99_999_999 }).map((points) => (points / 100_000).toFixed(5))
    fc.assert(
      fc.property(pair, text, fc.bigInt(1n, 1_000_000_000n), ([from = '', to = ''], mid, buy) => {
        const { sold, bought, rate: ours } = priceOf({ from, to, buy }, mid, terms({ spread: '0.3' }))
        expect(bought).toBe(buy)
        expect(convert(sold, from, to, rate(ours), 'floor') >= buy).toBe(true)
        expect(convert(sold - 1n, from, to, rate(ours), 'floor') < buy).toBe(true)
      }),
    )
  })
})

test('a spread is never less than agreed, and rates keep twelve digits', () => {
  expect(lessSpread('1.0842', '0')).toBe('1.0842')
  expect(lessSpread('0.000123456789012', '0.1')).toBe('0.000123333332222')
  expect(lessSpread('158.052019923', '0.333')).toBe('157.525706696') // 157.52570669665…
  expect(shortened(rate('3').inverse())).toBe('0.333333333333')
})
