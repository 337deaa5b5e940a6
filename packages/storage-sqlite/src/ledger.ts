import {
  type AccountRow,
  accountKey,
  accounts,
  accountsOf,
  type Booked,
  book,
  entries,
  type PostOp,
} from '@florin/core/storage'
import type { Cells } from '@florin/storage-sql'
import type { Readers } from './reads.ts'
import type { Writers } from './table-writer.ts'

/** A post guard and the change that it belongs to. */
export interface Pending {
  readonly op: PostOp
  readonly change: number
}

/** Books a batch's posts within its transaction: each account is read and written once, however many posts name it. */
export class Ledger {
  readonly #readers: Readers
  readonly #writers: Writers

  constructor(readers: Readers, writers: Writers) {
    this.#readers = readers
    this.#writers = writers
  }

  book(posts: readonly PostOp[]): Booked {
    return book(posts, this.#accounts(posts))
  }

  /**
   * Books the posts of the changes that still stand, and tells of each change that ends below a floor. A change loses whole: when one
   * with several posts loses, some of them may have been booked and seen by later changes, so all is booked anew without it. That
   * ends, because every round takes out a change; with one post a change, the usual case, there is one round.
   */
  bookStanding(pending: readonly Pending[], lost: (change: number, account: string) => void): Booked {
    const rows = this.#accounts(pending.map(({ op }) => op))
    const losers = new Set<number>()
    let standing = pending
    for (;;) {
      const booked = book(
        standing.map(({ op }) => op),
        rows,
      )
      let again = false
      for (const { index, account } of booked.losers) {
        const { change } = standing[index] as Pending
        losers.add(change)
        lost(change, account)
        again = standing[index - 1]?.change === change || standing[index + 1]?.change === change
        if (again) break // what later losers met was not so
      }
      if (!again) return booked
      standing = standing.filter(({ change }) => !losers.has(change))
    }
  }

  write(booked: Booked): void {
    if (booked.entries.length === 0) return
    const writer = this.#writers.of(accounts)
    const fresh: AccountRow[] = []
    for (const account of booked.accounts) {
      if (account.fresh) fresh.push(account.row)
      else writer.update(account.row)
    }
    if (fresh.length > 0) writer.append(fresh)
    this.#writers.of(entries).append(booked.entries)
  }

  #accounts(posts: readonly PostOp[]): ReadonlyMap<string, AccountRow> {
    const rows = new Map<string, AccountRow>()
    if (posts.length === 0) return rows
    for (const cells of this.#readers.load(accounts, accountsOf(posts) as readonly object[] as readonly Cells[])) {
      if (cells === undefined) continue
      const row = cells as AccountRow
      rows.set(accountKey(row.merchant, row.account), row)
    }
    return rows
  }
}
