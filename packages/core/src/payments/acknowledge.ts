import { attemptData, backoffMs, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'

/**
 * The gateway said "received" to a command that acts on a charge, and decides later: it is asked again until it has. Once the instant by
 * which it promised to decide is past, a person should look; the command is never sent again, and a later report still decides.
 */
export const acknowledge = (draft: PaymentDraft, attempt: AttemptRow, expiresAt: number, event: string): void => {
  const tries = attempt.tries + 1
  const set = { awaits: 'gateway' as const, expiresAt, due: draft.now + backoffMs(tries), tries }
  if (attempt.state === 'pending') {
    draft.touch(attempt.id, set)
    return overdue(draft, attempt)
  }
  draft.move(attempt.id, 'pending', set)
  draft.event(event, attemptData(attempt))
}

/** The same for the refund of a late success, whose obligation has its own pace. */
export const acknowledgeReversal = (draft: PaymentDraft, attempt: AttemptRow, expiresAt: number, now: number): void => {
  if (attempt.state !== 'pending') {
    draft.move(attempt.id, 'pending', { awaits: 'gateway', expiresAt })
    draft.event('attempt.reversal_pending', attemptData(attempt))
  }
  draft.touch(attempt.id, { tries: attempt.tries + 1, due: now + backoffMs(attempt.tries + 1) })
}

/** Flags, once, what the gateway has not decided by the instant that it named first. */
export const overdue = (draft: PaymentDraft, attempt: AttemptRow): void => {
  if (attempt.awaits !== 'gateway' || attempt.expiresAt === null || draft.now < attempt.expiresAt) return
  if (draft.state.obligations.some((duty) => duty.attempt === attempt.parent)) return // which is repeated, and says so itself
  if (draft.payment.needsReview !== null) return
  draft.setPayment(review(draft.payment, 'overdue'))
  draft.event('payment.needs_review', { ...attemptData(attempt), kind: attempt.kind, reason: 'overdue' })
}
