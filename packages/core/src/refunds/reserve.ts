import type { Id } from '../kernel/index.ts'
import { formatAmount } from '../money/index.ts'
import {
  divideAmong,
  type FollowedRefund,
  type NamedPart,
  type Part,
  type PaymentDraft,
  refundable,
  refuse,
  refuseUnresolved,
  review,
  show,
  winnerOf,
} from '../payments/index.ts'
import { stateAfter } from './machine.ts'
import { addRefund, putRefund } from './put.ts'
import { newRefund, type RefundRow } from './records.ts'
import { refuseDisputed } from './rules.ts'
import { countRefunded, partsIn, partsText, setAside } from './set-aside.ts'

/*
 * For a refund that does not go through the payment's gateway: a payout carries it to another method. The payment's counters are what
 * keeps both ways from giving the same money back twice, so the payout's flow changes them in the very commits of its own: load the
 * payment's state, make a PaymentDraft, call one of these, and put the draft's decision (`changeOf`) and the payout's rows into one change.
 * The refund's row is found by the payment and the payout (`refundsOf(…).find((one) => one.payout === payout)`). Each appends the event
 * that tells the payment's timeline; `ledger` is the digest of the transaction that it records, where the payment's event is the one to
 * record it. None of them books anything.
 */

/** A refund that a payout is to carry. */
export interface PayoutRefund {
  readonly id: Id<'ref'>
  readonly payout: Id<'pot'>
  /** Minor units of the payment's currency; null: all that is left. */
  readonly amount: bigint | null
  /** Of a checkout: whose money; null: everybody's, by what each has left. */
  readonly orders: readonly NamedPart[] | null
  /** The host's reason, sealed for this refund's row. */
  readonly reason: Uint8Array | null
}

/**
 * Sets the amount aside in the commit that orders the payout, so that nobody else refunds it; gives the refund's row, whose `parts` say
 * which orders' sellers pay it. Throws `invalid_state` where nothing was captured or it is in dispute, `amount_too_large` above what is left, `attempt_open`
 * while it is not known what an attempt did.
 */
export const reserveRefund = (draft: PaymentDraft, wanted: PayoutRefund): RefundRow => {
  const { state, payment, now } = draft
  const { merchant, id, currency } = payment
  if (winnerOf(state) === undefined || payment.captured === 0n)
    return refuse('invalid_state', payment, `is ${payment.status}: nothing was captured that could be refunded`)
  refuseUnresolved(state, 'refund')
  const left = refundable(payment)
  const amount = wanted.amount ?? left
  refuseDisputed(payment, left, amount)
  if (amount <= 0n || amount > left)
    return refuse(
      'amount_too_large',
      payment,
      `has ${show(left, payment)} left to refund, not ${show(amount, payment)}`,
    )
  const rest = (one: { captured: bigint; refunded: bigint; refundPending: bigint }): bigint =>
    one.captured - one.refunded - one.refundPending
  const parts = divideAmong(state.allocations, amount, currency, rest, wanted.orders)
  const sent = stateAfter('requested', 'approve', 'send')
  const row = newRefund(now, {
    ...{ merchant, payment: id, id: wanted.id, amount, currency, state: sent },
    ...{ payout: wanted.payout, reason: wanted.reason, parts: partsText(parts) },
  })
  setAside(draft, amount, parts)
  addRefund(draft, row)
  draft.event('payment.refund_requested', dataOf(row))
  return row
}

/** The payout was made for certain: what was set aside is refunded. Also after it had failed, as far as was known. */
export const settleReserved = (draft: PaymentDraft, refund: RefundRow, ledger: Uint8Array | null = null): RefundRow => {
  const parts = partsIn(refund)
  const row = putRefund(draft, refund, { state: stateAfter(refund.state, 'succeed') })
  if (refund.state === 'processing') setAside(draft, refund.amount, parts, -1n)
  else draft.setPayment(review(draft.payment, 'late_success'))
  countRefunded(draft, refund.amount, parts)
  const { refunded, refundPending, captured } = draft.payment
  if (refunded + refundPending > captured) draft.setPayment(review(draft.payment, 'over_refunded'))
  const text = formatAmount(refund.amount, refund.currency)
  draft.event('payment.refunded', { ...dataOf(refund), refunded: text }, ledger)
  return row
}

/** The payout failed for certain, or came back: the money may be refunded anew. `code` says why, in one word. */
export const freeReserved = (
  draft: PaymentDraft,
  refund: RefundRow,
  code: string,
  ledger: Uint8Array | null = null,
): RefundRow => {
  const parts = partsIn(refund)
  const row = putRefund(draft, refund, { state: stateAfter(refund.state, 'fail') })
  if (refund.state === 'processing') {
    setAside(draft, refund.amount, parts, -1n)
    draft.event('payment.refund_failed', { ...dataOf(refund), code }, ledger)
    return row
  }
  countRefunded(draft, refund.amount, parts, -1n)
  draft.setPayment(review(draft.payment, 'refund_undone'))
  const undone = formatAmount(refund.amount, refund.currency)
  draft.event('payment.refund_undone', { ...dataOf(refund), undone, code }, ledger)
  return row
}

/** Such a refund for the fees that follow it: whose money went back, and what its event says. */
export const refundByPayout = (draft: PaymentDraft, refund: RefundRow): FollowedRefund => {
  const { payout, id, currency } = refund
  const parts = partsIn(refund)
  const whole: Part = { allocation: null, beneficiary: null, amount: refund.amount }
  const shared = draft.state.allocations.flatMap((one): Part[] => {
    const amount = parts?.get(one.id) ?? 0n
    return amount > 0n ? [{ allocation: one.id, beneficiary: one.seller, amount }] : []
  })
  return { id, parts: parts === null ? [whole] : shared, data: { refund: id, payout, currency } }
}

const dataOf = ({ id, payout, amount, currency }: RefundRow): Readonly<Record<string, unknown>> => ({
  refund: id,
  ...(payout === null ? {} : { payout }),
  amount: formatAmount(amount, currency),
  currency,
})
