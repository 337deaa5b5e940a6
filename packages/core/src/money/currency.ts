import { FlorinError } from '../kernel/index.ts'
import { ISO_4217 } from './iso-4217.ts'
import { quote } from './quote.ts'

/** An active alphabetic code of ISO 4217, such as `'EUR'`. */
export type CurrencyCode = keyof typeof ISO_4217

/** An active currency of ISO 4217. */
export interface Currency {
  readonly code: CurrencyCode
  /** Three digits, with leading zeros: `'978'`. */
  readonly numeric: string
  /** Decimals between the unit and its minor unit: 2 for EUR, 0 for JPY, 3 for KWD; `null` where the standard defines none (gold). */
  readonly exponent: number | null
  readonly name: string
}

/** A currency that has a minor unit, so that an amount of it can be counted. */
export interface PayableCurrency extends Currency {
  readonly exponent: number
}

/** Every active currency of ISO 4217 by its code, including those without a minor unit. */
export const currencies: ReadonlyMap<string, Currency> = new Map(
  Object.entries(ISO_4217).map(([code, [numeric, exponent, name]]) => [
    code,
    Object.freeze({ code: code as CurrencyCode, numeric, exponent, name }),
  ]),
)

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  [...currencies.values()].flatMap(({ code, exponent }) => (exponent === null ? [] : [[code, exponent]])),
)

const refuse = (code: unknown, path: string): FlorinError => {
  const known = typeof code === 'string' ? currencies.get(code) : undefined
  if (known !== undefined) {
    const message = `${known.code} (${known.name}) has no minor unit in ISO 4217, so nothing can be paid in it: use the currency in which the buyer pays, such as 'EUR'`
    return new FlorinError('currency_not_supported', message, { details: { path, currency: known.code } })
  }
  const upper = typeof code === 'string' ? code.trim().toUpperCase() : ''
  const remedy = EXPONENTS.has(upper)
    ? `write '${upper}'`
    : "use a three-letter code in capitals, such as 'EUR' or 'USD'"
  return new FlorinError(
    'invalid_request',
    `currency ${quote(code)} is not an active currency code of ISO 4217: ${remedy}`,
    {
      details: { path },
    },
  )
}

/** Whether `code` is an active ISO 4217 code in which amounts can be counted. Case matters: `'eur'` is none. */
export const isPayable = (code: unknown): code is CurrencyCode => typeof code === 'string' && EXPONENTS.has(code)

/**
 * The currency of an ISO 4217 code.
 * @throws FlorinError `invalid_request` for an unknown or withdrawn code, `currency_not_supported` for one without a minor unit (XAU).
 */
export const currencyOf = (code: string, path = 'currency'): PayableCurrency => {
  if (!isPayable(code)) throw refuse(code, path)
  return currencies.get(code) as PayableCurrency
}

/**
 * The decimals of a currency's minor unit, as ISO 4217 has them.
 * @throws FlorinError as `currencyOf`.
 */
export const exponentOf = (code: string): number => {
  const exponent = EXPONENTS.get(code)
  if (exponent === undefined) throw refuse(code, 'currency')
  return exponent
}
