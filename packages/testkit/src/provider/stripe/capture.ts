import { announceCharge, announceIntent } from './announce.ts'
import { bookCapture } from './booking.ts'
import { disputeLater } from './disputing.ts'
import { wireIntent } from './intent.ts'
import { type Charge, capturableOf, type Intent } from './payment.ts'
import { forbidden, invalid } from './refusal.ts'
import type { State } from './state.ts'

const CAPTURES_MAX = 50 // docs.stripe.com/payments/multicapture: that many that are not final, and a final one

/** The charge of an intent in the state that a verb needs; otherwise Stripe's refusal, with the intent as it stands. */
export const heldCharge = (intent: Intent, verb: string): Charge => {
  if (intent.status === 'requires_capture' && intent.charge !== null) return intent.charge
  throw forbidden(
    `A PaymentIntent with the status ${intent.status} cannot be ${verb}; it would have to be requires_capture.`,
    {
      code: 'payment_intent_unexpected_state',
      payment_intent: wireIntent(intent),
    },
  )
}

const checkedAmount = (intent: Intent, charge: Charge, given: number | null, final: boolean): number => {
  const capturable = capturableOf(charge)
  const amount = given ?? capturable
  const releasing = amount === 0 && final && intent.captures > 0
  if (amount < 1 && !releasing)
    throw invalid(`amount_to_capture is ${amount}; it is a whole number from 1.`, {
      code: 'parameter_invalid_integer',
      param: 'amount_to_capture',
    })
  if (amount > capturable)
    throw forbidden(`amount_to_capture is ${amount}; ${capturable} can be captured.`, {
      code: 'amount_too_large',
      param: 'amount_to_capture',
    })
  return amount
}

/**
 * Captures; a final capture releases the rest. Since API version 2025-03-31 a release makes no Refund. What a capture that is not
 * final announces is not documented: here `charge.updated` and `payment_intent.amount_capturable_updated`.
 */
export const capture = (state: State, intent: Intent, given: number | null, final: boolean): void => {
  const charge = heldCharge(intent, 'captured')
  if (!final && !intent.multicapture)
    throw forbidden('final_capture=false needs multicapture, which this payment does not have.', {
      code: 'payment_intent_invalid_parameter',
      param: 'final_capture',
    })
  if (!final && intent.captures >= CAPTURES_MAX)
    throw forbidden(`${CAPTURES_MAX} captures were made; the next one has to be final.`, { param: 'final_capture' })
  const amount = checkedAmount(intent, charge, given, final)
  const before = charge.captured
  charge.captured += amount
  intent.captures += 1
  if (amount > 0) {
    disputeLater(state, charge)
    const transaction = bookCapture(state, charge, amount)
    charge.transaction ??= transaction
  }
  if (final || charge.captured === charge.amount) {
    charge.closed = true
    charge.captureBefore = null
    state.holds.delete(charge)
    intent.status = 'succeeded'
    announceCharge(state, charge, 'captured', { amount_captured: before, captured: false })
    return announceIntent(state, intent, 'succeeded')
  }
  announceCharge(state, charge, 'updated', { amount_captured: before })
  announceIntent(state, intent, 'amount_capturable_updated')
}
