import { FlorinError } from '@florin/core'
import { type Charge, heldOf, type Operation } from './charge.ts'
import { release, settleLater } from './movements.ts'
import type { State } from './state.ts'

const refuse = (why: string): never => {
  throw new FlorinError('invalid_state', `the sandbox acquirer: ${why}`)
}

const requireStatus = (operation: Operation, object: 'capture' | 'refund', failed: boolean): void => {
  if (operation.object !== object) refuse(`${operation.id} is a ${operation.object}, not a ${object}`)
  if ((operation.failure !== null) !== failed)
    refuse(`${object} ${operation.id} has ${failed ? 'not failed' : 'failed already'}`)
}

/** Takes an operation's money out of today's batch, or into it once more; the fee stays as it was charged. */
const settleAgain = (state: State, operation: Operation, way: 1n | -1n): void =>
  settleLater(state, { ...operation, amount: way * operation.amount, fee: 0n, createdAt: state.now })

const moveCaptured = (state: State, charge: Charge, by: bigint): void => {
  charge.captured += by
  state.ledger.of(charge.currency).captured += by
}

/**
 * A capture that had succeeded fails after all, as at a scheme's clearing: what it took is held again, or released where the
 * authorisation has ended, or the last capture was made by another one. Throws `invalid_state` where some of it was refunded.
 */
export const failCapture = (state: State, operation: Operation): Operation => {
  requireStatus(operation, 'capture', false)
  const { charge, amount } = operation
  if (charge.captured - amount < charge.refunded) refuse(`some of ${operation.id} was refunded already`)
  operation.failure = 'capture_failed'
  moveCaptured(state, charge, -amount)
  if (isHeldForNobody(operation)) release(state, charge, amount)
  settleAgain(state, operation, -1n)
  state.announce('capture.failed', operation)
  return operation
}

const isHeldForNobody = ({ charge }: Operation): boolean =>
  charge.ended !== null || charge.lastCapture?.failure === null

/** A capture that failed is made after all. */
export const recapture = (state: State, operation: Operation): Operation => {
  requireStatus(operation, 'capture', true)
  const { charge, amount } = operation
  const missing = amount - heldOf(charge)
  if (missing > charge.released) refuse(`${operation.id} was ${amount}, which is no longer there`)
  if (missing > 0n) {
    charge.released -= missing
    state.ledger.of(charge.currency).released -= missing
  }
  operation.failure = null
  moveCaptured(state, charge, amount)
  settleAgain(state, operation, 1n)
  state.announce('capture.succeeded', operation)
  return operation
}

/** A refund that had succeeded bounces: the money is the merchant's again. */
export const failRefund = (state: State, operation: Operation): Operation => {
  requireStatus(operation, 'refund', false)
  operation.failure = 'refund_bounced'
  return moveRefunded(state, operation, -1n, 'refund.failed')
}

/** A refund that bounced is paid after all. */
export const repayRefund = (state: State, operation: Operation): Operation => {
  requireStatus(operation, 'refund', true)
  const { charge, amount } = operation
  if (charge.refunded + amount > charge.captured) refuse(`${operation.id} is more than what is left to refund`)
  operation.failure = null
  return moveRefunded(state, operation, 1n, 'refund.succeeded')
}

const moveRefunded = (state: State, operation: Operation, way: 1n | -1n, type: string): Operation => {
  const { charge, amount } = operation
  charge.refunded += way * amount
  state.ledger.of(charge.currency).refunded += way * amount
  settleAgain(state, operation, way)
  state.announce(type, operation)
  return operation
}

/** A sale's money goes back to the buyer, as with a returned debit. Throws `invalid_state` where some of it was refunded. */
export const returnSale = (state: State, charge: Charge): void => {
  if (charge.capture !== 'automatic' || charge.captured !== charge.authorized || charge.captured === 0n)
    return refuse(`charge ${charge.id} is no captured sale`)
  if (charge.refunded > 0n) refuse(`charge ${charge.id} was refunded already`)
  moveSale(state, charge, -charge.captured)
  charge.ended = 'returned'
  charge.decline = { code: 'debit_returned', network_advice: null }
  state.announce('charge.returned', charge)
}

/** A returned debit is presented again, and paid. */
export const representSale = (state: State, charge: Charge): void => {
  if (charge.ended !== 'returned') return refuse(`charge ${charge.id} was not returned`)
  charge.ended = null
  charge.decline = null
  moveSale(state, charge, charge.released)
  state.announce('charge.captured', charge)
}

const moveSale = (state: State, charge: Charge, by: bigint): void => {
  charge.released -= by
  state.ledger.of(charge.currency).released -= by
  moveCaptured(state, charge, by)
  const { id, reference } = charge
  const createdAt = state.now
  settleLater(state, { object: 'capture', id, charge, reference, amount: by, fee: 0n, createdAt, failure: null })
}
