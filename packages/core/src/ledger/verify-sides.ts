import type { AccountRow, EntryRow } from '../storage/index.ts'
import { accountKey } from './book.ts'
import type { LedgerTransactionRow } from './records.ts'

/** One side of one posting: on which account, and a text that is the same for the posting and for its entry. */
export interface Side {
  readonly account: string
  readonly thing: string
}

/** Whether a transaction's row has the form of one. JSON can hold anything by now; only what has the form is read any further. */
export const isWellFormed = ({ postings, metadata }: LedgerTransactionRow): boolean =>
  Array.isArray(postings) &&
  postings.length > 0 &&
  postings.every(isPosting) &&
  (metadata === null || Object.values(metadata).every((value) => typeof value === 'string'))

const isPosting = (posting: unknown): boolean =>
  Array.isArray(posting) &&
  posting.length === 5 &&
  posting.every((part) => typeof part === 'string') &&
  /^[1-9][0-9]*$/.test(posting[2] as string)

/** What a transaction says about each account that it touches (`account` as `accountKey` names it). */
export function* sidesOf({ merchant, reference, postings, recordedAt }: LedgerTransactionRow): Generator<Side> {
  for (const [debit, credit, amount, currency, phase] of postings) {
    const money = `${amount} ${currency}`
    yield { account: accountKey(merchant, debit), thing: thingOf(reference, 'debit', phase, money, recordedAt) }
    yield { account: accountKey(merchant, credit), thing: thingOf(reference, 'credit', phase, money, recordedAt) }
  }
}

/** The same for an entry; its currency is its account's. */
export const entryThing = (
  { transaction, side, phase, amount, at }: EntryRow,
  account: AccountRow | undefined,
): string => thingOf(transaction, side, phase, `${amount} ${account?.currency ?? ''}`, at)

const thingOf = (transaction: string, side: string, phase: string, money: string, at: number): string =>
  `${transaction}\0${side}\0${phase}\0${money}\0${at}`

/** For a message. */
export const nameOfThing = (thing: string): { readonly transaction: string; readonly what: string } => {
  const [transaction = '', side, phase, money] = thing.split('\0')
  return { transaction, what: `${side} of ${money} (${phase}) by '${transaction}'` }
}
