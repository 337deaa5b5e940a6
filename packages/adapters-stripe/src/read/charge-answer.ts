import type { Answer } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import { declineBy, declineOf } from '../declines/decline.ts'
import { CANCELED, EXPIRED } from '../declines/table.ts'
import type { WireIntent } from '../wire/intent.ts'
import { chargeIn, costOf, instrumentOf, lapsesAt, networkOf } from './charge-facts.ts'
import { actionOf } from './next-action.ts'
import type { ReadScope } from './scope.ts'
import { unknown, word } from './unknown.ts'

const DAY_MS = 86_400_000
/** Stripe names no end for an authentication; a challenge of 3-D Secure is over within the hour, a bank's page within the day. */
const ACTION_MS = DAY_MS
/** The slowest methods that are `processing` (bank debits) take up to 14 business days (docs.stripe.com/payments/bank-debits). */
const PROCESSING_MS = 21 * DAY_MS

/**
 * What a PaymentIntent says about the charge that made it, now. Never confirmed is `absent`: nothing was charged, and nothing proves
 * that a confirmation is not on its way.
 *
 * A declined intent is `rejected`, although Stripe lets it be confirmed again: only with our secret key, which never does so, or with
 * the client secret, which the buyer's device has after an action of Stripe.js only. Should it succeed there after all, the webhook
 * says so, and a success after a refusal is reversed (FAILURES 6.12).
 */
export const chargeAnswer = (intent: WireIntent, scope: ReadScope): Answer => {
  const { id: gatewayId, status } = intent
  switch (status) {
    case 'requires_payment_method':
      return declined(intent)
    case 'requires_confirmation':
      return { effect: 'absent' }
    case 'requires_action': {
      const action = actionOf(intent, scope)
      if (action === null)
        return unknown(`an action that is not understood: ${word(intent.next_action?.type ?? '')}`, gatewayId)
      return { effect: 'pending', gatewayId, awaits: 'customer', expiresAt: intent.created * 1_000 + ACTION_MS, action }
    }
    case 'processing':
      return { effect: 'pending', gatewayId, awaits: 'gateway', expiresAt: intent.created * 1_000 + PROCESSING_MS }
    case 'requires_capture':
      // Held and not taken is not what a sale asked for.
      if (intent.capture_method !== 'manual') return unknown('a sale is held and not taken', gatewayId)
      return applied(intent, intent.amount_capturable + intent.amount_received)
    case 'succeeded':
      return applied(intent, intent.capture_method === 'manual' ? intent.amount : intent.amount_received)
    case 'canceled':
      return canceled(intent)
    default:
      return unknown(`the PaymentIntent is ${word(status)}`, gatewayId)
  }
}

const declined = (intent: WireIntent): Answer => {
  const { id: gatewayId, last_payment_error: error } = intent
  if (error === null || error === undefined) return { effect: 'absent' }
  return { effect: 'rejected', decline: declineOf(error, networkOf(chargeIn(intent))), gatewayId }
}

/** Documented: a canceled PaymentIntent charges nothing any more, and what it held is released. */
const canceled = (intent: WireIntent): Answer => {
  const { id: gatewayId, cancellation_reason: reason, amount_received: received } = intent
  if (received !== 0) return unknown('a canceled PaymentIntent has taken money', gatewayId)
  const entry = reason === 'expired' || reason === 'automatic' ? EXPIRED : CANCELED
  return { effect: 'rejected', decline: declineBy(entry, reason ?? null), gatewayId }
}

const applied = (intent: WireIntent, counted: number): Answer => {
  const { id: gatewayId, capture_method: mode } = intent
  const amount = fromStripe(counted, intent.currency.toUpperCase())
  if (amount === null || counted === 0) return unknown('the amount cannot be one of this currency', gatewayId)
  const charge = chargeIn(intent)
  return {
    effect: 'applied',
    gatewayId,
    amount,
    expiresAt: mode === 'manual' ? lapsesAt(charge) : undefined,
    instrument: instrumentOf(charge),
    cost: mode === 'manual' ? undefined : costOf(charge, counted),
  }
}
