import { type LedgerTransactionRow, movedTo, openHoldsOf, platformFees, transactionsOf } from '../../ledger/index.ts'
import { type AttemptRow, type FeeReturn, isHoldUnclear, type PaymentState } from '../../payments/index.ts'
import type { Reading } from '../context.ts'

/** A state with what the ledger says of it, for decisions that attempts alone do not settle: what was taken back, or done elsewhere. */
export interface BookedState {
  readonly state: PaymentState
  /** The merchant fee that stands booked for an attempt. */
  feeTaken(attempt: AttemptRow): bigint
  /** What of its fees follows refunds; null where nothing does. */
  readonly feeReturn: FeeReturn | null
}

/** Reads what was booked for a payment. A change in between makes the decision lose its version, and read again. */
export const withBooks = async (context: Reading, state: PaymentState): Promise<BookedState> => {
  const { merchant, id } = state.payment
  const booked = await transactionsOf(context.storage, merchant, id)
  return {
    state: { ...state, holds: openHoldsOf(booked) },
    feeTaken: (attempt) => feeTaken(booked, attempt),
    feeReturn: feeReturn(booked, state.payment.currency),
  }
}

/** The state as a decision needs it: with its holds where they do not follow from the attempts. */
export const withHolds = async (context: Reading, state: PaymentState): Promise<PaymentState> =>
  state.attempts.some(isHoldUnclear) ? (await withBooks(context, state)).state : state

const feeTaken = (booked: readonly LedgerTransactionRow[], { id, currency }: AttemptRow): bigint =>
  booked
    .filter((row) => row.reference.startsWith(`${id}/`))
    .reduce((fee, row) => fee + movedTo(row, platformFees(currency).account), 0n)

/** Captures name what becomes of their fee; what was booked for them later (trued up, taken back) counts with them. */
const feeReturn = (booked: readonly LedgerTransactionRow[], currency: string): FeeReturn | null => {
  const returning = booked.filter((row) => row.metadata?.feeOnRefund === 'returned')
  const [first] = returning
  if (first === undefined) return null
  const { account } = platformFees(currency)
  const attempts = new Set(returning.map(attemptName))
  let [taken, returned] = [0n, 0n]
  for (const row of booked) {
    if (row.type === 'fee_return') returned -= movedTo(row, account)
    else if (attempts.has(attemptName(row))) taken += movedTo(row, account)
  }
  const { feeRule = '', feeSchedule = '' } = first.metadata ?? {}
  return { taken, returned, rule: feeRule, schedule: feeSchedule }
}

/** A booking is named for the attempt that it is about. */
const attemptName = ({ reference }: LedgerTransactionRow): string => reference.slice(0, reference.indexOf('/'))
