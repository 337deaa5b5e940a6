import { availableOf, bankAccount, payoutsOf } from '../ledger/index.ts'
import type { AccountRef, Posting } from '../records/index.ts'
import type { PayoutState } from './machine.ts'
import { ownerOf } from './model.ts'
import type { PayoutRow } from './records.ts'

type Money = Pick<PayoutRow, 'owner' | 'amount' | 'currency' | 'bank'>

const move = ({ amount, currency }: Money, debit: AccountRef, credit: AccountRef): Posting => ({
  debit,
  credit,
  amount,
  currency,
  phase: 'posted',
})

const available = (row: Money): AccountRef => availableOf(ownerOf(row), row.currency)
const onTheWay = (row: Money): AccountRef => payoutsOf(ownerOf(row), row.currency)
const bank = (row: Money): AccountRef => bankAccount(row.bank, row.currency)

/** Ordered by us: an owner cannot order more than is available. */
export const orderPostings = (row: Money): readonly Posting[] => [
  move(row, { ...available(row), floor: 0n }, onTheWay(row)),
]

const GIVEN_BACK: ReadonlySet<PayoutState> = new Set(['failed', 'canceled'])

/** The money left our bank. It is taken from where it was when that was told, below zero if need be: it is a fact. */
export const paidPostings = (row: Money, before: PayoutState): readonly Posting[] => [
  move(row, GIVEN_BACK.has(before) ? available(row) : onTheWay(row), bank(row)),
]

/** It never leaves. */
export const failedPostings = (row: Money): readonly Posting[] => [move(row, onTheWay(row), available(row))]

/** It came back. Where nobody had told that it left, it left and came back: the bank's statement has both. */
export const returnedPostings = (row: Money, before: PayoutState): readonly Posting[] => [
  ...(before === 'paid' ? [] : paidPostings(row, before)),
  move(row, bank(row), available(row)),
]
