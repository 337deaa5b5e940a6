import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlorinError } from '../kernel/index.ts'
import type { CurrencyCode } from './currency.ts'
import { Money, money, moneyOf } from './money.ts'
import { percent, rate } from './rate.ts'

const euros = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map((minor) => moneyOf(minor, 'EUR'))

describe('money', () => {
  it('is a decimal string in JSON', () => {
    expect(JSON.stringify({ price: money('49.9', 'EUR') })).toBe('{"price":{"amount":"49.90","currency":"EUR"}}')
    expect(`${moneyOf(-5n, 'EUR')}`).toBe('-0.05 EUR')
  })

  it('adds, subtracts, negates and compares within one currency', () => {
    expect(money('0.10', 'EUR').add(money('0.20', 'EUR')).minor).toBe(30n)
    expect(money('0.10', 'EUR').subtract(money('0.20', 'EUR')).minor).toBe(-10n)
    expect([money('3', 'EUR'), money('1', 'EUR'), money('2', 'EUR')].sort((a, b) => a.compare(b)).map(String)).toEqual([
      '1.00 EUR',
      '2.00 EUR',
      '3.00 EUR',
    ])
    expect(money('0', 'EUR').isZero()).toBe(true)
    expect(money('0.01', 'EUR').isZero()).toBe(false)
    expect(money('1', 'EUR').equals(money('1.00', 'EUR'))).toBe(true)
    expect(money('1', 'EUR').equals(money('1', 'USD'))).toBe(false)
  })

  it('obeys the laws of addition', () => {
    fc.assert(
      fc.property(euros, euros, (a, b) => {
        expect(a.add(b).equals(b.add(a))).toBe(true)
        expect(a.add(b).subtract(b).equals(a)).toBe(true)
        expect(a.add(a.negate()).isZero()).toBe(true)
        expect(Math.sign(a.compare(b))).toBe(-Math.sign(b.compare(a)) + 0)
      }),
    )
  })

  it('multiplies, converts and splits with its roundings named', () => {
    expect(money('49.90', 'EUR').multiply(percent('2.9'), 'half_even').toString()).toBe('1.45 EUR')
    expect(money('1', 'EUR').convert('JPY', rate('171.36'), 'half_even').toString()).toBe('171 JPY')
    expect(money('1', 'EUR').allocate([1n, 1n, 1n]).map(String)).toEqual(['0.34 EUR', '0.33 EUR', '0.33 EUR'])
  })

  it('of two currencies is never mixed', () => {
    const euro = money('1', 'EUR')
    const yen = money('1', 'JPY')
    for (const mix of [() => euro.add(yen), () => euro.subtract(yen), () => euro.compare(yen)]) {
      expect(mix).toThrow(FlorinError)
      expect(mix).toThrow('EUR and JPY cannot be reckoned with each other')
    }
  })

  it('cannot be changed', () => {
    const price: { minor: bigint } = money('1', 'EUR')
    expect(() => {
      price.minor = 0n
    }).toThrow(TypeError)
    expect(price).toBeInstanceOf(Money)
  })

  it('is refused in what is no currency, and from what is no amount', () => {
    expect(() => money('x', 'EUR')).toThrow("amount 'x' is not a decimal number")
    expect(() => money('1', 'XAU')).toThrow('XAU (Gold) has no minor unit')
    expect(() => moneyOf(1n, 'EURO' as CurrencyCode)).toThrow("currency 'EURO'")
    expect(() => moneyOf(1 as unknown as bigint, 'EUR')).toThrow('minor units 1 are not a bigint: write 4990n')
  })
})
