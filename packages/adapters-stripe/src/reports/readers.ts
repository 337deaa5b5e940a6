import { type Required, type StatementReader, tableReader } from '@florin/core/statements'
import { balanceLine } from './balance-line.ts'

const COLUMNS: readonly Required[] = [
  'balance_transaction_id',
  ['created_utc', 'created', 'effective_at_utc', 'effective_at'],
  'currency',
  'gross',
  'fee',
  'net',
  'reporting_category',
]

/**
 * Reads Stripe's itemised balance report as CSV (`balance_change_from_activity.itemized.*`, `payouts.itemized.*`,
 * `ending_balance_reconciliation.itemized.*`; docs.stripe.com/reports/report-types/balance). Ask for the columns `source_id`,
 * `charge_id`, `payment_intent_id`, `automatic_payout_id`, `payment_metadata[florin_attempt]` and `refund_metadata[florin_attempt]`, too: lines
 * are matched by them. The decimal separator is the default, a point. Safe for concurrent use; flat in memory.
 *
 * @example
 * const reader = stripeBalanceTransactions()
 * for await (const items of reader.read(createReadStream('balance.csv'))) …
 */
export const stripeBalanceTransactions = (): StatementReader =>
  tableReader({ format: 'stripe_balance_transactions', required: COLUMNS, line: balanceLine })

/**
 * Reads Stripe's payout reconciliation report as CSV (`payout_reconciliation.itemized.*`; docs.stripe.com/reports/report-types/
 * payout-reconciliation): the same lines, every one of which names the payout that it was sent to the bank with.
 */
export const stripePayoutReconciliation = (): StatementReader =>
  tableReader({
    format: 'stripe_payout_reconciliation',
    required: [...COLUMNS, 'automatic_payout_id'],
    line: (row) => {
      row.text('automatic_payout_id')
      return balanceLine(row)
    },
  })
