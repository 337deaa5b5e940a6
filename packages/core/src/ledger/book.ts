import { FlorinError } from '../kernel/index.ts'
import type { AccountRef, Phase, Posting, PostOp } from '../records/index.ts'
import type { AccountRow, EntryRow } from '../storage/index.ts'

/** What a batch's posts do to the ledger. */
export interface Booked {
  /** Posts that would leave an account below its floor, by index, each with the first such account. Nothing of them is booked. */
  readonly losers: readonly { readonly index: number; readonly account: string }[]
  /** Every account that was touched, once, as it is afterwards; `fresh` when it must be inserted. In order of first touch. */
  readonly accounts: readonly { readonly row: AccountRow; readonly fresh: boolean }[]
  /** Two per posting, debit first, in order. */
  readonly entries: readonly EntryRow[]
}

/** The primary key of a ledger account. */
export interface AccountKey {
  readonly merchant: string
  readonly account: string
}

type Draft<T> = { -readonly [N in keyof T]: T[N] }

interface Working {
  readonly row: Draft<AccountRow>
  readonly fresh: boolean
  /** The version before this batch. */
  readonly start: number
  /** The post that last looked at `before`. */
  stamp: number
  /** What was available when that post began. */
  before: bigint
}

/** The state that one call of `book` works on. */
interface Books {
  readonly stored: ReadonlyMap<string, AccountRow>
  readonly working: Map<string, Working>
  readonly entries: EntryRow[]
}

/** How an account is named in the maps that `book` reads. */
export const accountKey = (merchant: string, account: string): string => `${merchant}\0${account}`

