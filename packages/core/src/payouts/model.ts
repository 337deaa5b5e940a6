import type { Owner } from '../ledger/index.ts'
import type { PayoutRow } from './records.ts'

/** Whose money it is, in words of the ledger. */
export const ownerOf = (row: Pick<PayoutRow, 'owner'>): Owner => (row.owner === '' ? null : row.owner)

/** How an owner stands in a row: indexes have no place for null. */
export const ownerText = (owner: Owner): string => owner ?? ''

/** An event of a payout before it has its place in the stream. */
export interface PayoutEventDraft {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}
