import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basisPoints, convert, multiply, percent, rate } from './rate.ts'

describe('a rate', () => {
  it('multiplies an amount exactly and rounds once', () => {
    expect(multiply(4990n, percent('2.9'), 'half_even')).toBe(145n) // 144.71
    expect(multiply(4990n, basisPoints(290), 'down')).toBe(144n)
    expect(multiply(-4990n, basisPoints(290), 'floor')).toBe(-145n)
    expect(multiply(10n ** 18n, rate('0.000000000000000001'), 'half_even')).toBe(1n)
    expect(multiply(10n ** 18n + 1n, rate('1.000000000000000001'), 'down')).toBe(10n ** 18n + 2n)
  })

  it('converts between currencies of different decimals', () => {
    expect(convert(100n, 'EUR', 'JPY', rate('171.36'), 'half_even')).toBe(171n)
    expect(convert(171n, 'JPY', 'EUR', rate('0.005835'), 'half_even')).toBe(100n)
    expect(convert(100n, 'EUR', 'KWD', rate('0.359'), 'half_even')).toBe(359n)
    expect(convert(1n, 'JPY', 'CLF', rate('2'), 'half_even')).toBe(20_000n)
    expect(convert(4990n, 'EUR', 'USD', rate('1'), 'half_even')).toBe(4990n)
  })

  it('that is one in the same currency changes nothing', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
        expect(convert(minor, currency, currency, rate('1.00'), 'half_even')).toBe(minor)
      }),
    )
  })

  it('can be inverted and chained to 34 digits', () => {
    expect(rate('4').inverse().toString()).toBe('0.25')
    expect(rate('3').inverse().toString()).toBe(`0.${'3'.repeat(34)}`)
    expect(rate('1.5').times(rate('0.1')).toString()).toBe('0.15')
    expect(JSON.stringify({ rate: rate('1.0842') })).toBe('{"rate":"1.0842"}')
    expect(() => rate('0').inverse()).toThrow('rate 0 has no inverse')
  })

  it('is not changed by what the host does to decimal.js', () => {
    const precision = Decimal.precision
    try {
      Decimal.set({ precision: 2 })
      expect(rate('3').inverse().toString()).toBe(`0.${'3'.repeat(34)}`)
      expect(percent('2.95').toString()).toBe('0.0295')
    } finally {
      Decimal.set({ precision })
    }
  })

  it('is a plain decimal string, and nothing else', () => {
    for (const value of [1.5, 1n, '', '-1', '1e3', '1,5', ' 1', '01', '.5', 'NaN', '１', null]) {
      expect(() => rate(value as string)).toThrow('is not a decimal string')
    }
    expect(() => rate('1.0000000000000000001')).toThrow('18 after the point')
    expect(() => percent('x')).toThrow("percent 'x' is not a decimal string")
    for (const points of [-1, 1.5, Number.NaN, 2e9]) expect(() => basisPoints(points)).toThrow('must be a whole number')
  })
})
