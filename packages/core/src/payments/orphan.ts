import { attemptData, backoffMs, type DecideContext, type FinalAnswer } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { learnId, lost } from './lost.ts'
import { attemptOf } from './state.ts'
import { orphanPostings } from './suspend.ts'

/** Decides what an answer to the refund of an orphan means: applied is the proof that discharges the obligation. */
export const answerOrphanRefund = (
  draft: PaymentDraft,
  id: string,
  answer: FinalAnswer,
  context: DecideContext,
): void => {
  const attempt = attemptOf(draft.state, id)
  const charge = attemptOf(draft.state, attempt.parent ?? id)
  switch (answer.effect) {
    case 'applied': {
      learnId(draft, attempt, answer.gatewayId)
      draft.move(id, 'applied', { applied: attempt.amount, due: null, awaits: null })
      draft.move(charge.id, 'reversed', { due: null })
      draft.discharge(charge.id, 'refunded')
      const ledger = draft.book('orphan_refund', `${id}/refund`, orphanPostings(charge, attempt.amount, 'out'))
      return draft.event('attempt.reversed', { ...attemptData(charge), proof: 'refunded' }, ledger)
    }
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      if (attempt.state !== 'pending') {
        draft.move(id, 'pending', { awaits: 'gateway', expiresAt: answer.expiresAt })
        draft.event('attempt.reversal_pending', attemptData(attempt))
      }
      return draft.touch(id, { tries: attempt.tries + 1, due: context.now + backoffMs(attempt.tries + 1) })
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return draft.event('attempt.reversal_failed', { ...attemptData(attempt), code: answer.decline.code })
    default:
      return lost(draft, attempt, answer.reason)
  }
}
