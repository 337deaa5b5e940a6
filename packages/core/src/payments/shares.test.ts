import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FlorinError } from '../kernel/index.ts'
import type { AllocationRow } from './records.ts'
import { divideAmong } from './shares.ts'

const orders = (...amounts: readonly bigint[]): readonly AllocationRow[] =>
  amounts.map((amount, index) => ({ id: `alc_${index}`, seller: `s${index}`, amount }) as AllocationRow)
const rest = (order: AllocationRow): bigint => order.amount
const amounts = (parts: ReadonlyMap<string, bigint> | null): readonly bigint[] => [...(parts?.values() ?? [])]
const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'none'
  } catch (error) {
    return error instanceof FlorinError ? error.code : 'another'
  }
}

describe('an amount is divided among a checkout’s orders', () => {
  test('pro rata: the parts sum to it, none exceeds what its order has left, and nobody is favoured by more than a unit', () => {
    const amount = fc.bigInt(0n, 10n ** 12n)
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 20 }), fc.bigInt(1n, 10n ** 12n), (lefts, wanted) => {
        const whole = lefts.reduce((sum, one) => sum + one, 0n)
        fc.pre(whole > 0n)
        const want = wanted > whole ? whole : wanted
        const parts = amounts(divideAmong(orders(...lefts), want, 'EUR', rest, null))
        expect(parts.reduce((sum, one) => sum + one, 0n)).toBe(want)
        for (const [index, part] of parts.entries()) {
          const left = lefts[index] ?? 0n
          expect(part >= 0n && part <= left).toBe(true)
          const exact = (want * left) / whole
          expect(part - exact === 0n || part - exact === 1n).toBe(true)
        }
      }),
    )
  })

  test('as named', () => {
    const parts = divideAmong(orders(50n, 50n), 30n, 'EUR', rest, [{ id: 'alc_1', amount: 30n }])
    expect([...(parts ?? [])]).toEqual([['alc_1', 30n]])
  })

  test.each<[string, readonly { id: string; amount: bigint }[], string]>([
    ['of another checkout', [{ id: 'alc_9', amount: 30n }], 'invalid_request'],
    [
      'named twice',
      [
        { id: 'alc_0', amount: 15n },
        { id: 'alc_0', amount: 15n },
      ],
      'invalid_request',
    ],
    ['that has less left', [{ id: 'alc_0', amount: 51n }], 'amount_too_large'],
    ['that do not sum to the amount', [{ id: 'alc_0', amount: 29n }], 'invalid_request'],
  ])('but not as named for orders %s', (_, named, code) => {
    expect(codeOf(() => divideAmong(orders(50n, 50n), 30n, 'EUR', rest, named))).toBe(code)
  })

  test('and not at all where there are none', () => {
    expect(divideAmong([], 30n, 'EUR', rest, null)).toBeNull()
    expect(codeOf(() => divideAmong([], 30n, 'EUR', rest, [{ id: 'alc_0', amount: 30n }]))).toBe('invalid_request')
  })
})
