import type { Charge } from './charge.ts'
import type { State } from './state.ts'

/** One movement on the account's balance. Amounts as Stripe counts them; a refund's are below zero. */
export interface BalanceTransaction {
  readonly id: string
  readonly account: string
  readonly type: 'charge' | 'refund' | 'refund_failure'
  readonly amount: number
  readonly fee: number
  readonly currency: string
  readonly created: number
  /** The charge, or the refund. */
  readonly source: string
}

const AVAILABLE_AFTER_S = 2 * 86_400 // how long card money is pending in the United States

/** Half up, without leaving whole numbers. */
const feeOn = (state: State, amount: number): number => {
  const { feeBasisPoints, feeFixed } = state.options
  return Math.min(amount, Number((BigInt(amount) * BigInt(feeBasisPoints) + 5_000n) / 10_000n) + feeFixed)
}

const book = (state: State, transaction: BalanceTransaction): BalanceTransaction => {
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
  })

/** The object as Stripe writes it. */
export const wireTransaction = (transaction: BalanceTransaction) => ({
  id: transaction.id,
  object: 'balance_transaction' as const,
  amount: transaction.amount,
  available_on: transaction.created + AVAILABLE_AFTER_S,
  balance_type: 'payments' as const,
  created: transaction.created,
  currency: transaction.currency,
  description: null,
  exchange_rate: null,
  fee: transaction.fee,
  fee_details:
    transaction.fee === 0
      ? []
      : [
          {
            amount: transaction.fee,
            application: null,
            currency: transaction.currency,
            description: 'Stripe processing fees',
            type: 'stripe_fee' as const,
          },
        ],
  net: transaction.amount - transaction.fee,
  reporting_category: transaction.type === 'refund_failure' ? 'refund_failure' : transaction.type,
  source: transaction.source,
  status: 'pending',
  type: transaction.type,
})
