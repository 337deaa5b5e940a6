import type { Form } from './form.ts'
import { mergeMetadata } from './metadata.ts'
import type { Intent } from './payment.ts'
import { shippingIn } from './shipping.ts'
import type { State } from './state.ts'

const scalars = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !name.includes(']')))

/** Takes over what a request says about a payment without moving money: what create, update and confirm share. */
export const describe = (state: State, intent: Intent, form: Form): void => {
  const { options } = state
  intent.metadata = mergeMetadata(intent.metadata, form)
  intent.description = form.text('description') ?? intent.description
  intent.customer = form.text('customer') ?? intent.customer
  intent.receiptEmail = form.has('receipt_email') ? form.text('receipt_email') : intent.receiptEmail
  intent.setupFutureUsage = form.has('setup_future_usage') ? form.text('setup_future_usage') : intent.setupFutureUsage
  intent.statementDescriptorSuffix = form.text('statement_descriptor_suffix') ?? intent.statementDescriptorSuffix
  intent.shipping = shippingIn(form) ?? intent.shipping
  intent.captureMethod = (form.text('capture_method') as Intent['captureMethod'] | null) ?? intent.captureMethod
  const types = form.list('allowed_payment_method_types')
  if (types.length > 0) intent.allowedTypes = types
  const card = form.record('payment_method_options[card]')
  if (card !== null) intent.cardOptions = { ...intent.cardOptions, ...scalars(card) }
  const manual = intent.captureMethod === 'manual' || intent.cardOptions.capture_method === 'manual'
  const asked = (name: string): boolean => manual && intent.cardOptions[name] === 'if_available'
  intent.multicapture = options.multicapture && asked('request_multicapture')
  intent.incremental = options.incrementalAuthorization && asked('request_incremental_authorization')
}
