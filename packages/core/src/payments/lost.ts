import { askAgainAt, attemptData, EXPIRY_QUEUE, REVIEW_AFTER_TRIES, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'
import { isCharge } from './state.ts'

/**
 * The first id that the gateway gave for this attempt is kept, and can be looked up from then on. A gateway that names a charge only once
 * the buyer has acted answers with our own reference until then, and its id takes that one's place.
 */
export const learnId = (draft: PaymentDraft, attempt: AttemptRow, gatewayId: string): void => {
  const isOurs = gatewayId === attempt.id
  if (attempt.gatewayId !== null && (attempt.gatewayId !== attempt.id || isOurs)) return
  draft.touch(attempt.id, { gatewayId })
  if (!isOurs) draft.remember(attempt, gatewayId)
}

/** What the gateway said beside that it does not know. */
interface Unsettled {
  readonly retryAfterMs?: number | undefined
  readonly replayed?: boolean | undefined
}

/** Nobody knows: it is asked again, ever more slowly, and never becomes a failure because tries ran out (FAILURES 2.14). */
export const lost = (draft: PaymentDraft, attempt: AttemptRow, reason: string, more: Unsettled = {}): void => {
  const tries = attempt.tries + 1
  const due = Math.max(draft.now + (more.retryAfterMs ?? 0), askAgainAt(attempt, draft.now, tries))
  if (more.replayed === true && attempt.replayedAt === null) draft.touch(attempt.id, { replayedAt: draft.now })
  if (attempt.state === 'sent') {
    draft.move(attempt.id, 'lost', { due, tries })
    if (isCharge(attempt)) closeLater(draft)
    draft.event('attempt.unknown', { ...attemptData(attempt), kind: attempt.kind, reason })
  } else {
    draft.touch(attempt.id, { due, tries })
  }
  // What takes a charge back is repeated by its duty, which says so itself.
  const reverses = draft.state.obligations.some((duty) => duty.attempt === attempt.parent)
  if (tries >= REVIEW_AFTER_TRIES && !reverses && draft.payment.needsReview === null) {
    draft.setPayment(review(draft.payment, 'unresolved'))
    draft.event('payment.needs_review', { ...attemptData(attempt), kind: attempt.kind, reason: 'unresolved' })
  }
}

/** An open authorisation lapses at the gateway at an instant that it named: a timer ends it here too. */
export const lapseLater = (draft: PaymentDraft): void => {
  const { merchant, id, authorizedUntil } = draft.payment
  if (authorizedUntil === null) return
  const payload = { merchant, payment: id }
  draft.timer({ queue: EXPIRY_QUEUE, key: `${id}/authorization`, due: authorizedUntil, payload })
}

/** A payment without money is closed when its time is over, and gives its reference free. */
export const closeLater = (draft: PaymentDraft): void => {
  const { merchant, id, expiresAt } = draft.payment
  draft.timer({ queue: EXPIRY_QUEUE, key: `${id}/payment`, due: expiresAt, payload: { merchant, payment: id } })
}
