import type { BalanceTransaction } from './balance-transaction.ts'
import type { Charge, Dispute } from './payment.ts'
import type { State } from './state.ts'

/** Half up, without leaving whole numbers. */
const feeOn = (state: State, amount: number): number => {
  const { feeBasisPoints, feeFixed } = state.options
  return Math.min(amount, Number((BigInt(amount) * BigInt(feeBasisPoints) + 5_000n) / 10_000n) + feeFixed)
}

/** Files a movement. */
export const book = (state: State, transaction: BalanceTransaction): BalanceTransaction => {
  state.transactions.set(transaction.id, transaction)
  return transaction
}

/** Books what a capture brings: gross, with what Stripe keeps. */
export const bookCapture = (state: State, charge: Charge, amount: number): BalanceTransaction =>
  book(state, {
    id: state.ids.make('txn'),
    account: charge.intent.account.name,
    type: 'charge',
    amount,
    fee: feeOn(state, amount),
    currency: charge.intent.currency,
    created: state.second(),
    source: charge.id,
    payout: null,
  })

/** Books what a refund takes, or what its failure brings back. Fees stay with Stripe. */
export const bookRefund = (
  state: State,
  charge: Charge,
  refund: string,
  type: 'refund' | 'refund_failure',
  amount: number,
): BalanceTransaction =>
  book(state, {
    id: state.ids.make('txn'),
    account: charge.intent.account.name,
    type,
    amount: type === 'refund' ? -amount : amount,
    fee: 0,
    currency: charge.intent.currency,
    created: state.second(),
    source: refund,
    payout: null,
  })

/** Books what a dispute takes, with what Stripe keeps for it, or what comes back; the fee stays with Stripe. */
export const bookDispute = (
  state: State,
  { id, amount, charge }: Dispute,
  category: 'dispute' | 'dispute_reversal',
): BalanceTransaction =>
  book(state, {
    id: state.ids.make('txn'),
    account: charge.intent.account.name,
    type: 'adjustment',
    category,
    amount: category === 'dispute' ? -amount : amount,
    fee: category === 'dispute' ? state.options.disputeFee : 0,
    currency: charge.intent.currency,
    created: state.second(),
    source: id,
    payout: null,
  })
