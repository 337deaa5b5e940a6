import type { CaptureCommand, ChargeCommand, IncrementCommand, RefundCommand } from '@florin/core/gateways'
import { toStripe } from '../amount.ts'
import { ATTEMPT_KEY, entryOf, REFERENCE_KEY } from '../metadata.ts'
import type { ResolvedOptions } from '../options/options.ts'
import { type MethodParams, methodParams } from './method.ts'

/** What confirming takes; creating takes it too where it confirms at once. */
export interface ConfirmParams {
  readonly confirmation_token?: string
  readonly return_url?: string
  readonly use_stripe_sdk?: boolean
  readonly off_session?: boolean
  readonly expand: string[]
}

/** POST /v1/payment_intents */
export interface CreateParams extends Partial<ConfirmParams>, MethodParams {
  readonly amount: number
  readonly currency: string
  readonly capture_method: 'automatic' | 'manual'
  readonly confirm: boolean
  readonly description?: string
  readonly receipt_email?: string
  readonly metadata: { readonly [key: string]: string }
  readonly payment_method_options?: {
    readonly card: {
      readonly request_multicapture?: 'if_available'
      readonly request_incremental_authorization?: 'if_available'
    }
  }
}

/** POST /v1/payment_intents/:id/capture */
export interface CaptureParams {
  readonly amount_to_capture: number
  readonly final_capture: boolean
  readonly metadata: { readonly [key: string]: string }
  readonly expand: string[]
}

/** POST /v1/payment_intents/:id/increment_authorization */
export interface IncrementParams {
  readonly amount: number
  readonly metadata: { readonly [key: string]: string }
  readonly expand: string[]
}

/** POST /v1/refunds */
export interface RefundParams {
  readonly payment_intent: string
  readonly amount: number
  readonly metadata: { readonly [key: string]: string }
}

const CHARGE = 'latest_charge' // tells the card's facts and until when an authorisation holds
const COST = 'latest_charge.balance_transaction' // tells what Stripe kept, where it is booked at once

const confirming = (command: ChargeCommand): ConfirmParams => {
  const { kind, method, returnUrl } = command
  const absent = returnUrl === null && method.networkTransactionId !== undefined
  return {
    ...(returnUrl !== null && { return_url: returnUrl }),
    // A stored card with the trace of an earlier consent, and nowhere for a buyer to come back to: nobody is there to authenticate.
    ...(absent && { off_session: true }),
    // Without a page to come back to, only Stripe.js on the page that is open can let the buyer authenticate.
    ...(returnUrl === null && !absent && method.type !== 'redirect' && { use_stripe_sdk: true }),
    expand: kind === 'sale' ? [CHARGE, COST] : [CHARGE],
  }
}

const cardOptions = ({ method, kind }: ChargeCommand, options: ResolvedOptions) => {
  if (method.type === 'redirect' || kind !== 'authorize') return {}
  const card = {
    ...(options.multicapture && { request_multicapture: 'if_available' as const }),
    ...(options.incrementalAuthorization && { request_incremental_authorization: 'if_available' as const }),
  }
  return Object.keys(card).length === 0 ? {} : { payment_method_options: { card } }
}

/** A PaymentIntent for one attempt: confirmed at once in the one-step form. Manual or automatic capture is always said. */
export const createParams = (command: ChargeCommand, options: ResolvedOptions): CreateParams => {
  const { confirmation_token, ...method } = methodParams(command)
  const { email } = command.customer
  const oneStep = options.form === 'one_step'
  return {
    amount: toStripe(command.amount, command.currency),
    currency: command.currency.toLowerCase(),
    capture_method: command.kind === 'authorize' ? 'manual' : 'automatic',
    confirm: oneStep,
    ...method,
    ...(command.description !== null && { description: command.description }),
    ...(options.receiptEmails && email !== null && { receipt_email: email }),
    metadata: { [ATTEMPT_KEY]: command.attempt, [REFERENCE_KEY]: command.merchantReference },
    ...cardOptions(command, options),
    ...(oneStep && confirming(command)),
    ...(oneStep && confirmation_token !== undefined && { confirmation_token }),
  }
}

/** The second step of the two-step form. */
export const confirmParams = (command: ChargeCommand): ConfirmParams => {
  const { confirmation_token } = methodParams(command)
  return { ...(confirmation_token !== undefined && { confirmation_token }), ...confirming(command) }
}

/** A capture, with its entry. Whether it is the final one is always said: Stripe would take it for that. */
export const captureParams = (command: CaptureCommand): CaptureParams => {
  const amount = toStripe(command.amount, command.currency)
  return {
    amount_to_capture: amount,
    final_capture: command.final,
    metadata: { [command.attempt]: entryOf('capture', amount) },
    expand: [CHARGE, COST],
  }
}

/** A rise of the authorisation to a new total, with its entry. */
export const incrementParams = (command: IncrementCommand): IncrementParams => {
  const amount = toStripe(command.amount, command.currency)
  return { amount, metadata: { [command.attempt]: entryOf('increment', amount) }, expand: [CHARGE] }
}

/** A refund. Our reason is the merchant's own text, and Stripe's is a list of three: it stays with us. */
export const refundParams = (command: RefundCommand, paymentIntent: string): RefundParams => ({
  payment_intent: paymentIntent,
  amount: toStripe(command.amount, command.currency),
  metadata: { [ATTEMPT_KEY]: command.attempt },
})
