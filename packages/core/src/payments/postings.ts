import { capturePostings, costPostings, type Fee, feeOf, holdPostings, releasePostings } from '../ledger/index.ts'
import { allocate } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import type { AttemptRow } from './records.ts'
import type { PaymentState } from './state.ts'

interface Share {
  readonly beneficiary: string | null
  readonly amount: bigint
}

const place = (attempt: AttemptRow) => ({
  gateway: attempt.gateway,
  account: attempt.account,
  currency: attempt.currency,
})

/** By allocation where there are any; what they do not cover belongs to the merchant. */
const split = (state: PaymentState, whole: bigint, amountOf: (allocation: string) => bigint): Share[] => {
  if (state.allocations.length === 0) return [{ beneficiary: null, amount: whole }]
  const parts = state.allocations.map((one) => ({ beneficiary: one.seller, amount: amountOf(one.id) }))
  const rest = whole - parts.reduce((sum, part) => sum + part.amount, 0n)
  if (rest < 0n) {
    // The gateway did less than it was asked for: everyone bears their part of that.
    const less = allocate(
      whole,
      parts.map((part) => part.amount),
    )
    return parts.map((part, index) => ({ ...part, amount: less[index] ?? 0n }))
  }
  return rest > 0n ? [...parts, { beneficiary: null, amount: rest }] : parts
}

/** How a capture or refund attempt is shared, as its intent decided. */
export const sharesOf = (state: PaymentState, attempt: AttemptRow, whole: bigint): Share[] =>
  split(state, whole, (allocation) =>
    state.shares
      .filter((share) => share.attempt === attempt.id && share.allocation === allocation)
      .reduce((sum, share) => sum + share.amount, 0n),
  )

const owed = (state: PaymentState, id: string): bigint => state.allocations.find((one) => one.id === id)?.amount ?? 0n

/** A hold of the authorised amount. */
export const holdBook = (state: PaymentState, attempt: AttemptRow, amount: bigint): readonly Posting[] =>
  holdPostings({ ...place(attempt), shares: split(state, amount, (id) => owed(state, id)) })

/**
 * Captured money: from the hold where the charge was an authorisation, at once where it was a sale; with the merchant's fee, and what
 * the gateway says that it charged us.
 */
export const captureBook = (
  state: PaymentState,
  attempt: AttemptRow,
  amount: bigint,
  fee: Fee | null,
  cost: bigint,
): readonly Posting[] => {
  const sale = attempt.kind === 'sale'
  const asked = amount < attempt.amount ? amount : attempt.amount
  const ordered = sale ? split(state, asked, (id) => owed(state, id)) : sharesOf(state, attempt, asked)
  const over = amount - asked // a gateway that took more than it was asked for: no hold covers that part
  const shares = over > 0n ? [...ordered, { beneficiary: null, amount: over, fromHold: 0n }] : ordered
  const taken = fee === null ? 0n : feeOf(amount, attempt.currency, fee)
  const money = capturePostings({ ...place(attempt), held: !sale, shares, fee: taken })
  return cost === 0n ? money : [...money, ...costPostings({ ...place(attempt), amount: cost })]
}

/** What was held and will not be captured, by beneficiary: each one's part less what is captured or about to be. */
export const releaseBook = (state: PaymentState, charge: AttemptRow, amount: bigint): readonly Posting[] => {
  const left = (id: string): bigint => {
    const one = state.allocations.find((allocation) => allocation.id === id)
    return one === undefined ? 0n : one.amount - one.captured - one.capturePending
  }
  return releasePostings({ ...place(charge), shares: split(state, amount, left) })
}
