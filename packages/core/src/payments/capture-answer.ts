import { formatAmount } from '../money/index.ts'
import { acknowledge } from './acknowledge.ts'
import { attemptData, type DecideContext, type FinalAnswer, UNREACHABLE } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { lapseLater, learnId, lost } from './lost.ts'
import { captureBook, partsOf } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { giveBack, isGivenBack, release } from './release.ts'
import { attemptOf, openHold } from './state.ts'

/** Decides what an answer to a capture means. Only one that the gateway applied books money. */
export const answerCapture = (draft: PaymentDraft, id: string, answer: FinalAnswer, context: DecideContext): void => {
  const attempt = attemptOf(draft.state, id)
  switch (answer.effect) {
    case 'applied':
      learnId(draft, attempt, answer.gatewayId)
      return applied(draft, attempt, answer.amount ?? attempt.amount, answer.cost ?? 0n, context)
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      return acknowledge(draft, attempt, answer.expiresAt, 'payment.capture_pending')
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return failed(draft, attempt, answer.decline.code)
    case 'not_sent':
      // An automatic capture is still wanted: it is sent again under the same key. An explicit one is the caller's to repeat.
      if (attempt.state !== 'sent' || draft.payment.capture === 'automatic') return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { decline: UNREACHABLE, due: null })
      return failed(draft, attempt, UNREACHABLE.code)
    case 'unknown':
      if (answer.gatewayId !== undefined) learnId(draft, attempt, answer.gatewayId)
      return lost(draft, attempt, answer.reason, answer.retryAfterMs)
  }
}

const applied = (draft: PaymentDraft, attempt: AttemptRow, got: bigint, cost: bigint, context: DecideContext): void => {
  draft.move(attempt.id, 'applied', { applied: got, due: null, awaits: null })
  const { payment } = draft
  draft.setPayment({
    captured: payment.captured + got,
    capturePending: payment.capturePending - attempt.amount,
    ...(got === attempt.amount ? {} : { needsReview: 'amount_mismatch' }),
  })
  settleOrders(draft, attempt, got)
  const ledger = draft.book(
    'capture',
    `${attempt.id}/capture`,
    captureBook(draft.state, attempt, got, context.fee, cost),
  )
  draft.event(
    'payment.captured',
    { ...attemptData(attempt), captured: formatAmount(got, attempt.currency), final: attempt.final },
    ledger,
  )
  if (attempt.final || openHold(draft.payment) <= 0n) release(draft, `${attempt.id}/release`)
}

/** Moves each order's counters: what was set aside for the capture goes, and what it really took is captured. */
const settleOrders = (draft: PaymentDraft, capture: AttemptRow, got: bigint): void => {
  const { state } = draft
  const asked = partsOf(state, capture, capture.amount)
  const taken = got === 0n ? [] : partsOf(state, capture, got)
  for (const [index, one] of state.allocations.entries()) {
    const captured = one.captured + (taken[index]?.amount ?? 0n)
    draft.allocation(one.id, { captured, capturePending: one.capturePending - (asked[index]?.amount ?? 0n) })
  }
}

const failed = (draft: PaymentDraft, attempt: AttemptRow, code: string): void => {
  const { payment } = draft
  draft.setPayment({ capturePending: payment.capturePending - attempt.amount })
  settleOrders(draft, attempt, 0n)
  draft.event('payment.capture_failed', { ...attemptData(attempt), code })
  // It was canceled while the capture was on its way: what the cancel had to leave to the capture is given back now.
  if (isGivenBack(draft, attempt.parent)) {
    return giveBack(draft, attemptOf(draft.state, attempt.parent ?? attempt.id), `${attempt.id}/release`, attempt)
  }
  if (payment.capture !== 'automatic') return
  draft.setPayment({ needsReview: 'capture_failed' }) // FAILURES 2.13
  lapseLater(draft)
}
