import { answerCancel } from './cancel-answer.ts'
import { answerCapture } from './capture-answer.ts'
import { answerCharge } from './charge-answer.ts'
import type { DecideContext, FinalAnswer } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { answerIncrement } from './increment-answer.ts'
import type { AttemptRow } from './records.ts'
import { isCharge, isOpen } from './state.ts'

/**
 * Whether an answer can still change this attempt. A duplicate of what is settled changes nothing; but a charge that was refused, or
 * not sent as far as we know, and is reported as a success after all has to be reversed (FAILURES 6.12).
 */
export const awaitsAnswer = (attempt: AttemptRow, answer: FinalAnswer): boolean =>
  isOpen(attempt) || attempt.state === 'abandoned' || (answer.effect === 'applied' && isGivenUp(attempt))

const isGivenUp = (attempt: AttemptRow): boolean =>
  isCharge(attempt) && (attempt.state === 'rejected' || attempt.state === 'not_sent')

/** Decides what an answer to any attempt but a refund means. */
export const answerAttempt = (
  draft: PaymentDraft,
  attempt: AttemptRow,
  answer: FinalAnswer,
  context: DecideContext,
): void => {
  switch (attempt.kind) {
    case 'capture':
      return answerCapture(draft, attempt.id, answer, context)
    case 'cancel':
      return answerCancel(draft, attempt.id, answer, context)
    case 'increment':
      return answerIncrement(draft, attempt.id, answer)
    default:
      return answerCharge(draft, attempt.id, answer, context)
  }
}
