import { announceCharge, announceIntent } from './announce.ts'
import { bookCapture } from './booking.ts'
import { cardRefusal, failIntent } from './decline.ts'
import { disputeLater } from './disputing.ts'
import type { Charge, Intent } from './payment.ts'
import type { PaymentMethod } from './payment-method.ts'
import type { Refusal } from './refusal.ts'
import { BY_ITSELF, type State } from './state.ts'
import type { TestDecline } from './test-methods.ts'

const made = (state: State, intent: Intent, method: PaymentMethod, decline: TestDecline | null): Charge => {
  const charge: Charge = {
    id: state.ids.make('ch'),
    intent,
    method,
    created: state.second(),
    metadata: intent.metadata,
    decline,
    authenticated: intent.authenticated,
    amount: intent.amount,
    captured: 0,
    refunded: 0,
    closed: decline !== null,
    captureBefore: null,
    transaction: null,
    refunds: [],
    disputes: [],
  }
  state.charges.set(charge.id, charge)
  intent.charge = charge
  intent.charges.push(charge)
  return charge
}

const isManual = ({ captureMethod, cardOptions }: Intent): boolean =>
  captureMethod === 'manual' || cardOptions.capture_method === 'manual'

const hold = (state: State, intent: Intent, charge: Charge): void => {
  charge.captureBefore = Math.floor((state.now + state.options.authorizationTtlMs) / 1_000)
  state.holds.add(charge)
  intent.status = 'requires_capture'
  announceCharge(state, charge, 'succeeded')
  announceIntent(state, intent, 'amount_capturable_updated')
}

/** The money is there at once; with `automatic_async`, Stripe tells what it keeps a while later. */
const captureAtOnce = (state: State, intent: Intent, charge: Charge): void => {
  charge.captured = charge.amount
  charge.closed = true
  intent.status = 'succeeded'
  if (intent.captureMethod === 'automatic') charge.transaction = bookCapture(state, charge, charge.amount)
  else
    state.later.add(state.now + state.options.laterMs, () => {
      charge.transaction = bookCapture(state, charge, charge.amount)
      announceCharge(state, charge, 'updated', { balance_transaction: null })
    })
  announceCharge(state, charge, 'succeeded')
  announceIntent(state, intent, 'succeeded')
  disputeLater(state, charge)
}

/** Charges the method. Gives the refusal of a decline, or null where the money is reserved or taken. */
export const takeMoney = (
  state: State,
  intent: Intent,
  method: PaymentMethod,
  forced: TestDecline | null = null,
): Refusal | null => {
  const decline = forced ?? state.inHand.decline ?? method.card.decline
  const charge = made(state, intent, method, decline)
  if (decline !== null) {
    announceCharge(state, charge, 'failed')
    return cardRefusal(intent, failIntent(state, intent, decline, charge))
  }
  if (intent.setupFutureUsage !== null) {
    method.customer = intent.customer
    method.setUp = true
  }
  if (isManual(intent)) hold(state, intent, charge)
  else captureAtOnce(state, intent, charge)
  return null
}

/** Runs something that nobody asked for: its events name no request. */
export const byItself = (state: State, run: () => void): void => {
  const before = state.inHand
  state.inHand = BY_ITSELF
  try {
    run()
  } finally {
    state.inHand = before
  }
}
