import {
  type LedgerTransactionRow,
  monthVolume,
  movedTo,
  openHoldsOf,
  platformFees,
  transactionsOf,
  volumeCounted,
} from '../../ledger/index.ts'
import { type AttemptRow, type FeeReturn, isHoldUnclear, type PaymentState } from '../../payments/index.ts'
import type { Posting } from '../../records/index.ts'
import type { Reading } from '../context.ts'

/** A state with what the ledger says of it, for decisions that attempts alone do not settle: what was taken back, or done elsewhere. */
export interface BookedState {
  readonly state: PaymentState
  /** The merchant fee that stands booked for an attempt. */
  feeTaken(attempt: AttemptRow): bigint
  /** What takes an attempt out of the volume of the month in which it was counted. */
  countedBack(attempt: AttemptRow): readonly Posting[]
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
    countedBack: (attempt) => countedBack(booked, attempt),
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

/** What stands counted by month, the other way round. A month's name is the second part of its account's. */
const countedBack = (booked: readonly LedgerTransactionRow[], { id, currency }: AttemptRow): readonly Posting[] => {
  const base = volumeCounted(currency)
  const months = new Map<string, bigint>()
  const add = (account: string, amount: bigint): void => {
    const month = account.split('/')[1] ?? ''
    months.set(month, (months.get(month) ?? 0n) + amount)
  }
  for (const { reference, postings } of booked) {
    if (!reference.startsWith(`${id}/`)) continue
    for (const [debit, credit, amount] of postings) {
      if (debit === base.account) add(credit, BigInt(amount))
      if (credit === base.account) add(debit, -BigInt(amount))
    }
  }
  return [...months]
    .filter(([, amount]) => amount > 0n)
    .map(([month, amount]) => ({
      debit: monthVolume(month, currency),
      credit: base,
      amount,
      currency,
      phase: 'posted',
    }))
}

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
  return { taken, returned, attempts, rule: feeRule, schedule: feeSchedule }
}

/** A booking is named for the attempt that it is about. */
const attemptName = ({ reference }: LedgerTransactionRow): string => reference.slice(0, reference.indexOf('/'))
