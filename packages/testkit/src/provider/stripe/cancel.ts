import { announceCharge, announceIntent } from './announce.ts'
import { wireIntent } from './intent.ts'
import type { Charge, Intent } from './payment.ts'
import { forbidden } from './refusal.ts'
import type { State } from './state.ts'

const release = (state: State, charge: Charge): void => {
  charge.closed = true
  charge.captureBefore = null
  state.holds.delete(charge)
}

const end = (state: State, intent: Intent, reason: string | null): void => {
  intent.status = 'canceled'
  intent.challenge = null
  intent.canceledAt = state.second()
  intent.cancellationReason = reason
}

/**
 * Cancels, and releases what is held. Since API version 2025-03-31 that makes no Refund. What several captures took before stays taken:
 * `amount_received` tells it beside the status `canceled`.
 */
export const cancel = (state: State, intent: Intent, reason: string | null): void => {
  if (intent.status === 'canceled' || intent.status === 'succeeded')
    throw forbidden(`A PaymentIntent with the status ${intent.status} cannot be canceled.`, {
      code: 'payment_intent_unexpected_state',
      payment_intent: wireIntent(intent),
    })
  if (intent.charge !== null) release(state, intent.charge)
  end(state, intent, reason)
  announceIntent(state, intent, 'canceled')
}

/** An authorisation lapses: nobody captured it in time. */
export const expire = (state: State, charge: Charge): void => {
  release(state, charge)
  end(state, charge.intent, 'expired')
  announceCharge(state, charge, 'expired')
  announceIntent(state, charge.intent, 'canceled')
}
