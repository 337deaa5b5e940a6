import type { LineKind } from '@florin/core/statements'

/**
 * What a reporting category is about (docs.stripe.com/reports/reporting-categories, 2026-11). A capture of less than was authorised is two
 * lines under old API versions, the whole and its `partial_capture_reversal`: together they are the capture. What is not named here is
 * something that Stripe put right, or moved to somebody else (Connect): it counts, and is an adjustment.
 */
const KINDS: Readonly<Record<string, LineKind>> = {
  charge: 'capture',
  charge_failure: 'capture_undone',
  partial_capture_reversal: 'capture',
  refund: 'refund',
  refund_failure: 'refund_undone',
  dispute: 'dispute',
  dispute_reversal: 'dispute_won',
  fee: 'fee',
  network_cost: 'fee',
  tax: 'fee',
  payout: 'payout',
  payout_reversal: 'payout_undone',
  risk_reserved_funds: 'transfer',
  connect_reserved_funds: 'transfer',
  payout_minimum_balance_hold: 'transfer',
  payout_minimum_balance_release: 'transfer',
}

/** The kind of a line by its reporting category. */
export const kindOf = (category: string): LineKind =>
  Object.hasOwn(KINDS, category) ? (KINDS[category] ?? 'adjustment') : 'adjustment'
