import { step } from '../kernel/index.ts'
import { refundPostings } from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import {
  type AttemptRow,
  acknowledge,
  attemptData,
  attemptOf,
  type FinalAnswer,
  learnId,
  lost,
  type PaymentDraft,
  partsOf,
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
      return applied(draft, attempt, refund, answer.amount ?? attempt.amount)
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

const applied = (draft: PaymentDraft, attempt: AttemptRow, refund: RefundRow, got: bigint): void => {
  draft.move(attempt.id, 'applied', { applied: got, due: null, awaits: null })
  const { payment } = draft
  draft.setPayment({
    refunded: payment.refunded + got,
    refundPending: payment.refundPending - attempt.amount,
    ...(got === attempt.amount ? {} : { needsReview: 'amount_mismatch' }),
  })
  settleOrders(draft, attempt, got)
  settle(draft, refund, 'succeed')
  const { gateway, account, currency } = attempt
  const postings = refundPostings({ gateway, account, currency, shares: partsOf(draft.state, attempt, got) })
  const ledger = draft.book('refund', `${attempt.id}/refund`, postings)
  const refunded = formatAmount(got, currency)
  draft.event('payment.refunded', { ...attemptData(attempt), refund: refund.id, refunded }, ledger)
}

const failed = (draft: PaymentDraft, attempt: AttemptRow, refund: RefundRow, code: string): void => {
  draft.setPayment({ refundPending: draft.payment.refundPending - attempt.amount })
  settleOrders(draft, attempt, 0n)
  settle(draft, refund, 'fail')
  draft.event('payment.refund_failed', { ...attemptData(attempt), refund: refund.id, code })
}

/** Moves each order's counters: what was set aside for the refund goes, and what really went back is refunded. */
const settleOrders = (draft: PaymentDraft, attempt: AttemptRow, got: bigint): void => {
  const { state } = draft
  const asked = partsOf(state, attempt, attempt.amount)
  const gone = got === 0n ? [] : partsOf(state, attempt, got)
  for (const [index, one] of state.allocations.entries()) {
    const refunded = one.refunded + (gone[index]?.amount ?? 0n)
    draft.allocation(one.id, { refunded, refundPending: one.refundPending - (asked[index]?.amount ?? 0n) })
  }
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
