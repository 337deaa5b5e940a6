import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Fee, feeOf } from './index.ts'

const fee: Fee = { basisPoints: 290, fixed: { EUR: '0.25', JPY: '30' } }

test('a fee is its part of the amount and the fixed sum of the currency', () => {
  expect(feeOf(4990n, 'EUR', fee)).toBe(170n) // 144.71 + 25, half-even
  expect(feeOf(4990n, 'USD', fee)).toBe(145n)
  expect(feeOf(5000n, 'JPY', fee)).toBe(175n)
  expect(feeOf(0n, 'USD', fee)).toBe(0n)
})

test('it rounds as it is told', () => {
  const half: Fee = { basisPoints: 50 }
  expect(feeOf(100n, 'EUR', half)).toBe(0n) // half a cent, to the even neighbour
  expect(feeOf(300n, 'EUR', half)).toBe(2n)
  expect(feeOf(100n, 'EUR', half, 'up')).toBe(1n)
  expect(feeOf(300n, 'EUR', half, 'down')).toBe(1n)
})

test('it is between nothing and the whole amount', () => {
  expect(feeOf(10n, 'EUR', fee)).toBe(10n)
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.nat(20_000), (amount, basisPoints) => {
      const taken = feeOf(amount, 'EUR', { basisPoints, fixed: { EUR: '0.30' } })
      expect(taken >= 0n && taken <= amount).toBe(true)
    }),
  )
})

test('terms that make no sense are refused', () => {
  expect(() => feeOf(100n, 'EUR', { basisPoints: 2.9 })).toThrow(/basis points/)
  expect(() => feeOf(100n, 'EUR', { basisPoints: -1 })).toThrow(/basis points/)
  expect(() => feeOf(100n, 'EUR', { basisPoints: 0, fixed: { EUR: '-1.00' } })).toThrow(/fee\.fixed\.EUR/)
  expect(() => feeOf(100n, 'EUR', { basisPoints: 0, fixed: { EUR: '0.255' } })).toThrow(/fee\.fixed\.EUR/)
  expect(() => feeOf(100n, 'EUR', { basisPoints: 0, fixed: { ZZZ: '1' } })).toThrow(/ZZZ/)
  expect(() => feeOf(-1n, 'EUR', fee)).toThrow(/negative/)
})
