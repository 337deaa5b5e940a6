import { Decimal } from 'decimal.js'
import { FlorinError } from '../kernel/index.ts'
import { exponentOf } from './currency.ts'
import { quote } from './quote.ts'
import { divide, type Rounding } from './rounding.ts'

// A constructor of our own: a host that calls Decimal.set() cannot change what our rates say. 34 digits are those of IEEE 754's
// decimal128, more than any published rate has.
const Exact = Decimal.clone({ defaults: true, precision: 34, rounding: Decimal.ROUND_HALF_EVEN })

const SHAPE = /^(0|[1-9][0-9]{0,14})(?:\.[0-9]{1,18})?$/

/** A factor: an exchange rate, a fee, a tax. Exact, not negative, immutable. Made by `rate`, `percent` or `basisPoints`. */
export class Rate {
  /** `coefficient / 10^scale` */
  readonly coefficient: bigint
  readonly scale: number
  readonly #value: Decimal

  /** Internal: use `rate`, `percent` or `basisPoints`, which check what they are given. */
  constructor(value: Decimal) {
    const text = value.toFixed()
    const point = text.indexOf('.')
    this.scale = point < 0 ? 0 : text.length - point - 1
    this.coefficient = BigInt(text.replace('.', ''))
    this.#value = value
    Object.freeze(this)
  }

  /** This rate after another: EUR→USD times USD→JPY is EUR→JPY. Rounded half-even to 34 digits. */
  times(other: Rate): Rate {
    return new Rate(this.#value.times(other.#value))
  }

  /**
   * The rate the other way round, rounded half-even to 34 digits. Converting there and back need not give the same amount.
   * @throws FlorinError `invalid_request` when this rate is zero
   */
  inverse(): Rate {
    if (this.coefficient === 0n)
      throw new FlorinError('invalid_request', 'rate 0 has no inverse: check where it comes from')
    return new Rate(new Exact(1).dividedBy(this.#value))
  }

  toString(): string {
    return this.#value.toFixed()
  }

  toJSON(): string {
    return this.toString()
  }
}

const decimal = (text: unknown, what: string): Decimal => {
  if (typeof text === 'string' && SHAPE.test(text)) return new Exact(text)
  throw new FlorinError(
    'invalid_request',
    `${what} ${quote(text)} is not a decimal string of at most 15 digits before and 18 after the point: write it like '1.0842'`,
    { details: { path: what } },
  )
}

/**
 * A rate from a decimal string: `rate('1.0842')`. Numbers are refused, since 0.1 is none.
 * @throws FlorinError `invalid_request`
 */
export const rate = (text: string): Rate => new Rate(decimal(text, 'rate'))

/**
 * A rate from a percentage: `percent('2.9')` is 0.029.
 * @throws FlorinError `invalid_request`
 */
export const percent = (text: string): Rate => new Rate(decimal(text, 'percent').dividedBy(100))

/**
 * A rate from basis points, hundredths of a percent: `basisPoints(290)` is 0.029.
 * @throws FlorinError `invalid_request` unless a whole number from 0 to 10^9
 */
export const basisPoints = (points: number): Rate => {
  if (Number.isInteger(points) && points >= 0 && points <= 1e9) return new Rate(new Exact(points).dividedBy(10_000))
  throw new FlorinError(
    'invalid_request',
    `basis points ${quote(points)} must be a whole number from 0: write 290 for 2.9 %`,
  )
}

/** `minor × rate`, rounded once: the fee of `multiply(4990n, percent('2.9'), 'half_even')` is 145 cents. */
export const multiply = (minor: bigint, by: Rate, rounding: Rounding): bigint =>
  divide(minor * by.coefficient, 10n ** BigInt(by.scale), rounding)

/**
 * An amount in another currency. The rate is in units, as quoted: how many `to` for one `from`; the difference of their minor units is
 * taken care of (`convert(100n, 'EUR', 'JPY', rate('171.36'), 'half_even')` is 171n). Rounded once.
 * @throws FlorinError as `currencyOf`
 */
export const convert = (minor: bigint, from: string, to: string, by: Rate, rounding: Rounding): bigint => {
  const shift = exponentOf(to) - exponentOf(from) - by.scale
  const product = minor * by.coefficient
  return shift >= 0 ? product * 10n ** BigInt(shift) : divide(product, 10n ** BigInt(-shift), rounding)
}
