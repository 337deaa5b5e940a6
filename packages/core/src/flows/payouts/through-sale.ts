import { availableOf, pendingOf } from '../../ledger/index.ts'
import type { PaymentDraft } from '../../payments/index.ts'
import type { PayoutDecision } from '../../payouts/index.ts'
import type { Posting } from '../../records/index.ts'

/** How a booking is put into the ledger, and what it takes of the owner's money in which currency. Minor units. */
export interface SaleBooking {
  readonly postings: readonly Posting[]
  readonly metadata: Readonly<Record<string, string>>
  readonly takes: { readonly amount: bigint; readonly currency: string }
}

/**
 * Books a payout that refunds a sale. Where the sale was converted, nothing is available in the currency that the buyer paid: the money is taken
 * out of what is available in the one that the sale was settled in, at the rate of the sale and with the conversion's fee given back, just as
 * a refund through the gateway would take it; and it goes back the same way. Reckoned over all of the payment's bookings, so that parts
 * leave no cent behind. Asked once a draft: it keeps what is converted by then.
 */
export const bookingThroughSale = (draft: PaymentDraft, { row, booking }: PayoutDecision): SaleBooking => {
  const { settle } = draft.payment
  const metadata = { purpose: row.purpose }
  const takes = { amount: row.amount, currency: row.currency }
  if (settle === null || booking.postings.length === 0) return { postings: booking.postings, metadata, takes }
  const available = availableOf(null, row.currency).account
  const pending = pendingOf(null, row.currency)
  const over = (postings: readonly Posting[]): readonly Posting[] =>
    postings.map((one) => ({
      ...one,
      debit: one.debit.account === available ? pending : one.debit,
      credit: one.credit.account === available ? pending : one.credit,
    }))
  const settled = draft.settled(over(booking.postings), metadata)
  const moved = broughtTo(settled.postings, pendingOf(null, settle.currency).account)
  const isOrder = booking.postings.some(({ debit }) => debit.account === available && debit.floor !== undefined)
  return {
    postings: [...shift(settle.currency, moved, isOrder), ...settled.postings],
    metadata: { ...metadata, ...settled.metadata },
    takes: { amount: -moved, currency: settle.currency },
  }
}

/** What postings bring onto an account, in all. */
const broughtTo = (postings: readonly Posting[], account: string): bigint =>
  postings.reduce(
    (sum, { debit, credit, amount }) =>
      sum + (credit.account === account ? amount : 0n) - (debit.account === account ? amount : 0n),
    0n,
  )

/** Between what is available and what is pending, so that pending stays as it was. An order takes no more than is available. */
const shift = (currency: string, moved: bigint, isOrder: boolean): readonly Posting[] => {
  if (moved === 0n) return []
  const [available, pending] = [availableOf(null, currency), pendingOf(null, currency)]
  const from = isOrder ? { ...available, floor: 0n } : available
  return moved < 0n
    ? [{ debit: from, credit: pending, amount: -moved, currency, phase: 'posted' }]
    : [{ debit: pending, credit: available, amount: moved, currency, phase: 'posted' }]
}
