import { FlorinError } from '../kernel/index.ts'
import { exponentOf } from './currency.ts'
import { quote } from './quote.ts'

/**
 * The largest amount that one request may name: 10^15 minor units (ten trillion euros). It stays below 2^53, so that a gateway's
 * JSON numbers hold it exactly, and leaves a signed 64-bit balance room for nine thousand such amounts.
 */
export const MAX_AMOUNT_MINOR = 1_000_000_000_000_000n

const MAX_DIGITS = 16 // of the whole part; more can only be above the maximum, and BigInt() of a megabyte of digits is slow
const LARGEST_EXPLAINED = 999_999_999_999 // a longer number may be that of a card, which a message must not repeat
const AMOUNT = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/

/**
 * The minor units of a decimal string, exactly: `parseAmount('49.90', 'EUR')` is `4990n`, and so is `'49.9'`. Takes no sign, exponent,
 * space, separator of thousands, leading zero, nor more decimals than the currency has; and no number, because 4990 could mean two amounts.
 * @param path the field that an error names in `details.path`
 * @throws FlorinError `invalid_request`, naming the value and what to write instead; or as `currencyOf`
 */
export const parseAmount = (text: unknown, currency: string, path = 'amount'): bigint => {
  const exponent = exponentOf(currency)
  const parts = typeof text === 'string' ? AMOUNT.exec(text) : null
  if (parts === null) throw refuse(path, text, remedyFor(text, currency, exponent))
  const [, whole = '', fraction = ''] = parts
  if (fraction.length > exponent) throw refuse(path, text, tooPrecise(currency, exponent))
  const minor = whole.length > MAX_DIGITS ? undefined : BigInt(whole + fraction.padEnd(exponent, '0'))
  if (minor === undefined || minor > MAX_AMOUNT_MINOR) {
    throw refuse(
      path,
      text,
      `is above the maximum of ${formatAmount(MAX_AMOUNT_MINOR, currency)} ${currency}: split it`,
    )
  }
  return minor
}

/**
 * As `parseAmount`, and refuses zero.
 * @throws FlorinError as `parseAmount`
 */
export const parsePositiveAmount = (text: unknown, currency: string, path = 'amount'): bigint => {
  const minor = parseAmount(text, currency, path)
  if (minor === 0n) throw refuse(path, text, `must be greater than zero: the least is '${formatAmount(1n, currency)}'`)
  return minor
}

/**
 * The decimal string of minor units, with all the decimals of its currency: `formatAmount(4990n, 'EUR')` is `'49.90'`. The inverse of
 * `parseAmount`; negative amounts carry a leading minus.
 * @throws FlorinError as `currencyOf`
 */
export const formatAmount = (minor: bigint, currency: string): string => {
  const exponent = exponentOf(currency)
  if (exponent === 0) return minor.toString()
  const negative = minor < 0n
  let digits = (negative ? -minor : minor).toString()
  if (digits.length <= exponent) digits = digits.padStart(exponent + 1, '0')
  const point = digits.length - exponent
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}

const refuse = (path: string, value: unknown, why: string): FlorinError =>
  new FlorinError('invalid_request', `${path} ${quote(value)} ${why}`, { details: { path } })

const example = (exponent: number): string =>
  exponent === 0 ? "'4990'" : `'49.${'90'.padEnd(exponent, '0').slice(0, exponent)}'`

const tooPrecise = (currency: string, exponent: number): string =>
  exponent === 0
    ? `has decimals, but ${currency} has none: write an amount such as ${example(exponent)}`
    : `has too many decimals, ${currency} has ${exponent}: write an amount such as ${example(exponent)}`

const remedyFor = (value: unknown, currency: string, exponent: number): string => {
  const such = `write an amount such as ${example(exponent)}`
  if (typeof value === 'number' || typeof value === 'bigint') return numberRemedy(value, currency, exponent)
  if (typeof value !== 'string') return `is not an amount: ${such}, a decimal string`
  if (value === '') return `is empty: ${such}`
  if (/\s/.test(value)) return `contains a space: ${such}`
  if (/^[+-]/.test(value)) return `has a sign, and amounts have none: ${such}`
  if (/^[0-9.]+e[+-]?[0-9]+$/i.test(value)) return `has an exponent: ${such}, with all its digits`
  if (/^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$/.test(value)) return `has separators of thousands: ${such}, without them`
  if (/^[0-9]+,[0-9]+$/.test(value)) return `has a decimal comma: ${such}, with a point`
  if (/\p{Nd}/u.test(value.replace(/[0-9]/g, ''))) return `has digits other than 0 to 9: ${such}`
  if (/^0[0-9]/.test(value)) return `has leading zeros: ${such}`
  return `is not a decimal number: ${such}`
}

/** A number is ambiguous (units or minor units?) and, with decimals, inexact: name both readings rather than guess. */
const numberRemedy = (value: number | bigint, currency: string, exponent: number): string => {
  const such = `write a decimal string such as ${example(exponent)}`
  if (value < 0) return `is negative, and amounts have no sign: ${such}`
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value)
  if (!whole || value > LARGEST_EXPLAINED) {
    const fixed = typeof value === 'number' && value < LARGEST_EXPLAINED ? value.toFixed(exponent) : ''
    return Number(fixed) === value && !whole
      ? `is a number, and amounts are decimal strings: write '${fixed}'`
      : `is not an amount: ${such}`
  }
  const units = exponent === 0 ? `${value}` : `${value}.${'0'.repeat(exponent)}`
  if (exponent === 0) return `is a number, and amounts are decimal strings: write '${units}'`
  return `is a number, which could mean two amounts: write '${units}' for ${value} ${currency}, or '${formatAmount(BigInt(value), currency)}' for ${value} minor units`
}
