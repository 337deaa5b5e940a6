import { FlorinError } from '../kernel/index.ts'
import { basisPoints, multiply, parseAmount, type Rounding } from '../money/index.ts'

/** What a platform charges its merchant for a capture: a part of the amount and a fixed sum. */
export interface Fee {
  /** Hundredths of a percent: 290 is 2.9 %. */
  readonly basisPoints: number
  /** By currency, decimal strings: `{ EUR: '0.25' }`. A currency that is not named has no fixed part. */
  readonly fixed?: Readonly<Record<string, string>>
}

/** A fee as it is used: the rate and the fixed parts, parsed once. */
interface Terms {
  readonly rate: ReturnType<typeof basisPoints>
  readonly fixed: ReadonlyMap<string, bigint>
}

const parsed = new WeakMap<Fee, Terms>() // a fee is configuration: parsed once, used for every capture

const termsOf = (fee: Fee): Terms => {
  const known = parsed.get(fee)
  if (known !== undefined) return known
  const fixed = Object.entries(fee.fixed ?? {}).map(
    ([currency, text]) => [currency, parseAmount(text, currency, `fee.fixed.${currency}`)] as const,
  )
  const terms = { rate: basisPoints(fee.basisPoints), fixed: new Map(fixed) }
  parsed.set(fee, terms)
  return terms
}

/**
 * The fee on an amount, in its currency's minor units: the rate's part, rounded once, and the fixed part; never more than the amount
 * itself. Rounds half-even unless told otherwise, so that many small fees favour nobody. The fee object is read once and remembered:
 * change terms by giving a new object.
 * @throws FlorinError `invalid_request` for a negative amount, a malformed fixed part or rate, or an unknown currency in it
 */
export const feeOf = (amount: bigint, currency: string, fee: Fee, rounding: Rounding = 'half_even'): bigint => {
  if (amount < 0n)
    throw new FlorinError('invalid_request', `no fee can be taken of ${amount} ${currency}: it is negative`)
  const { rate, fixed } = termsOf(fee)
  const whole = multiply(amount, rate, rounding) + (fixed.get(currency) ?? 0n)
  return whole > amount ? amount : whole
}
