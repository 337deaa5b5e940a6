import { sandboxMethod } from '../methods.ts'
import { type Charge, heldOf, type Operation, statusOf } from './charge.ts'
import { finish, makeOperation, release, settleLater, take } from './movements.ts'
import { Refusal } from './refusal.ts'
import type { State } from './state.ts'

const requireHeld = (charge: Charge, code: 'not_capturable' | 'not_cancelable' | 'not_incrementable'): void => {
  const status = statusOf(charge)
  if (status === 'authorized' || status === 'partially_captured') return
  if (status === 'expired') throw new Refusal('charge_expired', 'the authorization has expired')
  if (status === 'captured') throw new Refusal('already_captured', 'nothing is held any more, it was captured')
  throw new Refusal(code, `the charge is ${status}`)
}

/** `POST /v1/charges/:id/capture`. A final capture releases the rest of the hold. */
export const capture = (
  state: State,
  charge: Charge,
  reference: string | null,
  amount: bigint,
  final: boolean,
): Operation => {
  requireHeld(charge, 'not_capturable')
  const held = heldOf(charge)
  if (amount > held) throw new Refusal('amount_too_large', `${amount} is more than the ${held} that are held`)
  const made = take(state, charge, amount, reference)
  if (final || amount === held) release(state, charge)
  if (final) charge.lastCapture = made
  return finish(state, made)
}

/** `POST /v1/charges/:id/cancel`. Canceling what holds nothing any more succeeds again and releases nothing: a reversal is repeatable. */
export const cancel = (state: State, charge: Charge, reference: string | null): Operation => {
  if (sandboxMethod(charge.method)?.reverseBy.length === 0)
    throw new Refusal('not_cancelable', `a ${charge.method} cannot be called back; refund it`)
  if (charge.waiting !== null) {
    state.challenges.delete(charge)
    state.decisions.delete(charge)
    charge.waiting = null
    charge.action = null
    charge.expiresAt = null
    charge.ended = 'canceled'
    return finish(state, makeOperation(state, 'cancel', charge, reference, 0n))
  }
  const status = statusOf(charge)
  if (status === 'canceled' || status === 'expired')
    return finish(state, makeOperation(state, 'cancel', charge, reference, 0n))
  requireHeld(charge, 'not_cancelable')
  const released = release(state, charge)
  charge.ended = 'canceled'
  return finish(state, makeOperation(state, 'cancel', charge, reference, released))
}

/** `POST /v1/charges/:id/refunds`. */
export const refund = (state: State, charge: Charge, reference: string | null, amount: bigint): Operation => {
  const left = charge.captured - charge.refunded
  if (charge.captured === 0n)
    throw new Refusal('not_refundable', `the charge is ${statusOf(charge)}; nothing was captured`)
  if (amount > left) throw new Refusal('amount_too_large', `${amount} is more than the ${left} that can be refunded`)
  // The dashboard warns, and does it all the same.
  if (reference !== null && amount > left - charge.disputed)
    throw new Refusal('charge_disputed', 'the amount is in dispute')
  charge.refunded += amount
  state.ledger.of(charge.currency).refunded += amount
  const made = makeOperation(state, 'refund', charge, reference, amount)
  settleLater(state, made)
  return finish(state, made)
}

/** `POST /v1/charges/:id/increment`: `total` is what is to be authorised in all. */
export const increment = (state: State, charge: Charge, reference: string | null, total: bigint): Operation => {
  requireHeld(charge, 'not_incrementable')
  if (charge.captured > 0n) throw new Refusal('not_incrementable', 'something was captured already')
  if (total <= charge.authorized)
    throw new Refusal('amount_too_small', `${total} is not more than the ${charge.authorized} already authorized`)
  state.ledger.of(charge.currency).authorized += total - charge.authorized
  charge.authorized = total
  return finish(state, makeOperation(state, 'increment', charge, reference, total))
}
