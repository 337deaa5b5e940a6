import { FlorinError } from '../kernel/index.ts'
import { allocate, formatAmount } from '../money/index.ts'
import type { AllocationRow } from './records.ts'

/** One order's named part of a capture or refund. */
export interface NamedPart {
  readonly id: string
  readonly amount: bigint
}

/**
 * How an amount is shared among a checkout's orders: as named, else pro rata to what each has left, so that the parts sum to the
 * whole and none exceeds its rest. Null for a payment without orders.
 */
export const divideAmong = (
  orders: readonly AllocationRow[],
  amount: bigint,
  currency: string,
  restOf: (order: AllocationRow) => bigint,
  named: readonly NamedPart[] | null,
): ReadonlyMap<string, bigint> | null => {
  if (orders.length === 0) {
    if (named === null) return null
    throw new FlorinError('invalid_request', 'this payment has no orders: leave `orders` out', {
      details: { path: 'orders' },
    })
  }
  if (named !== null) return asNamed(orders, amount, currency, restOf, named)
  // A report may have taken more out of an order than it had; that one has nothing left to give.
  const parts = allocate(
    amount,
    orders.map((order) => (restOf(order) > 0n ? restOf(order) : 0n)),
  )
  return new Map(orders.map((order, index) => [order.id, parts[index] ?? 0n]))
}

const asNamed = (
  orders: readonly AllocationRow[],
  amount: bigint,
  currency: string,
  restOf: (order: AllocationRow) => bigint,
  named: readonly NamedPart[],
): ReadonlyMap<string, bigint> => {
  const parts = new Map<string, bigint>()
  for (const { id, amount: part } of named) {
    const order = orders.find((one) => one.id === id)
    if (order === undefined) throw new FlorinError('invalid_request', `order '${id}' is not part of this payment`)
    if (parts.has(id)) throw new FlorinError('invalid_request', `order '${id}' is named twice`)
    const rest = restOf(order)
    if (part > rest) {
      throw new FlorinError(
        'amount_too_large',
        `${formatAmount(part, currency)} ${currency} is more than the ${formatAmount(rest, currency)} ${currency} left of order '${id}'`,
      )
    }
    parts.set(id, part)
  }
  const sum = named.reduce((total, part) => total + part.amount, 0n)
  if (sum === amount) return parts
  throw new FlorinError(
    'invalid_request',
    `the orders' amounts sum to ${formatAmount(sum, currency)}, not to ${formatAmount(amount, currency)} ${currency}`,
  )
}
