import type { Account } from './account.ts'
import { announceIntent } from './announce.ts'
import { chooseMethod } from './choose-method.ts'
import { confirm, confirmationIn, needReturnUrl } from './confirm.ts'
import { describe } from './describe.ts'
import { CONFIRMING } from './endpoints.ts'
import type { Form } from './form.ts'
import { NO_METADATA } from './metadata.ts'
import { checkAmount, checkedCurrency } from './minor-units.ts'
import { needText } from './parameters.ts'
import type { Intent } from './payment.ts'
import { invalid } from './refusal.ts'
import type { State } from './state.ts'

const automaticIn = (form: Form): Intent['automaticMethods'] => {
  if (form.flag('automatic_payment_methods[enabled]') === false) return null
  const redirects = form.text('automatic_payment_methods[allow_redirects]')
  return { allow_redirects: redirects === 'never' ? 'never' : 'always', enabled: true }
}

const blank = (state: State, account: Account, form: Form): Intent => {
  const id = state.ids.make('pi')
  return {
    id,
    account,
    created: state.second(),
    createdMs: state.now,
    sequence: state.requests,
    clientSecret: `${id}_secret_${state.ids.secret()}`,
    confirmationMethod: form.text('confirmation_method') === 'manual' ? 'manual' : 'automatic',
    automaticMethods: automaticIn(form),
    transferGroup: form.text('transfer_group'),
    amount: Number(needText(form, 'amount')),
    currency: checkedCurrency(needText(form, 'currency')),
    status: 'requires_payment_method',
    captureMethod: 'automatic_async',
    allowedTypes: null,
    metadata: NO_METADATA,
    description: null,
    customer: null,
    receiptEmail: null,
    shipping: null,
    setupFutureUsage: null,
    statementDescriptorSuffix: null,
    method: null,
    cardOptions: {},
    multicapture: false,
    incremental: false,
    returnUrl: null,
    challenge: null,
    authenticated: false,
    lastError: null,
    charge: null,
    charges: [],
    captures: 0,
    increments: 0,
    canceledAt: null,
    cancellationReason: null,
  }
}

const refuseEarlyConfirmation = (form: Form): void => {
  const param = CONFIRMING.find((name) => form.pairs.some(([each]) => each === name || each.startsWith(`${name}[`)))
  if (param !== undefined)
    throw invalid(`${param} is for confirming; send confirm=true with it.`, {
      code: 'payment_intent_invalid_parameter',
      param,
    })
}

/** POST /v1/payment_intents */
export const createIntent = (state: State, account: Account, form: Form): Intent => {
  const intent = blank(state, account, form)
  const confirming = form.flag('confirm') === true
  if (!confirming) refuseEarlyConfirmation(form)
  describe(state, intent, form)
  checkAmount(intent.amount, intent.currency, 'amount')
  const how = confirmationIn(form)
  if (confirming) needReturnUrl(intent, how)
  chooseMethod(state, intent, form)
  if (intent.method !== null) intent.status = 'requires_confirmation'
  else if (confirming)
    throw invalid('confirm=true needs a payment_method or payment_method_data.', {
      code: 'parameter_missing',
      param: 'payment_method',
    })
  state.intents.set(intent.id, intent)
  announceIntent(state, intent, 'created')
  if (confirming) confirm(state, intent, how)
  return intent
}
