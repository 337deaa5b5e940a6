import { FlorinError } from '../kernel/index.ts'
import type { Posting } from '../records/index.ts'

/** Where a file comes from: a gateway's account, or an account of ours at a bank by the name under which the books have it. */
export type StatementSource = { readonly gateway: string; readonly account: string } | { readonly bank: string }

/** How far a line may be from what it is about. */
export interface Tolerances {
  /** Minor units that are nobody's worry: booked as a cost, and no break. */
  readonly amount: bigint
  /** Days between the two dates; a line that matches otherwise and is further off is `timing`. */
  readonly days: number
  /** Days after which a source should have told of everything: what it has not by then is missing there. */
  readonly closesAfterDays: number
}

/** What a line turned out to be. */
export const LINE_RESULTS = [
  'matched', // about one thing of ours, to the minor unit or within the tolerance
  'booked', // about nothing of ours by nature: a fee, a payout, a transfer between balances
  'timing', // matched, but further off in time than the tolerance
  'amount_differs',
  'missing_here', // we know of no such thing
  'duplicate', // another line has settled the same thing
] as const
/** What a line turned out to be: one of `LINE_RESULTS`. */
export type LineResult = (typeof LINE_RESULTS)[number]

/** Why a break was opened. */
export const BREAK_KINDS = [
  'missing_here',
  'missing_there', // ours, and no file has it
  'amount_differs',
  'duplicate',
  'inconsistent', // books, wallets, events and payments of our own do not agree
] as const
/** Why a break was opened: one of `BREAK_KINDS`. */
export type BreakKind = (typeof BREAK_KINDS)[number]

/** One name for a source, for keys and people: `gateway/stripe/main`, `bank/giro`. */
export const sourceName = (source: StatementSource): string =>
  'bank' in source ? `bank/${source.bank}` : `gateway/${source.gateway}/${source.account}`

/** The source that a name stands for; null for what has none, as our own checks. */
export const sourceOf = (name: string): StatementSource | null => {
  const [is, first = '', ...rest] = name.split('/')
  if (is === 'bank') return { bank: name.slice('bank/'.length) }
  return is === 'gateway' ? { gateway: first, account: rest.join('/') } : null
}

/** What is suggested, or was done, about a break: one posting, and why. */
export interface SuggestedPosting {
  readonly debit: string
  readonly credit: string
  /** Minor units, as text. */
  readonly amount: string
  readonly currency: string
  readonly why: string
}

/** A suggestion as text, of the posting that it stands for; null where nothing is to be moved. */
export const suggested = ({ debit, credit, amount, currency }: Posting, why: string): SuggestedPosting | null =>
  amount === 0n ? null : { debit: debit.account, credit: credit.account, amount: amount.toString(), currency, why }

/** What a run has counted; every line is in exactly one of the first seven. */
export interface RunCounts {
  readonly matched: number
  readonly booked: number
  readonly timing: number
  readonly amountDiffers: number
  readonly missingHere: number
  readonly duplicate: number
  /** Lines that an earlier file, or an earlier run over this one, has had. */
  readonly known: number
  readonly malformed: number
}

/** A run that has counted nothing yet. */
export const NO_COUNTS: RunCounts = Object.freeze({
  matched: 0,
  booked: 0,
  timing: 0,
  amountDiffers: 0,
  missingHere: 0,
  duplicate: 0,
  known: 0,
  malformed: 0,
})

/** Under which name a result is counted. */
export const COUNTED_AS = {
  matched: 'matched',
  booked: 'booked',
  timing: 'timing',
  amount_differs: 'amountDiffers',
  missing_here: 'missingHere',
  duplicate: 'duplicate',
} as const satisfies Readonly<Record<LineResult, keyof RunCounts>>

/** A part of a path in the books stays one part of a name here. */
export const checkSource = (source: StatementSource): void => {
  const names = 'bank' in source ? [source.bank] : [source.gateway, source.account]
  if (names.every((name) => name !== '' && !name.includes('/') && name.length <= 100)) return
  throw new FlorinError(
    'invalid_request',
    `source: '${names.join("', '").slice(0, 80)}' is no name of a gateway, account or bank: give 1 to 100 characters without '/'`,
    { details: { path: 'source' } },
  )
}
