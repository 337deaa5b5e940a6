import { formatAmount } from '../money/index.ts'
import { attemptData, bookingOf, type DecideContext, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'
import type { News } from './standing.ts'
import { attemptOf } from './state.ts'
import { orphanPostings } from './suspend.ts'

/**
 * Decides what is told of a capture of a charge that counts for nobody here: it was left behind, reversed, or declined as far as we knew.
 * Somebody made it in the dashboard, or the account captures by itself. It is booked (FAILURES 2.20), as nobody's money, and taken back:
 * the duty to reverse the charge stays, or is opened anew, and ends only once all of it is refunded (FAILURES 2.12, 6.12).
 */
export const answerStray = (draft: PaymentDraft, id: string, news: News, context: DecideContext): void => {
  const capture = attemptOf(draft.state, id)
  if (news.effect === 'applied') return captured(draft, capture, news.amount ?? capture.amount, context)
  if (news.effect === 'undone') return undone(draft, capture, news.decline.code, context)
}

const captured = (draft: PaymentDraft, capture: AttemptRow, got: bigint, context: DecideContext): void => {
  draft.move(capture.id, 'applied', { applied: got, due: null, awaits: null, decline: null })
  const ledger = draft.book('orphan', bookingOf(capture, 'orphan'), orphanPostings(capture, got, 'in'))
  takeBackAnew(draft, attemptOf(draft.state, capture.parent ?? capture.id), context)
  draft.event('attempt.orphan_captured', { ...attemptData(capture), got: formatAmount(got, capture.currency) }, ledger)
  draft.setPayment(review(draft.payment, 'orphan_captured'))
  draft.event('payment.needs_review', { ...attemptData(capture), kind: 'capture', reason: 'orphan_captured' })
}

/** The capture failed after all: what it took is nobody's any more, and may be held again. */
const undone = (draft: PaymentDraft, capture: AttemptRow, code: string, context: DecideContext): void => {
  const booked = capture.state === 'applied' ? (capture.applied ?? capture.amount) : 0n
  const postings = booked === 0n ? [] : orphanPostings(capture, booked, 'out')
  const ledger = draft.book('orphan_undone', `${capture.id}/undone/${capture.version}`, postings)
  draft.move(capture.id, 'undone', { due: null })
  takeBackAnew(draft, attemptOf(draft.state, capture.parent ?? capture.id), context)
  draft.event('attempt.orphan_capture_undone', { ...attemptData(capture), code }, ledger)
}

/** The gateway has the charge, so a cancel cannot come too early any more. */
const takeBackAnew = (draft: PaymentDraft, charge: AttemptRow, context: DecideContext): void => {
  if (charge.state === 'abandoned') return draft.putObligation(charge.id, { due: context.now, sureFrom: context.now })
  draft.move(charge.id, 'abandon', { due: null, awaits: null, action: null })
  draft.oblige({ ...context.oblige(charge), sureFrom: context.now })
}
