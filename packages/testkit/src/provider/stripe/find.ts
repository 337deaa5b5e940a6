import type { Account } from './account.ts'
import type { BalanceTransaction } from './balance-transaction.ts'
import { wireTransaction } from './balance-transaction.ts'
import { wireCharge } from './charge.ts'
import { wireDispute } from './dispute.ts'
import { wireIntent } from './intent.ts'
import type { Charge, Dispute, Intent, Refund } from './payment.ts'
import { wirePaymentMethod } from './payment-method.ts'
import { wireRefund } from './refund.ts'
import { notFound } from './refusal.ts'
import type { State } from './state.ts'

/** An object as Stripe writes it, freshly made: expanding changes it in place. */
export type Wire = Record<string, unknown>

/** The account's PaymentIntent of a path. Throws Stripe's 404. */
export const intentAt = (state: State, account: Account, id: string): Intent => {
  const intent = state.intents.get(id)
  if (intent === undefined || intent.account !== account) throw notFound('PaymentIntent', id, 'intent')
  return intent
}

/** The account's charge of a path. Throws Stripe's 404. */
export const chargeAt = (state: State, account: Account, id: string): Charge => {
  const charge = state.charges.get(id)
  if (charge === undefined || charge.intent.account !== account) throw notFound('charge', id, 'charge')
  return charge
}

/** The account's refund of a path. Throws Stripe's 404. */
export const refundAt = (state: State, account: Account, id: string): Refund => {
  const refund = state.refunds.get(id)
  if (refund === undefined || refund.charge.intent.account !== account) throw notFound('refund', id, 'refund')
  return refund
}

/** The account's dispute of a path. Throws Stripe's 404. */
export const disputeAt = (state: State, account: Account, id: string): Dispute => {
  const dispute = state.disputes.get(id)
  if (dispute === undefined || dispute.charge.intent.account !== account) throw notFound('dispute', id, 'dispute')
  return dispute
}

/** The account's balance transaction of a path. Throws Stripe's 404. */
export const transactionAt = (state: State, account: Account, id: string): BalanceTransaction => {
  const transaction = state.transactions.get(id)
  if (transaction === undefined || transaction.account !== account.name) throw notFound('balance transaction', id, 'id')
  return transaction
}

/** Any object of the account by its id, or undefined. */
export const wireOf = (state: State, account: Account, id: string): Wire | undefined => {
  try {
    switch (id.slice(0, id.indexOf('_'))) {
      case 'pi':
        return wireIntent(intentAt(state, account, id))
      case 'ch':
        return wireCharge(chargeAt(state, account, id))
      case 're':
        return wireRefund(refundAt(state, account, id))
      case 'dp':
        return wireDispute(disputeAt(state, account, id))
      case 'txn':
        return wireTransaction(transactionAt(state, account, id))
      case 'pm': {
        const method = state.methods.get(id)
        return method === undefined || method.account !== account.name ? undefined : wirePaymentMethod(method)
      }
      default:
        return undefined
    }
  } catch {
    return undefined // forgotten: the double's memory is bounded
  }
}
