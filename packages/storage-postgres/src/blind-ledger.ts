import { type AccountRow, accountKey, accounts, accountsOf, book, entries, type PostOp } from '@florin/core/storage'
import type { Cells } from '@florin/storage-sql'
import { arraysOf, bigintsOf } from './arrays.ts'
import { ADDED, ENTERED, ledgerSql } from './ledger-sql.ts'
import { type Query, query } from './statement.ts'

/**
 * More than a batch can move, and less than a counter can hold. Every counter of an account is taken to stand there: what is added does
 * not depend on it, differences of two counters neither, and nothing that is pending seems to be wanting.
 */
const SOMEWHERE = 1n << 60n
const MOST_KNOWN = 100_000

/**
 * Accounts that are there, which never change but for their counters, so that a batch can be booked on them without being told how
 * they stand. Only while it names no floor: whether that holds is seen in the balance.
 */
export class KnownAccounts {
  readonly #rows = new Map<string, AccountRow>()
  readonly #text: string

  constructor(schema: string) {
    this.#text = ledgerSql(schema)
  }

  add(row: AccountRow): void {
    if (this.#rows.size >= MOST_KNOWN) this.#rows.clear()
    const counters = {
      debitsPosted: SOMEWHERE,
      creditsPosted: SOMEWHERE,
      debitsPending: SOMEWHERE,
      creditsPending: SOMEWHERE,
    }
    this.#rows.set(accountKey(row.merchant, row.account), { ...row, ...counters, version: 0 })
  }

  has(merchant: string, account: string): boolean {
    return this.#rows.has(accountKey(merchant, account))
  }

  /** Whether the posts can be booked without a look at their accounts. */
  canBook(posts: readonly PostOp[]): boolean {
    const noFloor = posts.every(({ postings }) =>
      postings.every(({ debit, credit }) => debit.floor === null && credit.floor === null),
    )
    return noFloor && accountsOf(posts).every(({ merchant, account }) => this.has(merchant, account))
  }

  /** Books the posts upon accounts that this transaction has locked. */
  book(posts: readonly PostOp[]): Query {
    const booked = book(posts, this.#rows)
    const places = new Map(booked.accounts.map(({ row }, i) => [accountKey(row.merchant, row.account), i + 1]))
    const added = booked.accounts.map(
      ({ row }): Cells => ({
        merchant: row.merchant,
        account: row.account,
        debitsPosted: row.debitsPosted - SOMEWHERE,
        creditsPosted: row.creditsPosted - SOMEWHERE,
        debitsPending: row.debitsPending - SOMEWHERE,
        creditsPending: row.creditsPending - SOMEWHERE,
        version: row.version,
      }),
    )
    const of = booked.entries.map(({ merchant, account }) => places.get(accountKey(merchant, account)) as number)
    return query(this.#text, [
      ...arraysOf(accounts, ADDED, added),
      bigintsOf(of),
      ...arraysOf(entries, ENTERED, booked.entries),
      String(added.length),
    ])
  }
}
