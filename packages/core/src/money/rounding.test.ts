import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divide, ROUNDINGS, type Rounding } from './rounding.ts'

const halves = [-25n, -15n, -5n, 5n, 15n, 25n]
const EXPECTED: Record<Rounding, readonly bigint[]> = {
  half_even: [-2n, -2n, 0n, 0n, 2n, 2n],
  half_up: [-3n, -2n, -1n, 1n, 2n, 3n],
  half_down: [-2n, -1n, 0n, 0n, 1n, 2n],
  up: [-3n, -2n, -1n, 1n, 2n, 3n],
  down: [-2n, -1n, 0n, 0n, 1n, 2n],
  ceiling: [-2n, -1n, 0n, 1n, 2n, 3n],
  floor: [-3n, -2n, -1n, 0n, 1n, 2n],
}
const DECIMAL: Record<Rounding, Decimal.Rounding> = {
  half_even: Decimal.ROUND_HALF_EVEN,
  half_up: Decimal.ROUND_HALF_UP,
  half_down: Decimal.ROUND_HALF_DOWN,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
  ceiling: Decimal.ROUND_CEIL,
  floor: Decimal.ROUND_FLOOR,
}

describe('a division', () => {
  it.each(ROUNDINGS)('by %s settles the halves as its name says', (rounding) => {
    expect(halves.map((tenths) => divide(tenths, 10n, rounding))).toEqual(EXPECTED[rounding])
    expect(halves.map((tenths) => divide(-tenths, -10n, rounding))).toEqual(EXPECTED[rounding])
  })

  it('agrees with an independent implementation, whatever the signs', () => {
    const Wide = Decimal.clone({ defaults: true, precision: 80 })
    const number = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
    const divisor = fc.oneof(number, fc.bigInt({ min: -12n, max: 12n })).filter((value) => value !== 0n)
    fc.assert(
      fc.property(number, divisor, fc.constantFrom(...ROUNDINGS), (numerator, denominator, rounding) => {
        const exact = new Wide(numerator.toString()).dividedBy(denominator.toString())
        expect(divide(numerator, denominator, rounding)).toBe(BigInt(exact.toFixed(0, DECIMAL[rounding])))
      }),
      { numRuns: 1_000 },
    )
  })

  it('that comes out even is never rounded', () => {
    for (const rounding of ROUNDINGS) expect(divide(-30n, 10n, rounding)).toBe(-3n)
  })

  it('by zero, or by a rounding that does not exist, is refused', () => {
    expect(() => divide(1n, 0n, 'down')).toThrow('1 cannot be divided by zero')
    expect(() => divide(1n, 3n, 'bankers' as Rounding)).toThrow("rounding 'bankers' is unknown: use one of half_even")
  })
})
