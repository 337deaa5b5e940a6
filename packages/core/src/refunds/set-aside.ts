import type { PaymentDraft } from '../payments/index.ts'
import type { RefundParts, RefundRow } from './records.ts'

/** What of a refund is whose: minor units by order; null for a payment without orders. */
export type Parts = ReadonlyMap<string, bigint> | null

/** Parts as a refund's row keeps them. */
export const partsText = (parts: Parts): RefundParts | null =>
  parts === null ? null : [...parts].filter(([, part]) => part > 0n).map(([id, part]) => [id, part.toString()])

/** The parts that a refund's row keeps. */
export const partsIn = (refund: RefundRow): Parts =>
  refund.parts === null ? null : new Map(refund.parts.map(([id, part]) => [id, BigInt(part)]))

/** Counts `amount` as about to be refunded (a negative one: no more), of the payment and of each order. */
export const setAside = (draft: PaymentDraft, amount: bigint, parts: Parts, sign: 1n | -1n = 1n): void => {
  draft.setPayment({ refundPending: draft.payment.refundPending + sign * amount })
  if (parts === null) return
  for (const one of draft.state.allocations) {
    const part = parts.get(one.id) ?? 0n
    if (part > 0n) draft.allocation(one.id, { refundPending: one.refundPending + sign * part })
  }
}

/** Counts `amount` as refunded, or as refunded no more. */
export const countRefunded = (draft: PaymentDraft, amount: bigint, parts: Parts, sign: 1n | -1n = 1n): void => {
  draft.setPayment({ refunded: draft.payment.refunded + sign * amount })
  if (parts === null) return
  for (const one of draft.state.allocations) {
    const part = parts.get(one.id) ?? 0n
    if (part > 0n) draft.allocation(one.id, { refunded: one.refunded + sign * part })
  }
}
