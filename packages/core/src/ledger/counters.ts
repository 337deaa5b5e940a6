import type { Phase } from '../records/index.ts'
import type { AccountRow } from '../storage/index.ts'

type Side = 'debit' | 'credit'

/** The four counters of an account, in minor units. */
export interface Counters {
  debitsPosted: bigint
  creditsPosted: bigint
  debitsPending: bigint
  creditsPending: bigint
}

export const noCounters = (): Counters => ({
  debitsPosted: 0n,
  creditsPosted: 0n,
  debitsPending: 0n,
  creditsPending: 0n,
})

/** Adds one entry. Said here a second time, beside `book`, so that what verifies the books does not share a fault with what writes them. */
export const addEntry = (counters: Counters, side: Side, phase: Phase, amount: bigint): void => {
  const final = phase === 'posted' || phase === 'settled' ? amount : 0n
  const held = phase === 'pending' ? amount : phase === 'posted' ? 0n : -amount
  if (side === 'debit') {
    counters.debitsPosted += final
    counters.debitsPending += held
  } else {
    counters.creditsPosted += final
    counters.creditsPending += held
  }
}

type Account = Counters & { readonly side: Side }

/** The posted balance on the account's normal side. */
export const postedOf = ({ side, debitsPosted, creditsPosted }: Readonly<Account>): bigint =>
  side === 'debit' ? debitsPosted - creditsPosted : creditsPosted - debitsPosted

/** The net of all holds on the account's normal side. */
export const pendingOf = ({ side, debitsPending, creditsPending }: Readonly<Account>): bigint =>
  side === 'debit' ? debitsPending - creditsPending : creditsPending - debitsPending

/** What may still leave the account: holds against it count as gone, holds in its favour do not count yet. */
export const availableOf = (
  row: Pick<AccountRow, 'side' | 'debitsPosted' | 'creditsPosted' | 'debitsPending' | 'creditsPending'>,
): bigint => postedOf(row) - (row.side === 'debit' ? row.creditsPending : row.debitsPending)
