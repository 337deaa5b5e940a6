import { formatAmount } from '../money/index.ts'
import { acknowledge } from './acknowledge.ts'
import { captureFee } from './capture-fee.ts'
import { attemptData, bookingOf, type DecideContext, type FinalAnswer, review, UNREACHABLE } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { lapseLater, learnId, lost } from './lost.ts'
import { captureBook, partsOf } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { giveBack, release } from './release.ts'
import { cancelRest, isHeldForNobody } from './rest.ts'
import { attemptOf, isExternal, isOpen, isRefused, openHold, reservedBy } from './state.ts'

/** Decides what an answer to a capture means. Only one that the gateway applied books money. */
export const answerCapture = (draft: PaymentDraft, id: string, answer: FinalAnswer, context: DecideContext): void => {
  const attempt = attemptOf(draft.state, id)
  switch (answer.effect) {
    case 'applied':
      learnId(draft, attempt, answer.gatewayId)
      return applied(draft, attempt, answer.amount ?? attempt.amount, answer.cost ?? null, context)
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      return acknowledge(draft, attempt, answer.expiresAt, 'payment.capture_pending')
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return captureFailed(draft, attempt, answer.decline.code, context)
    case 'not_sent':
      // An automatic capture is still wanted: it is sent again under the same key. An explicit one is the caller's to repeat.
      if (attempt.state !== 'sent' || draft.payment.capture === 'automatic') return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { decline: UNREACHABLE, due: null })
      return captureFailed(draft, attempt, UNREACHABLE.code, context)
    case 'unknown':
      if (answer.gatewayId !== undefined) learnId(draft, attempt, answer.gatewayId)
      return lost(draft, attempt, answer.reason, answer)
  }
}

const applied = (
  draft: PaymentDraft,
  attempt: AttemptRow,
  got: bigint,
  cost: bigint | null,
  context: DecideContext,
): void => {
  const again = attempt.applied !== null // taken back before, and captured anew
  const refused = isRefused(attempt)
  draft.move(attempt.id, refused ? 'late' : 'applied', { applied: got, due: null, awaits: null, decline: null })
  const { payment } = draft
  draft.setPayment({
    captured: payment.captured + got,
    capturePending: payment.capturePending - reservedBy(attempt),
    ...(got === attempt.amount ? {} : review(payment, 'amount_mismatch')),
    ...(refused ? review(payment, 'late_success') : {}),
  })
  settleOrders(draft, attempt, got)
  if (isExternal(attempt) || !isOpen(attempt)) takeFromReleased(draft, attempt)
  const { fee, metadata, data, counted } = captureFee(context.fee, payment, attempt, { amount: got, cost })
  const postings = [...captureBook(draft.state, attempt, got, fee, again ? 0n : (cost ?? 0n)), ...counted]
  const ledger = draft.book('capture', bookingOf(attempt, 'capture'), postings, metadata)
  draft.event(
    'payment.captured',
    { ...attemptData(attempt), captured: formatAmount(got, attempt.currency), final: attempt.final, ...data },
    ledger,
  )
  if (cancelRest(draft, attempt, context)) return
  if (attempt.final || openHold(draft.payment) <= 0n) release(draft, bookingOf(attempt, 'release'))
}

/**
 * A capture that nobody counted on took money that the books had given back, or more than there was: it was not given back after all,
 * and a payment that was closed for it is open again.
 */
const takeFromReleased = (draft: PaymentDraft, capture: AttemptRow): void => {
  const { payment } = draft
  const over = -openHold(payment)
  if (over > 0n) {
    const regained = over < payment.released ? over : payment.released
    draft.setPayment({
      released: payment.released - regained,
      ...(regained === over ? {} : review(payment, 'over_captured')),
    })
  }
  if (payment.closed === null) return
  draft.setPayment({ closed: null, ...(precedesCancel(draft, capture) ? {} : review(payment, 'captured_after_close')) })
}

/** Whether the gateway dates the capture before the cancel, whose report only came first. */
const precedesCancel = (draft: PaymentDraft, { parent, factAt }: AttemptRow): boolean =>
  factAt !== null &&
  draft.state.attempts.some(
    (one) => one.kind === 'cancel' && one.parent === parent && one.factAt !== null && one.factAt >= factAt,
  )

/** Moves each order's counters: what was set aside for the capture goes, and what it really took is captured. */
const settleOrders = (draft: PaymentDraft, capture: AttemptRow, got: bigint): void => {
  const { state } = draft
  const asked = reservedBy(capture) === 0n ? [] : partsOf(state, capture, capture.amount)
  const taken = got === 0n ? [] : partsOf(state, capture, got)
  for (const [index, one] of state.allocations.entries()) {
    const captured = one.captured + (taken[index]?.amount ?? 0n)
    draft.allocation(one.id, { captured, capturePending: one.capturePending - (asked[index]?.amount ?? 0n) })
  }
}

/** A capture that took nothing: what it had set aside is free again. `attempt` is its row before it failed. */
export const captureFailed = (draft: PaymentDraft, attempt: AttemptRow, code: string, context: DecideContext): void => {
  const { payment } = draft
  draft.setPayment({ capturePending: payment.capturePending - reservedBy(attempt) })
  settleOrders(draft, attempt, 0n)
  draft.event('payment.capture_failed', { ...attemptData(attempt), code })
  // It was canceled while the capture was on its way: what the cancel had to leave to the capture is given back now.
  if (isHeldForNobody(draft, attempt, context)) {
    return giveBack(draft, attemptOf(draft.state, attempt.parent ?? attempt.id), `${attempt.id}/release`, attempt)
  }
  if (cancelRest(draft, attempt, context) || payment.capture !== 'automatic') return
  draft.setPayment(review(draft.payment, 'capture_failed')) // FAILURES 2.13
  lapseLater(draft)
}
