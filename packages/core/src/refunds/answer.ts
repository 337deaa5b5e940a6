import type { Undone } from '../gateways/index.ts'
import { refundPostings, refundUndonePostings } from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import {
  type AttemptRow,
  acknowledge,
  attemptData,
  attemptOf,
  backoffMs,
  bookingOf,
  type FinalAnswer,
  isOpen,
  isRefused,
  learnId,
  lost,
  type PaymentDraft,
  partsOf,
  reservedBy,
  review,
  UNREACHABLE,
} from '../payments/index.ts'
import { stateAfter } from './machine.ts'
import { addRefund, putRefund } from './put.ts'
import type { RefundRow } from './records.ts'

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
      return lost(draft, attempt, answer.reason, answer)
  }
}

const applied = (draft: PaymentDraft, attempt: AttemptRow, refund: RefundRow, got: bigint): void => {
  const refused = isRefused(attempt)
  draft.move(attempt.id, refused ? 'late' : 'applied', { applied: got, due: null, awaits: null, decline: null })
  const { payment } = draft
  const refundPending = payment.refundPending - reservedBy(attempt)
  const refundedNow = payment.refunded + got
  draft.setPayment({
    refunded: refundedNow,
    refundPending,
    ...(refused ? review(payment, 'late_success') : {}),
    ...(refundedNow + refundPending > payment.captured ? review(payment, 'over_refunded') : {}),
    ...(got === attempt.amount ? {} : review(payment, 'amount_mismatch')),
  })
  settleOrders(draft, attempt, got)
  settle(draft, refund, 'succeed')
  const { gateway, account, currency } = attempt
  const postings = refundPostings({ gateway, account, currency, shares: partsOf(draft.state, attempt, got) })
  const ledger = draft.book('refund', bookingOf(attempt, 'refund'), postings)
  const refunded = formatAmount(got, currency)
  draft.event('payment.refunded', { ...attemptData(attempt), refund: refund.id, refunded }, ledger)
}

/**
 * A refund bounced (FAILURES 2.19): its money is the merchant's again, which still owes it to the buyer. One that was not known to have
 * been paid only fails.
 */
export const undoRefund = (draft: PaymentDraft, id: string, { decline }: Undone, refund: RefundRow): void => {
  const attempt = attemptOf(draft.state, id)
  const wasOpen = isOpen(attempt)
  // It may be paid after all, and the gateway is asked for that, ever more slowly.
  draft.move(id, 'undone', { decline, awaits: null, due: draft.now + backoffMs(0), tries: 0 })
  draft.setPayment(review(draft.payment, 'refund_undone'))
  if (wasOpen) return failed(draft, attempt, refund, decline.code)
  const got = attempt.applied ?? attempt.amount
  draft.setPayment({ refunded: draft.payment.refunded - got })
  const parts = partsOf(draft.state, attempt, got)
  for (const [index, one] of draft.state.allocations.entries()) {
    draft.allocation(one.id, { refunded: one.refunded - (parts[index]?.amount ?? 0n) })
  }
  settle(draft, refund, 'fail')
  const { gateway, account, currency } = attempt
  const postings = refundUndonePostings({ gateway, account, currency, shares: parts })
  const ledger = draft.book('refund_undone', `${id}/undone/${attempt.version}`, postings)
  const undone = formatAmount(got, currency)
  draft.event(
    'payment.refund_undone',
    { ...attemptData(attempt), refund: refund.id, undone, code: decline.code },
    ledger,
  )
}

const failed = (draft: PaymentDraft, attempt: AttemptRow, refund: RefundRow, code: string): void => {
  draft.setPayment({ refundPending: draft.payment.refundPending - reservedBy(attempt) })
  settleOrders(draft, attempt, 0n)
  settle(draft, refund, 'fail')
  draft.event('payment.refund_failed', { ...attemptData(attempt), refund: refund.id, code })
}

/** Moves each order's counters: what was set aside for the refund goes, and what really went back is refunded. */
const settleOrders = (draft: PaymentDraft, attempt: AttemptRow, got: bigint): void => {
  const { state } = draft
  const asked = reservedBy(attempt) === 0n ? [] : partsOf(state, attempt, attempt.amount)
  const gone = got === 0n ? [] : partsOf(state, attempt, got)
  for (const [index, one] of state.allocations.entries()) {
    const refunded = one.refunded + (gone[index]?.amount ?? 0n)
    draft.allocation(one.id, { refunded, refundPending: one.refundPending - (asked[index]?.amount ?? 0n) })
  }
}

/** The version of a refund that is not stored yet. */
export const FRESH = 0

const settle = (draft: PaymentDraft, refund: RefundRow, event: 'succeed' | 'fail'): void => {
  const state = stateAfter(refund.state, event)
  if (refund.version === FRESH) addRefund(draft, { ...refund, state, version: 1 })
  else putRefund(draft, refund, { state })
}
