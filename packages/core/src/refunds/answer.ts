import { step } from '../kernel/index.ts'
import { refundPostings } from '../ledger/index.ts'
import {
  type AttemptRow,
  acknowledge,
  attemptData,
  attemptOf,
  type FinalAnswer,
  learnId,
  lost,
  type PaymentDraft,
  sharesOf,
  UNREACHABLE,
} from '../payments/index.ts'
import { type Mutable, replace } from '../records/index.ts'
import { REFUND } from './machine.ts'
import { type RefundRow, refunds } from './records.ts'

/** Decides what an answer to a refund means. Money leaves the books when the gateway applied it, not before. */
export const answerRefund = (draft: PaymentDraft, id: string, answer: FinalAnswer, refund: RefundRow): void => {
  const attempt = attemptOf(draft.state, id)
  switch (answer.effect) {
    case 'applied':
      learnId(draft, attempt, answer.gatewayId)
      return applied(draft, attempt, refund)
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      return acknowledge(draft, attempt, answer.expiresAt, 'payment.refund_pending')
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return failed(draft, attempt, refund, answer.decline.code)
    case 'not_sent':
      if (attempt.state !== 'sent') return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { decline: UNREACHABLE, due: null })
      return failed(draft, attempt, refund, UNREACHABLE.code)
    case 'unknown':
      return lost(draft, attempt, answer.reason, answer.retryAfterMs)
  }
}

const partsOf = (draft: PaymentDraft, attempt: AttemptRow) =>
  draft.state.shares.filter((share) => share.attempt === attempt.id)

const applied = (draft: PaymentDraft, attempt: AttemptRow, refund: RefundRow): void => {
  draft.move(attempt.id, 'applied', { applied: attempt.amount, due: null, awaits: null })
  const { payment } = draft
  draft.setPayment({
    refunded: payment.refunded + attempt.amount,
    refundPending: payment.refundPending - attempt.amount,
  })
  for (const part of partsOf(draft, attempt)) {
    const one = draft.state.allocations.find((allocation) => allocation.id === part.allocation)
    if (one === undefined) continue
    const refunded = one.refunded + part.amount
    draft.allocation(one.id, { refunded, refundPending: one.refundPending - part.amount })
  }
  settle(draft, refund, 'succeed')
  const { gateway, account, currency } = attempt
  const postings = refundPostings({
    gateway,
    account,
    currency,
    shares: sharesOf(draft.state, attempt, attempt.amount),
  })
  const ledger = draft.book('refund', `${attempt.id}/refund`, postings)
  draft.event('payment.refunded', { ...attemptData(attempt), refund: refund.id }, ledger)
}

const failed = (draft: PaymentDraft, attempt: AttemptRow, refund: RefundRow, code: string): void => {
  draft.setPayment({ refundPending: draft.payment.refundPending - attempt.amount })
  for (const part of partsOf(draft, attempt)) {
    const one = draft.state.allocations.find((allocation) => allocation.id === part.allocation)
    if (one !== undefined) draft.allocation(one.id, { refundPending: one.refundPending - part.amount })
  }
  settle(draft, refund, 'fail')
  draft.event('payment.refund_failed', { ...attemptData(attempt), refund: refund.id, code })
}

const settle = (draft: PaymentDraft, refund: RefundRow, event: 'succeed' | 'fail'): void => {
  const { merchant, payment, id, version } = refund
  const set: Mutable<typeof refunds> = {
    state: step(REFUND, refund.state, event),
    updatedAt: draft.now,
    version: version + 1,
  }
  draft.guard(replace(refunds, { merchant, payment, id }, version, set))
}
