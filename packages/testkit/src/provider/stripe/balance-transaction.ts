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
