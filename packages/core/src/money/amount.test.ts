import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlorinError } from '../kernel/index.ts'
import { formatAmount, MAX_AMOUNT_MINOR, parseAmount, parsePositiveAmount } from './amount.ts'

const payable = fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF', 'USD', 'ISK')
const anyMinor = fc.bigInt({ min: 0n, max: MAX_AMOUNT_MINOR })

const refusal = (value: unknown, currency = 'EUR'): FlorinError => {
  try {
    parseAmount(value, currency)
  } catch (error) {
    if (error instanceof FlorinError) return error
    throw error
  }
  throw new Error(`${String(value)} was accepted`)
}

describe('an amount', () => {
  it('is read as minor units by the decimals of its currency', () => {
    expect(parseAmount('49.90', 'EUR')).toBe(4990n)
    expect(parseAmount('49.9', 'EUR')).toBe(4990n)
    expect(parseAmount('49', 'EUR')).toBe(4900n)
    expect(parseAmount('0.01', 'EUR')).toBe(1n)
    expect(parseAmount('0', 'EUR')).toBe(0n)
    expect(parseAmount('4990', 'JPY')).toBe(4990n)
    expect(parseAmount('1.234', 'KWD')).toBe(1234n)
    expect(parseAmount('1.2345', 'CLF')).toBe(12345n)
  })

  it('is written with all the decimals of its currency', () => {
    expect(formatAmount(4990n, 'EUR')).toBe('49.90')
    expect(formatAmount(1n, 'EUR')).toBe('0.01')
    expect(formatAmount(-5n, 'EUR')).toBe('-0.05')
    expect(formatAmount(0n, 'KWD')).toBe('0.000')
    expect(formatAmount(-4990n, 'JPY')).toBe('-4990')
  })

  it('survives writing and reading, for every amount and currency', () => {
    fc.assert(
      fc.property(anyMinor, payable, (minor, currency) => {
        expect(parseAmount(formatAmount(minor, currency), currency)).toBe(minor)
      }),
    )
  })

  it('has at most 10^15 minor units, which a double and a 64-bit balance hold exactly', () => {
    expect(parseAmount('10000000000000.00', 'EUR')).toBe(MAX_AMOUNT_MINOR)
    expect(refusal('10000000000000.01').message).toContain('above the maximum of 10000000000000.00 EUR')
    expect(refusal('9'.repeat(1_000_000)).message).toContain('above the maximum')
    expect(Number.isSafeInteger(Number(MAX_AMOUNT_MINOR))).toBe(true)
    expect(MAX_AMOUNT_MINOR * 9_000n < 2n ** 63n).toBe(true)
  })

  it('given as a number is refused with both things that it could mean', () => {
    const { code, message, details } = refusal(4990)
    expect(code).toBe('invalid_request')
    expect(message).toContain("'4990.00'")
    expect(message).toContain("'49.90'")
    expect(details).toEqual({ path: 'amount' })
    expect(refusal(4990n).message).toContain("'49.90'")
    expect(refusal(4990, 'JPY').message).toContain("write '4990'")
    expect(refusal(49.9).message).toContain("write '49.90'")
    expect(refusal(Number.NaN).message).toContain('NaN')
    expect(refusal(-4990).message).toContain('negative')
  })

  it.each([
    ['', 'is empty'],
    ['-5.00', 'has a sign'],
    ['+5.00', 'has a sign'],
    ['−5.00', 'is not a decimal number'],
    [' 5.00', 'contains a space'],
    ['5.00\n', 'contains a space'],
    ['5\u00a0000', 'contains a space'],
    ['1e3', 'has an exponent'],
    ['1E-2', 'has an exponent'],
    ['1,000.00', 'has separators of thousands'],
    ['49,90', 'has a decimal comma'],
    ['４９.９０', 'has digits other than 0 to 9'],
    ['٤٩', 'has digits other than 0 to 9'],
    ['007', 'has leading zeros'],
    ['1.005', 'has too many decimals, EUR has 2'],
    ['1.000', 'has too many decimals, EUR has 2'],
    ['.5', 'is not a decimal number'],
    ['5.', 'is not a decimal number'],
    ['1.2.3', 'is not a decimal number'],
    ['1_000', 'is not a decimal number'],
    ['0x10', 'is not a decimal number'],
    ['NaN', 'is not a decimal number'],
    ['Infinity', 'is not a decimal number'],
    ['$5', 'is not a decimal number'],
    [null, 'null is not an amount'],
    [undefined, 'undefined is not an amount'],
    [true, 'true is not an amount'],
    [{}, 'is not an amount'],
    [['5.00'], 'a list is not an amount'],
  ])('%j is refused: it %s', (value, why) => {
    const { code, message } = refusal(value)
    expect(code).toBe('invalid_request')
    expect(message).toContain(why)
    expect(message).toContain("'49.90'") // every refusal says what to write
    if (typeof value === 'string') expect(message).toContain(`'${value.replace('\n', '?')}'`)
  })

  it('with decimals is refused for a currency that has none', () => {
    expect(refusal('4990.00', 'JPY').message).toContain('JPY has none')
  })

  it('is either read exactly as written or refused, whatever the string', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.,e+ -]{0,12}$/))
    fc.assert(
      fc.property(text, payable, (value, currency) => {
        let minor: bigint
        try {
          minor = parseAmount(value, currency)
        } catch (error) {
          expect(error).toBeInstanceOf(FlorinError)
          return
        }
        const written = formatAmount(minor, currency)
        expect(written.startsWith(value)).toBe(true)
        expect(written.slice(value.length)).toMatch(/^(\.?0*)$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never shows a whole card number when one lands in the field', () => {
    const card = fc.stringMatching(/^[3-6][0-9]{13,18}$/)
    fc.assert(
      fc.property(card, (digits) => {
        for (const value of [digits, Number(digits), BigInt(digits), `${digits} `, `${digits}.001`]) {
          expect(refusal(value).message).not.toContain(digits.slice(0, 7))
        }
      }),
    )
  })

  it('of zero is an amount, but not one that anybody can pay', () => {
    expect(parsePositiveAmount('0.01', 'EUR')).toBe(1n)
    expect(() => parsePositiveAmount('0.00', 'EUR', 'capture.amount')).toThrow(
      "capture.amount '0.00' must be greater than zero: the least is '0.01'",
    )
    expect(() => parsePositiveAmount('0', 'JPY')).toThrow("the least is '1'")
  })
})
