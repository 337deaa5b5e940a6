import { Decimal } from 'decimal.js'
import type { Rate } from '../money/index.ts'

/** How a number is cut to the digits that rates are kept with. */
const DIGITS = 12 // more than any published rate has, and a hundredth of a cent in a billion

const DECIMALS = 18 // what `rate()` reads

const Exact = Decimal.clone({ defaults: true, precision: 40, rounding: Decimal.ROUND_HALF_EVEN })

/** A rate as text with 12 significant digits, rounded half-even. */
export const shortened = (rate: Rate): string =>
  new Exact(rate.toString()).toSignificantDigits(DIGITS, Decimal.ROUND_HALF_EVEN).toDecimalPlaces(DECIMALS).toFixed()

/** `rate × (1 − percent / 100)`: 12 significant digits, rounded down, since a spread is never less than agreed. */
export const lessSpread = (rate: string, percent: string): string =>
  new Exact(rate)
    .times(new Exact(100).minus(percent).dividedBy(100))
    .toSignificantDigits(DIGITS, Decimal.ROUND_DOWN)
    .toDecimalPlaces(DECIMALS, Decimal.ROUND_DOWN)
    .toFixed()

/** One decimal string over another: 12 significant digits, rounded half-even. */
export const ratio = (one: string, other: string): string =>
  new Exact(one)
    .dividedBy(other)
    .toSignificantDigits(DIGITS, Decimal.ROUND_HALF_EVEN)
    .toDecimalPlaces(DECIMALS)
    .toFixed()

/** How far apart two rates are, as a part of the first: 0.05 is five percent. */
export const apart = (one: string, other: string): number => new Exact(other).minus(one).dividedBy(one).abs().toNumber()
