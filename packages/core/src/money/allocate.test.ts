import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, allocateEvenly } from './allocate.ts'

const sum = (parts: readonly bigint[]): bigint => parts.reduce((a, b) => a + b, 0n)
const weights = fc
  .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 15n })), { minLength: 1, maxLength: 20 })
  .filter((list) => list.some((weight) => weight > 0n))
const minor = fc.oneof(fc.bigInt({ min: -100n, max: 100n }), fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }))

describe('an allocation', () => {
  it('gives the units left over to the largest remainders, and to the earlier of equals', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
    expect(allocate(5n, [1n, 1n])).toEqual([3n, 2n])
    expect(allocate(10n, [1n, 5n, 5n])).toEqual([1n, 5n, 4n]) // shares 0.91, 4.55, 4.55
    expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n])
  })

  it('sums to the whole, always', () => {
    fc.assert(
      fc.property(minor, weights, (whole, list) => {
        expect(sum(allocate(whole, list))).toBe(whole)
      }),
    )
  })

  it('gives every part its exact share, less than one unit off', () => {
    fc.assert(
      fc.property(minor, weights, (whole, list) => {
        const total = sum(list)
        for (const [index, part] of allocate(whole, list).entries()) {
          const off = part * total - whole * (list[index] ?? 0n)
          expect(off < total && off > -total).toBe(true)
        }
      }),
    )
  })

  it('gives nothing to a weight of zero', () => {
    fc.assert(
      fc.property(minor, weights, (whole, list) => {
        const parts = allocate(whole, list)
        for (const [index, weight] of list.entries()) if (weight === 0n) expect(parts[index]).toBe(0n)
      }),
    )
  })

  it('splits a refund as the opposite of the payment', () => {
    fc.assert(
      fc.property(minor, weights, (whole, list) => {
        expect(allocate(-whole, list)).toEqual(allocate(whole, list).map((part) => -part))
      }),
    )
  })

  it('depends on the proportion of the weights only', () => {
    fc.assert(
      fc.property(minor, weights, fc.bigInt({ min: 1n, max: 1000n }), (whole, list, factor) => {
        expect(
          allocate(
            whole,
            list.map((weight) => weight * factor),
          ),
        ).toEqual(allocate(whole, list))
      }),
    )
  })

  it('over no weights, a negative one, a number or zeros alone is refused', () => {
    expect(() => allocate(100n, [])).toThrow('give at least one')
    expect(() => allocate(100n, 'EUR' as never)).toThrow("weights 'EUR' are no list")
    expect(() => allocate(100n, [1n, -1n])).toThrow('weight -1 at 1 is negative')
    expect(() => allocate(100n, [0n, 0n])).toThrow('all 2 weights are zero')
    expect(() => allocate(100n, [1 as unknown as bigint])).toThrow('weight 1 at 0 is not a bigint')
  })

  it('into equal parts is that of equal weights', () => {
    fc.assert(
      fc.property(minor, fc.integer({ min: 1, max: 50 }), (whole, parts) => {
        expect(allocateEvenly(whole, parts)).toEqual(allocate(whole, Array(parts).fill(1n)))
      }),
    )
  })

  it('into no parts, half a part or a million is refused', () => {
    for (const parts of [0, -1, 1.5, Number.NaN, 1_000_000]) {
      expect(() => allocateEvenly(100n, parts)).toThrow('is not a number of parts')
    }
  })
})
