import { answerCancel } from './cancel-answer.ts'
import { answerCapture } from './capture-answer.ts'
import { undoCapture } from './capture-undone.ts'
import { answerCharge } from './charge-answer.ts'
import { undoCharge } from './charge-undone.ts'
import { attemptData, type DecideContext, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { answerIncrement } from './increment-answer.ts'
import type { AttemptRow } from './records.ts'
import type { News } from './standing.ts'
import { isOpen } from './state.ts'

/** Decides what news about any attempt but a refund mean. */
export const answerAttempt = (draft: PaymentDraft, attempt: AttemptRow, news: News, context: DecideContext): void => {
  switch (attempt.kind) {
    case 'capture':
      return news.effect === 'undone'
        ? undoCapture(draft, attempt, news, context)
        : answerCapture(draft, attempt.id, news, context)
    case 'cancel':
    case 'increment': {
      if (news.effect === 'undone' && !isOpen(attempt)) return lookInto(draft, attempt)
      const answer = news.effect === 'undone' ? ({ effect: 'rejected', decline: news.decline } as const) : news
      return attempt.kind === 'cancel'
        ? answerCancel(draft, attempt.id, answer, context)
        : answerIncrement(draft, attempt.id, answer)
    }
    default:
      return news.effect === 'undone'
        ? undoCharge(draft, attempt, news, context)
        : answerCharge(draft, attempt.id, news, context)
  }
}

/** No gateway documents that it takes a cancel or an increase back: only a person can find out what that left behind. */
const lookInto = (draft: PaymentDraft, attempt: AttemptRow): void => {
  const reason = attempt.kind === 'cancel' ? 'cancel_undone' : 'increment_undone'
  draft.setPayment(review(draft.payment, reason))
  draft.event('payment.needs_review', { ...attemptData(attempt), kind: attempt.kind, reason })
}
