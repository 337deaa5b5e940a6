import { exponentOf, isPayable } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { NO_DATA, referenceData } from '../../test/schemas.ts'
import { fromAdyenAmount, toAdyenAmount } from './amount.ts'
import { ADYEN_CURRENCIES, ADYEN_DECIMALS } from './currencies.ts'

describe('amounts', () => {
  test.each([
    ['EUR', 10_050n, 10_050],
    ['JPY', 500n, 500],
    ['KWD', 1_250n, 1_250],
    ['CLP', 500n, 50_000],
    ['ISK', 500n, 50_000],
    ['IDR', 50_000n, 500],
    ['CVE', 50_000n, 500],
  ])('%s %s are %s at Adyen, and back', (currency, iso, value) => {
    expect(toAdyenAmount(iso, currency)).toEqual({ currency, value })
    expect(fromAdyenAmount({ currency, value })).toBe(iso)
  })

  test('that Adyen cannot count are refused, with the step that it can', () => {
    expect(() => toAdyenAmount(10_050n, 'IDR')).toThrow(/100\.50 IDR.*multiple of 1\.00/)
    expect(() => toAdyenAmount(1n, 'CVE')).toThrow(/0\.01 CVE/)
    expect(() => toAdyenAmount(2n ** 60n, 'EUR')).toThrow(/not an amount that Adyen takes/)
    expect(() => toAdyenAmount(100n, 'BIF')).toThrow(/BIF is not in Adyen's table/)
  })

  test('that ISO 4217 cannot say are none', () => {
    expect(fromAdyenAmount({ currency: 'ISK', value: 1_050 })).toBeNull()
    expect(fromAdyenAmount({ currency: 'VEF', value: 100 })).toBeNull()
    expect(fromAdyenAmount({ currency: 'EUR', value: 2 ** 53 })).toBeNull()
    expect(fromAdyenAmount({ currency: 'EUR', value: -1 })).toBeNull()
  })

  test('keep their value both ways in every currency', () => {
    for (const currency of ADYEN_CURRENCIES) {
      const iso = 123n * 10n ** BigInt(exponentOf(currency))
      const { value } = toAdyenAmount(iso, currency)
      expect(Number(value) / 10 ** (ADYEN_DECIMALS.get(currency) ?? 0)).toBe(123)
      expect(fromAdyenAmount({ currency, value })).toBe(iso)
    }
  })
})

describe('the table of currencies', () => {
  test('has ISO 4217 codes only, and deviates for four of them', () => {
    expect(ADYEN_CURRENCIES.every((code) => isPayable(code))).toBe(true)
    const other = ADYEN_CURRENCIES.filter((code) => ADYEN_DECIMALS.get(code) !== exponentOf(code))
    expect(other).toEqual(['CLP', 'CVE', 'IDR', 'ISK'])
  })

  test('agrees with the reference data', ({ skip }) => {
    const text = referenceData('currencies/currency-exponents.json')
    if (text === null) return skip(NO_DATA)
    const data = JSON.parse(text) as Record<string, { adyen: number }>
    for (const code of ADYEN_CURRENCIES)
      if (code in data) expect([code, data[code]?.adyen]).toEqual([code, ADYEN_DECIMALS.get(code)])
  })
})
