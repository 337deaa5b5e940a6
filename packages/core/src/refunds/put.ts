import type { PaymentDraft } from '../payments/index.ts'
import { append, replace } from '../records/index.ts'
import { mutableRefund, type RefundRow, refunds } from './records.ts'

/** Adds a refund to its payment, which counts them. */
export const addRefund = (draft: PaymentDraft, row: RefundRow): void => {
  draft.setPayment({ refunds: draft.payment.refunds + 1 })
  draft.effect(append(refunds, row))
}

/** Writes columns of a refund; gives the row as it is then. */
export const putRefund = (draft: PaymentDraft, before: RefundRow, set: Partial<RefundRow>): RefundRow => {
  const { merchant, payment, id, version } = before
  const row: RefundRow = { ...before, ...set, updatedAt: draft.now, version: version + 1 }
  draft.guard(replace(refunds, { merchant, payment, id }, version, mutableRefund(row)))
  return row
}
