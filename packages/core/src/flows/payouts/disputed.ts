import { payments, refundable } from '../../payments/index.ts'
import { movePayout, type PayoutDecision, type PayoutRow, refusePayout } from '../../payouts/index.ts'
import type { FlowContext } from '../context.ts'

/**
 * Whether a payout is a refund of money that the buyer's bank takes back meanwhile, or has taken: sent now, the buyer would have it twice. An
 * inquiry takes none, and what a dispute leaves may be refunded.
 */
export const isDisputedMeanwhile = async (
  { storage }: Pick<FlowContext, 'storage'>,
  { merchant, payment: id }: PayoutRow,
): Promise<boolean> => {
  if (id === null) return false
  const [payment] = await storage.load(payments, [{ merchant, id }])
  return payment !== undefined && payment.disputed > 0n && refundable(payment) < 0n
}

/** It was not sent, and is not: its money is available again, and the refund failed. It may be ordered anew once the dispute is won. */
export const cancelDisputed = (row: PayoutRow, now: number): PayoutDecision =>
  movePayout(row, 'cancel', now, { code: 'disputed' })

/** Refuses to let such a payout go. */
export const refuseDisputed = (row: PayoutRow): never =>
  refusePayout(row, `the money of payment ${row.payment} is in dispute, and is not refunded too: cancel the payout`)
