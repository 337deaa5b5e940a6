import { acknowledge } from './acknowledge.ts'
import { attemptData, type DecideContext, type FinalAnswer, UNREACHABLE } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { learnId, lost } from './lost.ts'
import type { AttemptRow } from './records.ts'
import { giveBack } from './release.ts'
import { attemptOf, isRefused } from './state.ts'

/** Decides what an answer to a cancel means, for the charge that it reverses and for the payment. */
export const answerCancel = (draft: PaymentDraft, id: string, answer: FinalAnswer, context: DecideContext): void => {
  const attempt = attemptOf(draft.state, id)
  const charge = attemptOf(draft.state, attempt.parent ?? attempt.id)
  switch (answer.effect) {
    case 'applied':
      learnId(draft, attempt, answer.gatewayId)
      draft.move(id, isRefused(attempt) ? 'late' : 'applied', { due: null, awaits: null })
      return charge.state === 'abandoned' ? discharged(draft, charge) : canceled(draft, attempt, charge)
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      return acknowledge(draft, attempt, answer.expiresAt, 'payment.cancel_pending')
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return failed(draft, attempt, charge, answer.decline.code, context)
    case 'not_sent':
      if (attempt.state !== 'sent' || charge.state === 'abandoned') return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { decline: UNREACHABLE, due: null })
      return failed(draft, attempt, charge, UNREACHABLE.code, context)
    case 'unknown':
      return lost(draft, attempt, answer.reason, answer)
  }
}

/** The proof that an abandoned charge holds nothing (FAILURES 2.12). */
const discharged = (draft: PaymentDraft, charge: AttemptRow): void => {
  draft.move(charge.id, 'reversed', { due: null })
  draft.discharge(charge.id, 'voided')
  draft.event('attempt.reversed', { ...attemptData(charge), proof: 'voided' })
}

const canceled = (draft: PaymentDraft, attempt: AttemptRow, charge: AttemptRow): void => {
  giveBack(draft, charge, `${attempt.id}/release`)
  draft.event('payment.canceled', attemptData(attempt))
}

/**
 * A refused cancel leaves the charge as it is; one that is still open is looked at again at once: something may have happened. When an
 * abandoned charge is worked on again is its obligation's to say, which backs off.
 */
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
