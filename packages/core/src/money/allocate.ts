import { FlorinError } from '../kernel/index.ts'
import { quote } from './quote.ts'

const MAX_PARTS = 100_000 // a bound against a part count that was meant to be an amount

const refuse = (message: string): never => {
  throw new FlorinError('invalid_request', message)
}

const totalOf = (weights: readonly bigint[]): bigint => {
  if (!Array.isArray(weights)) refuse(`weights ${quote(weights)} are no list: write them like [1n, 1n]`)
  if (weights.length === 0) refuse('an amount cannot be split over no weights: give at least one')
  let total = 0n
  for (const [index, weight] of weights.entries()) {
    if (typeof weight !== 'bigint') refuse(`weight ${quote(weight)} at ${index} is not a bigint: write it like 1n`)
    if (weight < 0n) refuse(`weight ${quote(weight)} at ${index} is negative: weights are zero or more`)
    total += weight
  }
  if (total === 0n) refuse(`all ${weights.length} weights are zero: at least one must be positive`)
  return total
}

/**
 * Splits an amount in proportion to weights, so that the parts always sum to the whole: the method of largest remainders. Each part is
 * within one minor unit of its exact share; where remainders are equal, the earlier part gets the unit. A part of weight zero gets
 * nothing, and a negative amount is split as its opposite.
 * @throws FlorinError `invalid_request` for no weights, a negative weight, or all weights zero
 */
export const allocate = (minor: bigint, weights: readonly bigint[]): bigint[] => {
  const total = totalOf(weights)
  const negative = minor < 0n
  const whole = negative ? -minor : minor
  let left = whole
  const parts = weights.map((weight) => {
    const part = (whole * weight) / total
    left -= part
    return part
  })
  if (left > 0n) {
    const remainders = weights.map((weight, index) => ({ index, rest: (whole * weight) % total }))
    remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
    // Remainders are below `total` and sum to `left × total`, so more than `left` of them are positive: no zero weight is reached.
    for (const { index } of remainders.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n
  }
  return negative ? parts.map((part) => -part) : parts
}

/**
 * Splits an amount into equal parts; the first ones carry the units that are left over, so that the parts sum to the whole.
 * @throws FlorinError `invalid_request` unless `parts` is a whole number from 1 to 100,000
 */
export const allocateEvenly = (minor: bigint, parts: number): bigint[] => {
  if (!Number.isInteger(parts) || parts < 1 || parts > MAX_PARTS) {
    refuse(`${quote(parts)} is not a number of parts: use a whole number from 1 to ${MAX_PARTS}`)
  }
  const count = BigInt(parts)
  const share = minor / count
  const left = minor - share * count // has the sign of the amount
  const unit = left < 0n ? -1n : 1n
  const more = Number(left * unit)
  return Array.from({ length: parts }, (_, index) => (index < more ? share + unit : share))
}
