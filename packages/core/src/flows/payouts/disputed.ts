import { PaymentDraft, type PaymentRow, payments, refundable } from '../../payments/index.ts'
import { movePayout, type PayoutDecision, type PayoutRow, refusePayout } from '../../payouts/index.ts'
import type { Change } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'

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
  return payment !== undefined && isOverDisputed(payment)
}

const isOverDisputed = (payment: PaymentRow): boolean => payment.disputed > 0n && refundable(payment) < 0n

/**
 * What says at their payments that these payouts are about to be sent, for the commit that goes before the sending: a dispute that is booked after it
 * was looked for changes the payment first, and that commit is lost. Null where one has been.
 */
export const sendingRefunds = async (
  context: FlowContext,
  rows: readonly PayoutRow[],
): Promise<readonly Change[] | null> => {
  const changes: Change[] = []
  for (const [payment, own] of Map.groupBy(rows, (row) => row.payment)) {
    const [first] = own
    if (payment === null || first === undefined) continue
    const state = await loadState(context, first.merchant, payment)
    if (isOverDisputed(state.payment)) return null
    const draft = new PaymentDraft(state, context.runtime.clock.now())
    draft.event('payment.refund_sent', { payouts: own.map(({ id }) => id) })
    changes.push(changeOf(context, draft.finish()))
  }
  return changes
}

/** It was not sent, and is not: its money is available again, and the refund failed. It may be ordered anew once the dispute is won. */
export const cancelDisputed = (row: PayoutRow, now: number): PayoutDecision =>
  movePayout(row, 'cancel', now, { code: 'disputed' })

/** Refuses to let such a payout go. */
export const refuseDisputed = (row: PayoutRow): never =>
  refusePayout(row, `the money of payment ${row.payment} is in dispute, and is not refunded too: cancel the payout`)