/** The distinct accounts that the posts name, in one order for everybody, so that row locks taken in it cannot deadlock. */
export const accountsOf = (posts: readonly PostOp[]): readonly AccountKey[] => {
  const found = new Map<string, AccountKey>()
  for (const { merchant, postings } of posts) {
    for (const { debit, credit } of postings) {
      for (const { account } of [debit, credit]) {
        const key = accountKey(merchant, account)
        if (!found.has(key)) found.set(key, { merchant, account })
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key)
}

/**
 * Books the posts, in order, on the accounts as they stand (keyed by `accountKey`; those that are missing are created). A hot
 * account costs one upsert, however many posts name it. A post that loses leaves no trace, and later posts see the state without it.
 *
 * The floor that binds is the one that the posting itself names: a command names its account's floor, a reported fact names none and
 * is booked whatever it leaves behind (FAILURES 2.20).
 *
 * Pure: the rows of `accounts` are not changed.
 * @throws FlorinError `internal` for what only a bug can ask: an amount of zero or less, an account with another currency or side,
 * or settling or voiding more than is pending.
 */
export const book = (posts: readonly PostOp[], accounts: ReadonlyMap<string, AccountRow>): Booked => {
  const books: Books = { stored: accounts, working: new Map(), entries: [] }
  const { working, entries } = books
  const losers: { index: number; account: string }[] = []
  for (let index = 0; index < posts.length; index++) {
    const post = posts[index] as PostOp
    const mark = entries.length
    for (const posting of post.postings) {
      if (posting.amount <= 0n) throw bug(`a posting of ${posting.amount} ${posting.currency} in '${post.transaction}'`)
      bookSide(books, post, index, posting, 'debit')
      bookSide(books, post, index, posting, 'credit')
    }
    const broken = brokenFloor(post, working)
    if (broken === undefined) continue
    losers.push({ index, account: broken })
    undo(books, mark)
  }
  const touched: { row: AccountRow; fresh: boolean }[] = []
  for (const { row, fresh, start } of working.values()) if (row.version !== start) touched.push({ row, fresh })
  return { losers, accounts: touched, entries }
}

const bookSide = (books: Books, post: PostOp, index: number, posting: Posting, side: 'debit' | 'credit'): void => {
  const ref = posting[side]
  const key = accountKey(post.merchant, ref.account)
  let held = books.working.get(key)
  if (held === undefined) {
    held = open(books.stored.get(key), post.merchant, ref, posting.currency)
    books.working.set(key, held)
  }
  const { row } = held
  if (row.currency !== posting.currency || row.side !== ref.side) {
    throw bug(
      `account '${ref.account}' is a ${row.side} account in ${row.currency}; '${post.transaction}' posts to it as a ${ref.side} account in ${posting.currency}`,
    )
  }
  if (held.stamp !== index) {
    held.stamp = index
    held.before = available(row)
  }
  move(row, side, posting.phase, posting.amount, 1n)
  if (row.debitsPending < 0n || row.creditsPending < 0n) {
    throw bug(`'${post.transaction}' has ${posting.phase} ${posting.amount} of '${ref.account}', more than is pending`)
  }
  row.version += 1
  books.entries.push({
    merchant: post.merchant,
    account: ref.account,
    version: row.version,
    transaction: post.transaction,
    side,
    phase: posting.phase,
    amount: posting.amount,
    balance: posted(row),
    pending: onNormalSide(row, row.debitsPending, row.creditsPending),
    at: post.at,
  })
}

const open = (row: AccountRow | undefined, merchant: string, ref: AccountRef, currency: string): Working => {
  if (row !== undefined) return { row: { ...row }, fresh: false, start: row.version, stamp: -1, before: 0n }
  const { account, side, floor } = ref
  return {
    row: {
      merchant,
      account,
      currency,
      side,
      floor,
      debitsPosted: 0n,
      creditsPosted: 0n,
      debitsPending: 0n,
      creditsPending: 0n,
      version: 0,
    },
    fresh: true,
    start: 0,
    stamp: -1,
    before: 0n,
  }
}

/** Moves one side's counters as the phase says; `sign` -1n takes the very same step back. */
const move = (row: Draft<AccountRow>, side: 'debit' | 'credit', phase: Phase, amount: bigint, sign: 1n | -1n): void => {
  const step = sign === 1n ? amount : -amount
  const toPosted = phase === 'posted' || phase === 'settled' ? step : 0n
  const toPending = phase === 'pending' ? step : phase === 'posted' ? 0n : -step
  if (side === 'debit') {
    row.debitsPosted += toPosted
    row.debitsPending += toPending
  } else {
    row.creditsPosted += toPosted
    row.creditsPending += toPending
  }
}

const onNormalSide = (row: AccountRow, debits: bigint, credits: bigint): bigint =>
  row.side === 'debit' ? debits - credits : credits - debits

const posted = (row: AccountRow): bigint => onNormalSide(row, row.debitsPosted, row.creditsPosted)

/** What may still leave the account: holds against it count as gone, holds in its favour do not count yet. */
const available = (row: AccountRow): bigint =>
  posted(row) - (row.side === 'debit' ? row.creditsPending : row.debitsPending)

/** The first account that the post brought further below the floor that it names itself. */
const brokenFloor = (post: PostOp, working: ReadonlyMap<string, Working>): string | undefined => {
  for (const { debit, credit } of post.postings) {
    if (debit.floor !== null && isBelow(post, debit, debit.floor, working)) return debit.account
    if (credit.floor !== null && isBelow(post, credit, credit.floor, working)) return credit.account
  }
  return undefined
}

const isBelow = (post: PostOp, ref: AccountRef, floor: bigint, working: ReadonlyMap<string, Working>): boolean => {
  const held = working.get(accountKey(post.merchant, ref.account)) as Working // every account of this post was opened above
  const after = available(held.row)
  return after < floor && after < held.before
}

/** Takes back everything since `mark`. */
const undo = ({ working, entries }: Books, mark: number): void => {
  for (let i = entries.length - 1; i >= mark; i--) {
    const { merchant, account, side, phase, amount } = entries[i] as EntryRow
    const key = accountKey(merchant, account)
    const { row, start } = working.get(key) as Working // it has an entry, so it is open
    move(row, side, phase, amount, -1n)
    row.version -= 1
    if (row.version === start) working.delete(key) // as if the post had never opened it
  }
  entries.length = mark
}

const bug = (what: string): FlorinError => new FlorinError('internal', `${what}; please report it`)
