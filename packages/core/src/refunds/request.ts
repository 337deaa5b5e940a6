import type { Id } from '../kernel/index.ts'
import { formatAmount } from '../money/index.ts'
import { type AttemptRow, attemptData, type PaymentDraft, type PaymentState } from '../payments/index.ts'
import { stateAfter } from './machine.ts'
import { addRefund, putRefund } from './put.ts'
import { newRefund, type RefundRow } from './records.ts'
import { type Parts, partsIn, partsText, setAside } from './set-aside.ts'

/** The queue of the timers that end requests which nobody decided about. */
export const REFUND_EXPIRY_QUEUE = 'refund.expiry'

/** What a refund is told. */
export interface NewRefund {
  readonly id: Id<'ref'>
  readonly amount: bigint
  readonly parts: Parts
  /** Sealed for the refund's row. */
  readonly reason: Uint8Array | null
}

/** Who decided, by the host's own id, and why: sealed for the refund's row. */
export interface Decided {
  readonly by: string
  readonly reason: Uint8Array | null
}

/** A refund that needs nobody's approval, with its attempt, which the draft adds. */
export const sendRefund = (draft: PaymentDraft, attempt: AttemptRow, refund: NewRefund): RefundRow => {
  const { merchant, id: payment, currency } = draft.payment
  const state = stateAfter('requested', 'approve', 'send')
  const { id, amount, reason } = refund
  const row = newRefund(draft.now, { merchant, payment, id, amount, currency, state, reason, attempt: attempt.id })
  draft.addAttempt(attempt)
  setAside(draft, amount, refund.parts)
  addShares(draft, attempt.id, refund.parts)
  addRefund(draft, row)
  draft.event('payment.refund_requested', { ...attemptData(attempt), refund: id })
  return row
}

/** A refund that a person has to approve. Its amount is set aside at once, so that nobody refunds it twice. */
export const requestRefund = (
  draft: PaymentDraft,
  refund: NewRefund,
  waits: Pick<RefundRow, 'because' | 'origination'> & { readonly until: number },
): RefundRow => {
  const { merchant, id: payment, currency } = draft.payment
  const { id, amount, parts, reason } = refund
  const { because, origination, until } = waits
  const row = newRefund(draft.now, {
    ...{ merchant, payment, id, amount, currency, state: 'requested', reason },
    ...{ parts: partsText(parts), because, origination, expiresAt: until },
  })
  setAside(draft, amount, parts)
  addRefund(draft, row)
  draft.timer({ queue: REFUND_EXPIRY_QUEUE, key: id, due: until, payload: { merchant, payment, refund: id } })
  draft.event('payment.refund_requested', {
    ...dataOf(row),
    awaits: 'approval',
    because,
    expiresAt: new Date(until).toISOString(),
  })
  return row
}

/** The state without what this request has set aside: as what it is decided about anew. */
export const withoutRequest = (state: PaymentState, { amount, ...refund }: RefundRow): PaymentState => {
  const parts = partsIn({ amount, ...refund })
  const { payment, allocations } = state
  return {
    ...state,
    payment: { ...payment, refundPending: payment.refundPending - amount },
    allocations: allocations.map((one) => ({
      ...one,
      refundPending: one.refundPending - (parts?.get(one.id) ?? 0n),
    })),
  }
}

/** A request is approved, and sent with this attempt, which the draft adds; what it set aside is the attempt's from now on. */
export const approveRequest = (
  draft: PaymentDraft,
  refund: RefundRow,
  attempt: AttemptRow,
  { by, reason }: Decided,
): RefundRow => {
  const state = stateAfter(refund.state, 'approve', 'send')
  draft.addAttempt(attempt)
  addShares(draft, attempt.id, partsIn(refund))
  draft.event('payment.refund_approved', { ...attemptData(attempt), refund: refund.id, by })
  const decided = { decidedBy: by, decision: reason, decidedAt: draft.now, openFor: null }
  return putRefund(draft, refund, { state, attempt: attempt.id, ...decided })
}

/** A request is denied, or nobody decided in time (`by` null): what it set aside may be refunded anew. */
export const closeRequest = (draft: PaymentDraft, refund: RefundRow, decided: Decided | null): RefundRow => {
  const state = stateAfter(refund.state, decided === null ? 'expire' : 'deny')
  setAside(draft, refund.amount, partsIn(refund), -1n)
  const by = decided === null ? {} : { by: decided.by }
  draft.event(decided === null ? 'payment.refund_expired' : 'payment.refund_denied', { ...dataOf(refund), ...by })
  const said = decided === null ? {} : { decidedBy: decided.by, decision: decided.reason, decidedAt: draft.now }
  return putRefund(draft, refund, { state, openFor: null, ...said })
}

const addShares = (draft: PaymentDraft, attempt: Id<'att'>, parts: Parts): void => {
  const { merchant, id: payment } = draft.payment
  for (const { id: allocation } of draft.state.allocations) {
    const amount = parts?.get(allocation) ?? 0n
    if (amount > 0n) draft.addShare({ merchant, payment, attempt, allocation, amount })
  }
}

const dataOf = ({ id, amount, currency }: RefundRow): Readonly<Record<string, unknown>> => ({
  refund: id,
  amount: formatAmount(amount, currency),
  currency,
})
