import type { OperationObject } from '../wire.ts'
import { type Charge, heldOf, type Operation } from './charge.ts'
import type { Booked } from './settlement.ts'
import { dueAt, rememberOperation, type State } from './state.ts'

/** Makes an operation, and nothing else. */
export const makeOperation = (
  state: State,
  object: OperationObject,
  charge: Charge,
  reference: string | null,
  amount: bigint,
  fee = 0n,
): Operation => ({
  object,
  id: state.options.ids.make(PREFIX[object]),
  charge,
  reference,
  amount,
  fee,
  createdAt: state.now,
  failure: null,
})

const PREFIX = { capture: 'cap', cancel: 'can', refund: 're', increment: 'inc' } as const

/** Remembers an operation under its reference and announces it. */
export const finish = (state: State, made: Operation): Operation => {
  rememberOperation(state, made)
  state.announce(`${made.object}.succeeded`, made)
  return made
}

const feeOn = ({ options }: State, amount: bigint): bigint =>
  (amount * options.feeBasisPoints + 5_000n) / 10_000n + options.feeFixedMinor

/** Puts an operation into today's batch. */
export const settleLater = (state: State, made: Booked): void => {
  state.settlement.add(made)
  dueAt(state, state.settlement.closesAt)
}

/** Moves held money to the merchant and into today's batch. */
export const take = (state: State, charge: Charge, amount: bigint, reference: string | null): Operation => {
  const fee = feeOn(state, amount)
  const totals = state.ledger.of(charge.currency)
  charge.captured += amount
  charge.fee += fee
  totals.captured += amount
  totals.fees += fee
  const made = makeOperation(state, 'capture', charge, reference, amount, fee)
  settleLater(state, made)
  return made
}

/** Gives back what is still held, or some of it; returns how much that was. */
export const release = (state: State, charge: Charge, amount = heldOf(charge)): bigint => {
  charge.released += amount
  state.ledger.of(charge.currency).released += amount
  if (heldOf(charge) > 0n) return amount
  charge.expiresAt = null
  state.holds.delete(charge)
  return amount
}
