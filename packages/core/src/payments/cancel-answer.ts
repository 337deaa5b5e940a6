import { acknowledge } from './acknowledge.ts'
import { attemptData, type DecideContext, type FinalAnswer, UNREACHABLE } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { learnId, lost } from './lost.ts'
import { isCaptureRefunded, owesRefund } from './orphan-money.ts'
import type { AttemptRow } from './records.ts'
import { giveBack } from './release.ts'
import { isClosed } from './rest.ts'
import { attemptOf, isRefused } from './state.ts'

/** Decides what an answer to a cancel means, for the charge that it reverses and for the payment. */
export const answerCancel = (draft: PaymentDraft, id: string, answer: FinalAnswer, context: DecideContext): void => {
  const attempt = attemptOf(draft.state, id)
  const charge = attemptOf(draft.state, attempt.parent ?? attempt.id)
  const reverses = draft.state.obligations.some((duty) => duty.attempt === charge.id)
  switch (answer.effect) {
    case 'applied':
      learnId(draft, attempt, answer.gatewayId)
      draft.move(id, isRefused(attempt) ? 'late' : 'applied', { due: null, awaits: null })
      return reverses ? released(draft, attempt, charge) : canceled(draft, attempt, charge, context)
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      return acknowledge(
        draft,
        attempt,
        answer.expiresAt,
        reverses ? 'attempt.reversal_pending' : 'payment.cancel_pending',
      )
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return reverses
        ? draft.event('attempt.reversal_failed', { ...attemptData(attempt), code: answer.decline.code })
        : failed(draft, attempt, charge, answer.decline.code, context)
    case 'not_sent':
      if (attempt.state !== 'sent' || reverses || isOfRest(draft, charge, context))
        return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { decline: UNREACHABLE, due: null })
      return failed(draft, attempt, charge, UNREACHABLE.code, context)
    case 'unknown':
      return lost(draft, attempt, answer.reason, answer)
  }
}

/**
 * The proof that a charge which was left behind holds nothing (FAILURES 2.12), unless the cancel may have overtaken its charge: then it
 * is repeated once that cannot be any more.
 */
const released = (draft: PaymentDraft, cancel: AttemptRow, charge: AttemptRow): void => {
  const duty = draft.state.obligations.find((one) => one.attempt === charge.id && one.proof === null)
  if (duty === undefined || charge.state !== 'abandoned') {
    return draft.event('attempt.reversal_applied', attemptData(cancel)) // it was proven otherwise meanwhile
  }
  if (cancel.createdAt < duty.sureFrom) {
    draft.putObligation(charge.id, { due: Math.min(duty.due ?? duty.sureFrom, duty.sureFrom) })
    return draft.event('attempt.reversal_applied', { ...attemptData(cancel), again: duty.sureFrom })
  }
  if (owesRefund(draft.state, charge)) {
    draft.putObligation(charge.id, { due: draft.now }) // nothing is held any more; what somebody captured is still to go back
    return draft.event('attempt.reversal_applied', attemptData(cancel))
  }
  const proof = isCaptureRefunded(draft.state, charge) ? 'refunded' : 'voided'
  draft.move(charge.id, 'reversed', { due: null })
  draft.discharge(charge.id, proof)
  draft.event('attempt.reversed', { ...attemptData(charge), proof })
}

/** Whether a cancel gives back what a final capture left; such a one is nobody's to repeat, so it is sent again under its key. */
const isOfRest = (draft: PaymentDraft, charge: AttemptRow, context: DecideContext): boolean =>
  isClosed(draft, charge.id) && !context.finalCaptureReleases(draft.state, charge)

const canceled = (draft: PaymentDraft, attempt: AttemptRow, charge: AttemptRow, context: DecideContext): void => {
  const rest = isOfRest(draft, charge, context) // then the payment is captured, and only what was left is canceled
  giveBack(draft, charge, `${attempt.id}/release`)
  draft.event(rest ? 'payment.rest_canceled' : 'payment.canceled', attemptData(attempt))
}

/** A refused cancel leaves the charge as it is; one that is still open is looked at again at once: something may have happened. */
const failed = (
  draft: PaymentDraft,
  attempt: AttemptRow,
  charge: AttemptRow,
  code: string,
  context: DecideContext,
): void => {
  if (charge.state === 'pending') draft.touch(charge.id, { due: context.now })
  draft.event('payment.cancel_failed', { ...attemptData(attempt), code })
}
