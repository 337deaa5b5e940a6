import { formatAmount } from '../money/index.ts'
import type { Phase } from '../records/index.ts'
import { type EntryRow, entries, type Page, type Storage } from '../storage/index.ts'

export interface StatementOptions {
  /** `newest` first if absent. */
  readonly order?: 'newest' | 'oldest'
  /** 1 to 1,000; 100 if absent. */
  readonly limit?: number
  /** The `next` of the page before, in the same order. */
  readonly after?: string
}

/** An account's entries, a page at a time. Pages stay right while money moves: new entries only ever come at the newest end. */
export const statement = (
  storage: Pick<Storage, 'find'>,
  merchant: string,
  account: string,
  options: StatementOptions = {},
): Promise<Page<EntryRow>> => {
  const { order = 'newest', limit = 100, after } = options
  return storage.find(entries, {
    index: 'key',
    equals: { merchant, account },
    descending: order === 'newest',
    limit,
    ...(after === undefined ? {} : { after }),
  })
}

/** An entry with decimal strings, fit for JSON. */
export interface EntryView {
  readonly account: string
  readonly version: number
  readonly transaction: string
  readonly side: 'debit' | 'credit'
  readonly phase: Phase
  readonly amount: string
  readonly balance: string
  readonly pending: string
  readonly currency: string
  readonly at: number
}

/** The JSON-safe form. An account's path ends in its currency. */
export const entryView = (entry: EntryRow): EntryView => {
  const { account, version, transaction, side, phase, at } = entry
  const currency = account.slice(account.lastIndexOf('/') + 1)
  const text = (minor: bigint): string => formatAmount(minor, currency)
  const amounts = { amount: text(entry.amount), balance: text(entry.balance), pending: text(entry.pending) }
  return { account, version, transaction, side, phase, ...amounts, currency, at }
}
