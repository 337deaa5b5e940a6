import { announceCharge, announceIntent } from './announce.ts'
import { heldCharge } from './capture.ts'
import { cardRefusal, declineError } from './decline.ts'
import { describe } from './describe.ts'
import type { Form } from './form.ts'
import { checkAmount } from './minor-units.ts'
import { needText } from './parameters.ts'
import type { Intent } from './payment.ts'
import { forbidden } from './refusal.ts'
import type { State } from './state.ts'

const INCREMENTS_MAX = 10 // docs.stripe.com/api/payment_intents/increment_authorization, declines included

/** Raises the authorisation to `amount` in all. A decline leaves everything as it was. */
export const increment = (state: State, intent: Intent, form: Form): void => {
  const amount = Number(needText(form, 'amount'))
  const charge = heldCharge(intent, 'incremented')
  if (!intent.incremental || intent.captures > 0 || intent.increments >= INCREMENTS_MAX)
    throw forbidden('This payment does not have incremental authorization, or no more of it.', {
      code: 'payment_intent_invalid_parameter',
    })
  checkAmount(amount, intent.currency, 'amount')
  if (amount <= intent.amount)
    throw forbidden(`amount is ${amount}; it has to be more than the ${intent.amount} that are authorised.`, {
      param: 'amount',
    })
  intent.increments += 1
  const { decline } = state.inHand
  if (decline !== null) throw cardRefusal(intent, declineError(intent, decline, charge))
  const before = intent.amount
  describe(state, intent, form)
  intent.amount = amount
  charge.amount = amount
  announceCharge(state, charge, 'updated', { amount: before })
  announceIntent(state, intent, 'amount_capturable_updated')
}
