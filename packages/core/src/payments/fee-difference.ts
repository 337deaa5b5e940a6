import { pendingOf, platformFees } from '../ledger/index.ts'
import { allocate } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import type { PaymentDraft } from './draft.ts'
import type { Part } from './postings.ts'

/** How a change of a fee is named. */
export interface FeeBooking {
  readonly type: string
  readonly reference: string
  /** The rule that decided it, and what else is to be known. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Books a change of a fee after its capture, a posting for each beneficiary by their parts: more is taken where `by` is above zero, given back
 * where it is below. Gives the digest for the event, null where nothing changes.
 */
export const bookFeeDifference = (
  draft: PaymentDraft,
  parts: readonly Part[],
  by: bigint,
  { type, reference, metadata }: FeeBooking,
): Uint8Array | null => {
  const { currency } = draft.payment
  const platform = platformFees(currency)
  const size = by < 0n ? -by : by
  const amounts = allocate(
    size,
    parts.map((part) => part.amount),
  )
  const postings: Posting[] = []
  for (const [index, { beneficiary }] of parts.entries()) {
    const amount = amounts[index] ?? 0n
    if (amount === 0n) continue
    const owner = pendingOf(beneficiary, currency)
    const [debit, credit] = by > 0n ? [owner, platform] : [platform, owner]
    postings.push({ debit, credit, amount, currency, phase: 'posted' })
  }
  return draft.book(type, reference, postings, metadata)
}
