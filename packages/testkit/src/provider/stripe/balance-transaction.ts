/** One movement on the account's balance. Amounts as Stripe counts them; a refund's are below zero. */
export interface BalanceTransaction {
  readonly id: string
  readonly account: string
  readonly type: 'charge' | 'refund' | 'refund_failure' | 'adjustment' | 'payout'
  /** Default: the type. */
  readonly category?: 'dispute' | 'dispute_reversal'
  readonly amount: number
  readonly fee: number
  readonly currency: string
  readonly created: number
  /** The charge, the refund, the dispute, or the payout. */
  readonly source: string
  /** The payout that it was sent to the bank with. */
  payout: string | null
}

const AVAILABLE_AFTER_S = 2 * 86_400 // how long card money is pending in the United States

/** What reports group it by; its `type` is coarser. */
export const categoryOf = ({ type, category }: BalanceTransaction): string => category ?? type

/** When it counts, in seconds. */
export const availableOn = ({ created }: BalanceTransaction): number => created + AVAILABLE_AFTER_S

/** The object as Stripe writes it. */
export const wireTransaction = (transaction: BalanceTransaction) => ({
  id: transaction.id,
  object: 'balance_transaction' as const,
  amount: transaction.amount,
  available_on: availableOn(transaction),
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
  reporting_category: categoryOf(transaction),
  source: transaction.source,
  status: 'pending',
  type: transaction.type,
})
