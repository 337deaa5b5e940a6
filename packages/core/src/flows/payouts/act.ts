import { movePayout, type PayoutDecision, type PayoutRow, refusePayout } from '../../payouts/index.ts'
import type { FlowContext } from '../context.ts'
import { changePayout, loadPayout } from './commit.ts'
import { isDisputedMeanwhile, refuseDisputed } from './disputed.ts'
import { notePlace } from './order.ts'
import { type PayoutView, payoutView } from './view.ts'

/** Lets a payout go that waits for somebody. Approving twice approves once; of approving and canceling at once, one is refused. */
export const approvePayout = async (
  context: FlowContext,
  merchant: string,
  id: string,
  by: string,
): Promise<PayoutView> => {
  const asked = await loadPayout(context, merchant, id)
  const disputed = asked.state === 'created' && (await isDisputedMeanwhile(context, asked))
  return payoutView(
    await changePayout(context, merchant, id, (row, now) => {
      if (row.state === 'created' && disputed) return refuseDisputed(row)
      if (row.state === 'created') return movePayout(row, 'approve', now, {}, { by })
      return row.state === 'canceled' ? refusePayout(row, 'it cannot be approved any more; order a new one') : null
    }),
  )
}

/** Takes a payout back before it is sent; its money is available again. One that may be on its way is refused with `invalid_state`. */
export const cancelPayout = async (context: FlowContext, merchant: string, id: string): Promise<PayoutView> =>
  payoutView(
    await changePayout(context, merchant, id, (row, now) => {
      if (row.state === 'created' || row.state === 'approved') return movePayout(row, 'cancel', now)
      return row.state === 'canceled' ? null : refusePayout(row, 'only what was not sent yet can be canceled')
    }),
  )

/** What a person found out about a payout that Florin cannot ask about. */
export interface PayoutTestimony {
  readonly outcome: 'paid' | 'failed' | 'returned'
  /** The host's own id of who says so. */
  readonly by: string
  /** Where they looked, and what they found: kept sealed. */
  readonly note: string
}

const EVENTS = { paid: 'pay', failed: 'reject', returned: 'return' } as const

/**
 * Writes down what a person found out at the bank, as a fact. A statement may still tell otherwise later, and then that holds. Refused with
 * `invalid_state` where nothing is open, or where it was never sent.
 */
export const resolvePayout = async (
  context: FlowContext,
  merchant: string,
  id: string,
  { outcome, by, note }: PayoutTestimony,
): Promise<PayoutView> => {
  const decide = (row: PayoutRow, now: number): PayoutDecision | null => {
    if (row.state === outcome) return null
    const open = row.state === 'submitted' || row.state === 'unknown' || row.state === 'processing'
    if (!open && !(row.state === 'paid' && outcome === 'returned')) {
      return refusePayout(row, `nothing is open that could be '${outcome}'; a payout that was not sent can be canceled`)
    }
    const code = outcome === 'paid' ? null : 'witnessed'
    const sealed = context.sealer.seal(notePlace(merchant, row.id), note)
    return movePayout(row, EVENTS[outcome], now, { code, note: sealed }, { by, witnessed: true })
  }
  return payoutView(await changePayout(context, merchant, id, decide))
}
