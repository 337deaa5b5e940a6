import type { Form } from './form.ts'
import type { Intent } from './payment.ts'
import type { PaymentMethod } from './payment-method.ts'
import { forbidden, invalid, missingIn } from './refusal.ts'
import type { State } from './state.ts'
import { type TestMethod, testMethod } from './test-methods.ts'

const made = (state: State, intent: Intent, card: TestMethod): PaymentMethod => {
  const method: PaymentMethod = {
    id: state.ids.make('pm'),
    account: intent.account.name,
    card,
    created: state.second(),
    customer: null,
    setUp: false,
  }
  state.methods.set(method.id, method)
  return method
}

const byId = (state: State, intent: Intent, id: string): PaymentMethod => {
  const card = testMethod(id, 'pm_card_')
  if (card !== undefined) return made(state, intent, card)
  const known = state.methods.get(id)
  if (known === undefined || known.account !== intent.account.name)
    throw missingIn('payment_method', 'PaymentMethod', id)
  return known
}

const byData = (state: State, intent: Intent, form: Form, type: string): PaymentMethod => {
  if (type !== 'card')
    throw forbidden(`The double takes cards only, no '${type}'.`, {
      code: 'payment_method_unactivated',
      param: 'payment_method_data[type]',
    })
  if (form.has('payment_method_data[card][number]'))
    throw invalid('Card numbers are not to be sent to the API; send a token or a PaymentMethod.', {
      param: 'payment_method_data[card][number]',
    })
  const token = form.text('payment_method_data[card][token]') ?? ''
  const card = testMethod(token, 'tok_')
  if (card === undefined) throw missingIn('payment_method_data[card][token]', 'token', token)
  return made(state, intent, card)
}

/** Gives the intent the payment method that a request names, if it names one. A new method needs a new authentication. */
export const chooseMethod = (state: State, intent: Intent, form: Form): void => {
  const id = form.text('payment_method')
  const type = form.text('payment_method_data[type]')
  if (id !== null && type !== null)
    throw invalid('Give payment_method or payment_method_data, not both.', { code: 'parameters_exclusive' })
  if (id === null && type === null) return
  if (intent.allowedTypes !== null && !intent.allowedTypes.includes('card'))
    throw forbidden('A card is not among allowed_payment_method_types.', {
      code: 'payment_intent_incompatible_payment_method',
      param: 'payment_method',
    })
  intent.method = id !== null ? byId(state, intent, id) : byData(state, intent, form, type ?? '')
  intent.authenticated = false
}
