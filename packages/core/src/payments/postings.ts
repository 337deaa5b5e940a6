import {
  capturePostings,
  captureUndonePostings,
  costPostings,
  holdPostings,
  merchantPending,
  releasePostings,
  sellerPending,
} from '../ledger/index.ts'
import { allocate } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import type { AttemptRow } from './records.ts'
import { isCharge, isOpen, type PaymentState } from './state.ts'

/** Whose part of an amount this is: an order's and its seller's, or the merchant's own (null). Parts stand in the order of the orders. */
export interface Part {
  readonly allocation: string | null
  readonly beneficiary: string | null
  readonly amount: bigint
}

const place = (attempt: AttemptRow) => ({
  gateway: attempt.gateway,
  account: attempt.account,
  currency: attempt.currency,
})

/** What an attempt asked for, by order: for a charge each order's amount, else the shares that its intent decided. */
const askedOf = (state: PaymentState, attempt: AttemptRow): readonly bigint[] =>
  state.allocations.map((one) =>
    isCharge(attempt)
      ? one.amount
      : state.shares
          .filter((share) => share.attempt === attempt.id && share.allocation === one.id)
          .reduce((sum, share) => sum + share.amount, 0n),
  )

/** How `whole` of an attempt is shared: as its intent decided; of more or less than was asked for, everyone bears their part. */
export const partsOf = (state: PaymentState, attempt: AttemptRow, whole: bigint): readonly Part[] => {
  if (state.allocations.length === 0) return [{ allocation: null, beneficiary: null, amount: whole }]
  const asked = askedOf(state, attempt)
  const amounts = whole === asked.reduce((sum, one) => sum + one, 0n) ? asked : allocate(whole, asked)
  return state.allocations.map((one, index) => ({
    allocation: one.id,
    beneficiary: one.seller,
    amount: amounts[index] ?? 0n,
  }))
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What the ledger holds for each part by its own account, where that was read from it. Parts of one seller share what is held. */
const heldInLedger = (state: PaymentState, currency: string): bigint[] | null => {
  if (state.holds === null) return null
  const left = new Map<string, bigint>()
  for (const { credit, amount } of state.holds) left.set(credit, (left.get(credit) ?? 0n) + amount)
  const take = (seller: string | null, most: bigint | null): bigint => {
    const account = (seller === null ? merchantPending(currency) : sellerPending(seller, currency)).account
    const held = left.get(account) ?? 0n
    const part = most === null ? held : least(held, most)
    left.set(account, held - part)
    return part
  }
  if (state.allocations.length === 0) return [take(null, null)]
  const parts = state.allocations.map((one) => take(one.seller, one.amount))
  return parts.map((part, index) => part + take(state.allocations[index]?.seller ?? null, null))
}

/** What the ledger still holds of a charge, by part, once the given captures have taken theirs out of it. */
const heldBy = (state: PaymentState, charge: AttemptRow, captures: readonly AttemptRow[]): readonly bigint[] => {
  const known = heldInLedger(state, charge.currency)
  if (known !== null) {
    // The ledger has the applied ones out of the hold already; what open ones set aside is still in it.
    for (const capture of captures.filter(isOpen)) takeOut(known, fromHold(state, capture, capture.amount, known))
    return known
  }
  const raised = state.attempts
    .filter((one) => one.kind === 'increment' && one.parent === charge.id && one.state === 'applied')
    .reduce((sum, one) => sum + one.amount, 0n)
  const left = partsOf(state, charge, (charge.applied ?? charge.amount) + raised).map((part) => part.amount)
  for (const capture of captures) {
    takeOut(left, fromHold(state, capture, capture.applied ?? capture.amount, left))
  }
  return left
}

const takeOut = (left: bigint[], used: readonly bigint[]): void => {
  for (const [index, amount] of used.entries()) left[index] = (left[index] ?? 0n) - amount
}

/** What a capture of `whole` takes out of the hold, by part: no more than it asked for, since the rest may be given back by then. */
const fromHold = (
  state: PaymentState,
  capture: AttemptRow,
  whole: bigint,
  held: readonly bigint[],
): readonly bigint[] => {
  const asked = partsOf(state, capture, capture.amount)
  return partsOf(state, capture, whole).map((part, index) =>
    least(part.amount, least(asked[index]?.amount ?? 0n, held[index] ?? 0n)),
  )
}

const capturesOf = (state: PaymentState, charge: string): readonly AttemptRow[] =>
  state.attempts.filter((one) => one.kind === 'capture' && one.parent === charge)

/** A hold of the authorised amount, or of what an increment added. */
export const holdBook = (state: PaymentState, attempt: AttemptRow, amount: bigint): readonly Posting[] =>
  holdPostings({ ...place(attempt), shares: partsOf(state, attempt, amount) })

/**
 * Captured money: from the hold where the charge was an authorisation, as far as that reaches; at once where it was a sale; with the
 * merchant's fee (minor units), and what the gateway says that it charged us.
 */
export const captureBook = (
  state: PaymentState,
  attempt: AttemptRow,
  amount: bigint,
  fee: bigint,
  cost: bigint,
): readonly Posting[] => {
  const parts = partsOf(state, attempt, amount)
  const charge = attempt.kind === 'sale' ? undefined : state.attempts.find((one) => one.id === attempt.parent)
  const book = (shares: readonly (Part & { readonly fromHold?: bigint })[]): readonly Posting[] =>
    capturePostings({ ...place(attempt), held: charge !== undefined, shares, fee })
  const money = charge === undefined ? book(parts) : book(outOfHold(state, charge, attempt, parts))
  return cost === 0n ? money : [...money, ...costPostings({ ...place(attempt), amount: cost })]
}

/**
 * What a capture that is counted already may take out of what the ledger holds: all but what is still to be held, where that was read from it. One
 * that was taken back and came again brings its money along where it was given back meanwhile: what others set aside stays theirs.
 */
const toTake = ({ holds, payment }: PaymentState): bigint | null => {
  if (holds === null) return null
  const held = holds.reduce((sum, { amount }) => sum + amount, 0n)
  const stays = payment.authorized - payment.captured - payment.released
  return stays <= 0n ? held : held - least(held, stays)
}

const atMost = (most: bigint | null, used: readonly bigint[]): readonly bigint[] =>
  most === null || most >= used.reduce((sum, one) => sum + one, 0n) ? used : allocate(most, used)

const outOfHold = (
  state: PaymentState,
  charge: AttemptRow,
  capture: AttemptRow,
  parts: readonly Part[],
): readonly (Part & { readonly fromHold?: bigint })[] => {
  const before = capturesOf(state, charge.id).filter((one) => one.state === 'applied' && one.id !== capture.id)
  const whole = parts.reduce((sum, part) => sum + part.amount, 0n)
  const used = atMost(toTake(state), fromHold(state, capture, whole, heldBy(state, charge, before)))
  if (parts.every((part, index) => part.amount === used[index])) return parts
  return parts.map((part, index) => ({ ...part, fromHold: used[index] ?? 0n }))
}

/** A capture or sale that was taken back, with the fee that was booked with it. What the gateway charged for it stays charged. */
export const captureUndoneBook = (
  state: PaymentState,
  attempt: AttemptRow,
  amount: bigint,
  fee: bigint,
): readonly Posting[] => captureUndonePostings({ ...place(attempt), shares: partsOf(state, attempt, amount), fee })

/** What a capture that was taken back had taken out of the hold is held again. */
export const rehold = (state: PaymentState, capture: AttemptRow, amount: bigint): readonly Posting[] => {
  const asked = partsOf(state, capture, capture.amount)
  const shares = partsOf(state, capture, amount).map((part, index) => ({
    ...part,
    amount: least(part.amount, asked[index]?.amount ?? 0n),
  }))
  return holdPostings({ ...place(capture), shares })
}

/**
 * What was held and will not be captured, by part: all that captures have not taken and may not take any more. `only`: what a failed
 * capture had set aside, where the rest is released already.
 */
export const releaseBook = (state: PaymentState, charge: AttemptRow, only: AttemptRow | null): readonly Posting[] => {
  const taken = capturesOf(state, charge.id).filter((one) => one.state === 'applied' || isOpen(one))
  const left = heldBy(state, charge, taken)
  const shares = partsOf(state, only ?? charge, only?.amount ?? charge.amount).map((part, index) => ({
    ...part,
    amount: only === null ? (left[index] ?? 0n) : least(part.amount, left[index] ?? 0n),
  }))
  return releasePostings({ ...place(charge), shares })
}
