import { type LedgerTransactionRow, openHoldsOf, platformFees, transactionsOf } from '../../ledger/index.ts'
import { type AttemptRow, isHoldUnclear, type PaymentState } from '../../payments/index.ts'
import type { Reading } from '../context.ts'

/** A state with what the ledger says of it, for decisions that attempts alone do not settle: what was taken back, or done elsewhere. */
export interface BookedState {
  readonly state: PaymentState
  /** The merchant fee that stands booked for an attempt. */
  feeTaken(attempt: AttemptRow): bigint
}

/** Reads what was booked for a payment. A change in between makes the decision lose its version, and read again. */
export const withBooks = async (context: Reading, state: PaymentState): Promise<BookedState> => {
  const { merchant, id } = state.payment
  const booked = await transactionsOf(context.storage, merchant, id)
  return { state: { ...state, holds: openHoldsOf(booked) }, feeTaken: (attempt) => feeTaken(booked, attempt) }
}

/** The state as a decision needs it: with its holds where they do not follow from the attempts. */
export const withHolds = async (context: Reading, state: PaymentState): Promise<PaymentState> =>
  state.attempts.some(isHoldUnclear) ? (await withBooks(context, state)).state : state

const feeTaken = (booked: readonly LedgerTransactionRow[], { id, currency }: AttemptRow): bigint => {
  const { account } = platformFees(currency)
  let fee = 0n
  for (const { reference, postings } of booked) {
    if (!reference.startsWith(`${id}/`)) continue
    for (const [debit, credit, amount] of postings) {
      if (credit === account) fee += BigInt(amount)
      if (debit === account) fee -= BigInt(amount)
    }
  }
  return fee
}
