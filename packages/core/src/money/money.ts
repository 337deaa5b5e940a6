import { FlorinError } from '../kernel/index.ts'
import { allocate } from './allocate.ts'
import { formatAmount, parseAmount } from './amount.ts'
import { type CurrencyCode, currencyOf } from './currency.ts'
import { quote } from './quote.ts'
import { convert, multiply, type Rate } from './rate.ts'
import type { Rounding } from './rounding.ts'

/** Money as JSON carries it: a decimal string with all the decimals of its currency. */
export interface MoneyJson {
  readonly amount: string
  readonly currency: CurrencyCode
}

/**
 * An amount of one currency: whole minor units, never a fraction. Immutable. Arithmetic between two currencies is refused, and
 * whatever divides names its rounding. Made by `money('49.90', 'EUR')` or `moneyOf(4990n, 'EUR')`.
 */
export class Money {
  /** In the minor unit of the currency: 4990n is 49.90 EUR. May be negative. */
  readonly minor: bigint
  readonly currency: CurrencyCode

  /** Internal: use `money` or `moneyOf`, which check what they are given. */
  constructor(minor: bigint, currency: CurrencyCode) {
    this.minor = minor
    this.currency = currency
    Object.freeze(this)
  }

  /** @throws FlorinError `invalid_request` when the currencies differ */
  add(other: Money): Money {
    return new Money(this.minor + this.#same(other), this.currency)
  }

  /** @throws FlorinError `invalid_request` when the currencies differ */
  subtract(other: Money): Money {
    return new Money(this.minor - this.#same(other), this.currency)
  }

  negate(): Money {
    return new Money(-this.minor, this.currency)
  }

  /** Times a rate, rounded once to the minor unit. */
  multiply(by: Rate, rounding: Rounding): Money {
    return new Money(multiply(this.minor, by, rounding), this.currency)
  }

  /** In another currency, at a rate of `to` units for one of this one's, rounded once. */
  convert(to: CurrencyCode, by: Rate, rounding: Rounding): Money {
    return new Money(convert(this.minor, this.currency, to, by, rounding), to)
  }

  /** Parts in proportion to the weights, that sum to the whole: see `allocate`. */
  allocate(weights: readonly bigint[]): Money[] {
    return allocate(this.minor, weights).map((part) => new Money(part, this.currency))
  }

  /**
   * -1, 0 or 1, for `sort`.
   * @throws FlorinError `invalid_request` when the currencies differ
   */
  compare(other: Money): -1 | 0 | 1 {
    const minor = this.#same(other)
    if (this.minor === minor) return 0
    return this.minor < minor ? -1 : 1
  }

  /** Whether amount and currency are the same; of another currency, it is simply not equal. */
  equals(other: Money): boolean {
    return this.currency === other.currency && this.minor === other.minor
  }

  isZero(): boolean {
    return this.minor === 0n
  }

  toJSON(): MoneyJson {
    return { amount: formatAmount(this.minor, this.currency), currency: this.currency }
  }

  /** `49.90 EUR` */
  toString(): string {
    return `${formatAmount(this.minor, this.currency)} ${this.currency}`
  }

  #same(other: Money): bigint {
    if (other.currency === this.currency) return other.minor
    throw new FlorinError(
      'invalid_request',
      `${this.currency} and ${other.currency} cannot be reckoned with each other: convert one of them first`,
    )
  }
}

/**
 * Money from a decimal string: `money('49.90', 'EUR')`.
 * @throws FlorinError `invalid_request` as `parseAmount`, or `currency_not_supported` as `currencyOf`
 */
export const money = (amount: string, currency: CurrencyCode): Money =>
  new Money(parseAmount(amount, currency), currency)

/**
 * Money from minor units: `moneyOf(4990n, 'EUR')`.
 * @throws FlorinError `invalid_request` when the amount is no bigint, or as `currencyOf`
 */
export const moneyOf = (minor: bigint, currency: CurrencyCode): Money => {
  if (typeof minor !== 'bigint') {
    throw new FlorinError('invalid_request', `minor units ${quote(minor)} are not a bigint: write 4990n for 49.90 EUR`)
  }
  return new Money(minor, currencyOf(currency).code)
}
