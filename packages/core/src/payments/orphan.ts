import { acknowledgeReversal } from './acknowledge.ts'
import { attemptData, bookingOf, type DecideContext, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { learnId, lost } from './lost.ts'
import { isTakenBack } from './orphan-money.ts'
import type { AttemptRow } from './records.ts'
import type { News } from './standing.ts'
import { attemptOf, isOpen, isRefused, type PaymentState } from './state.ts'
import { orphanPostings } from './suspend.ts'

/**
 * Whether an attempt gives the money of a charge back that does not count (any more): it has no refund of the host's. A sale that was
 * returned took its money first, also where that was never told here; so what was refunded of it is a refund, in whatever order it is heard.
 */
export const isOrphanRefund = (state: PaymentState, attempt: AttemptRow): boolean => {
  if (attempt.kind !== 'refund' || attempt.parent === null) return false
  const { kind, state: charge } = attemptOf(state, attempt.parent)
  if (kind === 'sale' && charge === 'undone') return false
  if (attempt.parent !== state.winner) return true
  return kind === 'sale' && (charge === 'abandoned' || charge === 'reversed')
}

/** Decides what news about the refund of an orphan mean: all of it gone back is the proof that discharges the obligation. */
export const answerOrphanRefund = (draft: PaymentDraft, id: string, news: News, context: DecideContext): void => {
  const attempt = attemptOf(draft.state, id)
  switch (news.effect) {
    case 'applied':
      learnId(draft, attempt, news.gatewayId)
      return applied(draft, attempt, news.amount ?? attempt.amount)
    case 'undone':
      return undone(draft, attempt, news.decline.code)
    case 'pending':
      learnId(draft, attempt, news.gatewayId)
      return acknowledgeReversal(draft, attempt, news.expiresAt, context.now)
    case 'rejected':
      draft.move(id, 'rejected', { decline: news.decline, due: null })
      return draft.event('attempt.reversal_failed', { ...attemptData(attempt), code: news.decline.code })
    default:
      return lost(draft, attempt, news.reason)
  }
}

const applied = (draft: PaymentDraft, attempt: AttemptRow, got: bigint): void => {
  const charge = attemptOf(draft.state, attempt.parent ?? attempt.id)
  draft.move(attempt.id, isRefused(attempt) ? 'late' : 'applied', { applied: got, due: null, awaits: null })
  const ledger = draft.book('orphan_refund', bookingOf(attempt, 'refund'), orphanPostings(charge, got, 'out'))
  if (charge.state !== 'abandoned' || !isTakenBack(draft.state, charge))
    return draft.event('attempt.reversal_applied', attemptData(attempt), ledger)
  draft.move(charge.id, 'reversed', { due: null })
  draft.discharge(charge.id, 'refunded')
  draft.event('attempt.reversed', { ...attemptData(charge), proof: 'refunded' }, ledger)
}

/** It bounced: the buyer's money is with us again, and nobody works on that any more. */
const undone = (draft: PaymentDraft, attempt: AttemptRow, code: string): void => {
  const wasOpen = isOpen(attempt)
  const charge = attemptOf(draft.state, attempt.parent ?? attempt.id)
  draft.move(attempt.id, 'undone', { due: null, awaits: null })
  if (wasOpen) return draft.event('attempt.reversal_failed', { ...attemptData(attempt), code })
  const postings = orphanPostings(charge, attempt.applied ?? attempt.amount, 'in')
  const ledger = draft.book('orphan_refund_undone', `${attempt.id}/undone/${attempt.version}`, postings)
  draft.setPayment(review(draft.payment, 'reversal_undone'))
  draft.event('attempt.reversal_undone', { ...attemptData(attempt), code }, ledger)
}
