import type { Account } from './account.ts'
import { announceCharge, announceRefund } from './announce.ts'
import { bookRefund } from './booking.ts'
import { checkRefundable } from './disputing.ts'
import type { Form } from './form.ts'
import { type Metadata, mergeMetadata, NO_METADATA } from './metadata.ts'
import type { Charge, Refund } from './payment.ts'
import { forbidden, invalid, missingIn } from './refusal.ts'
import type { State } from './state.ts'

const chargeIn = (state: State, account: Account, form: Form): Charge => {
  const intentId = form.text('payment_intent')
  const chargeId = form.text('charge')
  if ((intentId === null) === (chargeId === null))
    throw invalid('Give payment_intent or charge.', {
      code: intentId === null ? 'parameter_missing' : 'parameters_exclusive',
      param: 'charge',
    })
  const intent = intentId === null ? undefined : state.intents.get(intentId)
  if (intentId !== null && intent?.account !== account) throw missingIn('payment_intent', 'PaymentIntent', intentId)
  const charge = intentId === null ? state.charges.get(chargeId ?? '') : intent?.charge
  if (chargeId !== null && charge?.intent.account !== account) throw missingIn('charge', 'charge', chargeId)
  if (charge === null || charge === undefined || charge.captured === 0)
    throw forbidden('There is no captured charge to refund; cancel what is only authorised.', {
      code: 'charge_not_refundable',
      param: intentId === null ? 'charge' : 'payment_intent',
    })
  return charge
}

const checkedAmount = (charge: Charge, given: number | null): number => {
  const left = charge.captured - charge.refunded
  if (left === 0)
    throw forbidden(`Charge ${charge.id} has already been refunded in full.`, { code: 'charge_already_refunded' })
  const amount = given ?? left
  if (amount < 1)
    throw invalid(`amount is ${amount}; it is a whole number from 1.`, {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  // Without a code: Stripe gives this refusal none.
  if (amount > left) throw forbidden(`amount is ${amount}; ${left} of the charge can be refunded.`, { param: 'amount' })
  return amount
}

/** Gives money back. With some test cards the refund is pending first, or fails later, as Stripe's documentation says of them. */
export const refund = (
  state: State,
  charge: Charge,
  given: number | null,
  metadata: Metadata,
  reason: string | null,
): Refund => {
  checkRefundable(charge)
  const amount = checkedAmount(charge, given)
  const id = state.ids.make('re')
  const { refund: fate } = charge.method.card
  const made: Refund = {
    id,
    charge,
    amount,
    created: state.second(),
    reason,
    metadata,
    status: fate === 'pending' ? 'pending' : 'succeeded',
    failureReason: null,
    transaction: bookRefund(state, charge, id, 'refund', amount),
    failureTransaction: null,
  }
  const before = charge.refunded
  charge.refunded += amount
  charge.refunds.push(made)
  state.refunds.set(id, made)
  announceCharge(state, charge, 'refunded', { amount_refunded: before, refunded: false })
  announceRefund(state, made, 'refund.created')
  if (fate !== 'succeeds')
    state.later.add(state.now + state.options.laterMs, () =>
      fate === 'fails' ? failRefund(state, made) : settle(state, made),
    )
  return made
}

/** POST /v1/refunds */
export const createRefund = (state: State, account: Account, form: Form): Refund => {
  const metadata = mergeMetadata(NO_METADATA, form)
  return refund(state, chargeIn(state, account, form), form.integer('amount'), metadata, form.text('reason'))
}

const settle = (state: State, made: Refund): void => {
  if (made.status !== 'pending') return
  made.status = 'succeeded'
  announceRefund(state, made, 'refund.updated', { status: 'pending' })
  announceRefund(state, made, 'charge.refund.updated', { status: 'pending' })
}

/** A refund fails after all: its bank gives the money back to the account. */
export const failRefund = (state: State, made: Refund, reason = 'expired_or_canceled_card'): void => {
  if (made.status === 'failed') throw forbidden(`Refund ${made.id} has failed before.`)
  const previous = { failure_reason: null, status: made.status }
  made.status = 'failed'
  made.failureReason = reason
  made.failureTransaction = bookRefund(state, made.charge, made.id, 'refund_failure', made.amount)
  made.charge.refunded -= made.amount
  announceRefund(state, made, 'refund.failed', previous)
  announceRefund(state, made, 'refund.updated', previous)
  announceRefund(state, made, 'charge.refund.updated', previous)
}
