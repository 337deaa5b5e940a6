import type { Account } from './account.ts'
import { announceRefund } from './announce.ts'
import { wireTransaction } from './balance-transaction.ts'
import { cancel } from './cancel.ts'
import { capture } from './capture.ts'
import { wireCharge } from './charge.ts'
import { chooseMethod } from './choose-method.ts'
import { confirm, confirmationIn, needReturnUrl } from './confirm.ts'
import { createIntent } from './create.ts'
import { describe } from './describe.ts'
import { wireDispute } from './dispute.ts'
import { closeDispute, updateDispute } from './disputing.ts'
import { wireFile } from './file.ts'
import { chargeAt, disputeAt, intentAt, refundAt, transactionAt, type Wire, wireOf } from './find.ts'
import type { Form } from './form.ts'
import { increment } from './increment.ts'
import { wireIntent } from './intent.ts'
import {
  listCharges,
  listDisputes,
  listEvents,
  listIntents,
  listRefunds,
  listTransactions,
  searchIntents,
} from './list.ts'
import { mergeMetadata } from './metadata.ts'
import { checkAmount } from './minor-units.ts'
import type { Intent } from './payment.ts'
import { wireRefund } from './refund.ts'
import { createRefund } from './refunding.ts'
import { forbidden, notFound } from './refusal.ts'
import type { Route } from './route.ts'
import type { State } from './state.ts'
import { createFile, fileIn } from './uploading.ts'

/** Whether `amount_to_confirm` is what the payment is about: Stripe's guard against a page that shows another amount. */
const checkConfirmed = (intent: Intent, form: Form): void => {
  const amount = form.integer('amount_to_confirm')
  if (amount !== null && amount !== intent.amount)
    throw forbidden(`amount_to_confirm is ${amount}; the payment is about ${intent.amount}.`, {
      param: 'amount_to_confirm',
    })
}

const confirmIntent = (state: State, intent: Intent, form: Form): void => {
  checkConfirmed(intent, form)
  const how = confirmationIn(form)
  if (intent.status === 'requires_payment_method' || intent.status === 'requires_confirmation') {
    describe(state, intent, form)
    needReturnUrl(intent, how)
  }
  if (intent.status !== 'succeeded' && intent.status !== 'canceled' && intent.status !== 'requires_capture')
    chooseMethod(state, intent, form)
  confirm(state, intent, how)
}

const updateIntent = (state: State, intent: Intent, form: Form): void => {
  const amount = form.integer('amount')
  const open = intent.status === 'requires_payment_method' || intent.status === 'requires_confirmation'
  if (!open && (amount !== null || form.has('payment_method') || form.has('capture_method') || form.has('currency')))
    throw forbidden(
      `A PaymentIntent with the status ${intent.status} takes no other amount, currency, method or capture.`,
      {
        code: 'payment_intent_unexpected_state',
        payment_intent: wireIntent(intent),
      },
    )
  if (amount !== null) checkAmount(amount, intent.currency, 'amount')
  describe(state, intent, form)
  intent.amount = amount ?? intent.amount
  chooseMethod(state, intent, form)
  if (open && intent.method !== null) intent.status = 'requires_confirmation'
}

/** A refusal leaves the metadata as it was. */
const captureIntent = (state: State, intent: Intent, form: Form): void => {
  const before = intent.metadata
  intent.metadata = mergeMetadata(before, form)
  try {
    capture(state, intent, form.integer('amount_to_capture'), form.flag('final_capture') ?? true)
  } catch (error) {
    intent.metadata = before
    throw error
  }
}

const changeIntent = (state: State, intent: Intent, route: Route, form: Form): Intent => {
  switch (route.operation) {
    case 'confirm':
      confirmIntent(state, intent, form)
      break
    case 'capture':
      captureIntent(state, intent, form)
      break
    case 'cancel':
      cancel(state, intent, form.text('cancellation_reason'))
      break
    case 'increment':
      increment(state, intent, form)
      break
    default:
      updateIntent(state, intent, form)
  }
  return intent
}

/** Does what a POST asks for, and gives the object that it is about. */
export const execute = (state: State, account: Account, route: Route, form: Form): Wire => {
  switch (route.operation) {
    case 'create':
      return wireIntent(createIntent(state, account, form))
    case 'refund':
      return wireRefund(createRefund(state, account, form))
    case 'update_refund': {
      const refund = refundAt(state, account, route.id)
      refund.metadata = mergeMetadata(refund.metadata ?? {}, form)
      announceRefund(state, refund, 'refund.updated')
      return wireRefund(refund)
    }
    case 'update_dispute':
      return wireDispute(updateDispute(state, disputeAt(state, account, route.id), form))
    case 'upload_file':
      return wireFile(createFile(state, account, form))
    case 'close_dispute':
      return wireDispute(closeDispute(state, disputeAt(state, account, route.id)))
    case 'cancel_refund':
      // docs.stripe.com/api/refunds/cancel: only what waits for the customer, which no card refund does
      throw forbidden(`Refund ${refundAt(state, account, route.id).id} does not wait for the customer.`, {
        param: 'refund',
      })
    default:
      return wireIntent(changeIntent(state, intentAt(state, account, route.id), route, form))
  }
}

/** Gives what a GET asks for. */
export const look = (state: State, account: Account, { look: what, id }: Route, form: Form): Wire => {
  switch (what) {
    case 'intent':
      return wireIntent(intentAt(state, account, id))
    case 'intents':
      return listIntents(state, account, form)
    case 'search':
      return searchIntents(state, account, form)
    case 'charge':
      return wireCharge(chargeAt(state, account, id))
    case 'charges':
      return listCharges(state, account, form)
    case 'refund':
      return wireRefund(refundAt(state, account, id))
    case 'refunds':
      return listRefunds(state, account, form)
    case 'dispute':
      return wireDispute(disputeAt(state, account, id))
    case 'file':
      return wireFile(fileIn(state, account.name, 'file', id))
    case 'disputes':
      return listDisputes(state, account, form)
    case 'transaction':
      return wireTransaction(transactionAt(state, account, id))
    case 'transactions':
      return listTransactions(state, account, form)
    case 'events':
      return listEvents(state, account, form)
    case 'event': {
      const event = state.outbox.events.get(id)
      if (event === undefined || event.account !== account) throw notFound('event', id, 'id')
      return JSON.parse(event.body) as Wire
    }
    default: {
      const found = id.startsWith('pm_') ? wireOf(state, account, id) : undefined
      if (found === undefined) throw notFound('PaymentMethod', id, 'payment_method')
      return found
    }
  }
}
