import { platformFees } from '../ledger/index.ts'
import { divide, formatAmount } from '../money/index.ts'
import { attemptData, type FeeReturn } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { bookFeeDifference } from './fee-difference.ts'
import { type Part, partsOf } from './postings.ts'
import { attemptOf } from './state.ts'

/** A refund that fees follow, whichever way it went; or a capture that was taken back. */
export interface FollowedRefund {
  /** By which its bookings are named. */
  readonly id: string
  /** Whose money it is. */
  readonly parts: readonly Part[]
  /** What its event says of it. */
  readonly data: Readonly<Record<string, unknown>>
}

/** What was done, or taken back, by an attempt at the gateway. */
export const followedAttempt = (draft: PaymentDraft, id: string): FollowedRefund => {
  const attempt = attemptOf(draft.state, id)
  const parts = partsOf(draft.state, attempt, attempt.applied ?? attempt.amount)
  return { id: attempt.id, parts, data: attemptData(attempt) }
}

/**
 * After a capture or sale was taken back, or came again: its fee went or came with it, and what follows refunds is a part of what is left. Without
 * this the merchant would have got the fee of a refund twice: with the refund, and with its capture.
 */
export const followCapture = (draft: PaymentDraft, id: string, fees: FeeReturn | null, version: number): void => {
  if (fees === null) return
  const { account } = platformFees(draft.payment.currency)
  let moved = 0n
  for (const { reference, postings } of draft.booked) {
    if (!fees.attempts.has(reference.slice(0, reference.indexOf('/')))) continue
    for (const { debit, credit, amount } of postings) {
      if (credit.account === account) moved += amount
      if (debit.account === account) moved -= amount
    }
  }
  if (moved !== 0n) followRefund(draft, followedAttempt(draft, id), { ...fees, taken: fees.taken + moved }, version)
}

/**
 * After a refund was made, or bounced: of the fees that follow refunds as much is given back as of the captured money, over all refunds
 * together, so that nothing is left of them once all is refunded, however many refunds that took. Rounded half-even.
 */
export const followRefund = (
  draft: PaymentDraft,
  refund: FollowedRefund,
  fees: FeeReturn | null,
  version: number,
): void => {
  if (fees === null) return
  const { captured, refunded, currency } = draft.payment
  const gone = refunded < captured ? refunded : captured
  const due = captured <= 0n ? fees.taken : divide(fees.taken * gone, captured, 'half_even')
  const by = fees.returned - due // below zero: more is given back
  if (by === 0n) return
  const metadata = { feeRule: fees.rule, feeSchedule: fees.schedule }
  const reference = `${refund.id}/fee_return/${version}`
  const ledger = bookFeeDifference(draft, refund.parts, by, { type: 'fee_return', reference, metadata })
  const data = { returned: formatAmount(-by, currency), feeRule: fees.rule, feeSchedule: Number(fees.schedule) }
  draft.event('payment.fee_returned', { ...refund.data, ...data }, ledger)
}
