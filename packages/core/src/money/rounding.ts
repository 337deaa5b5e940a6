import { FlorinError } from '../kernel/index.ts'
import { quote } from './quote.ts'

/**
 * How a division that does not come out even is settled. The halves go to the even neighbour (`half_even`, bankers' rounding), away
 * from zero (`half_up`) or towards it (`half_down`); `up` is away from zero, `down` towards it, `ceiling` and `floor` towards plus and
 * minus infinity. Every division of money names one; there is no default.
 */
export const ROUNDINGS = ['half_even', 'half_up', 'half_down', 'up', 'down', 'ceiling', 'floor'] as const

/** The name of a rounding, as in `ROUNDINGS`. */
export type Rounding = (typeof ROUNDINGS)[number]

/**
 * `numerator / denominator`, rounded to an integer.
 * @throws FlorinError `invalid_request` when the denominator is zero or the rounding unknown
 */
export const divide = (numerator: bigint, denominator: bigint, rounding: Rounding): bigint => {
  if (denominator === 0n) {
    throw new FlorinError('invalid_request', `${quote(numerator)} cannot be divided by zero: check the rate or weight`)
  }
  const quotient = numerator / denominator // towards zero
  const rest = numerator - quotient * denominator
  if (rest === 0n) return quotient
  const away = numerator < 0n === denominator < 0n ? 1n : -1n
  const twice = (rest < 0n ? -rest : rest) * 2n - (denominator < 0n ? -denominator : denominator)
  return goesAway(rounding, twice, quotient, away > 0n) ? quotient + away : quotient
}

/** Whether the result leaves zero by one step. `half` is the sign of (remainder − one half). */
const goesAway = (rounding: Rounding, half: bigint, quotient: bigint, positive: boolean): boolean => {
  switch (rounding) {
    case 'half_even':
      return half > 0n || (half === 0n && quotient % 2n !== 0n)
    case 'half_up':
      return half >= 0n
    case 'half_down':
      return half > 0n
    case 'up':
      return true
    case 'down':
      return false
    case 'ceiling':
      return positive
    case 'floor':
      return !positive
    default:
      throw new FlorinError(
        'invalid_request',
        `rounding ${quote(rounding)} is unknown: use one of ${ROUNDINGS.join(', ')}`,
      )
  }
}
