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
import { bookStanding, type Cells, type PendingPost } from '@florin/storage-sql'
import type { Readers } from './reads.ts'
import type { Writers } from './table-writer.ts'

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

  /** Books the posts of the changes that still stand, and tells of each change that ends below a floor. */
  bookStanding(pending: readonly PendingPost[], lost: (change: number, account: string) => void): Booked {
    return bookStanding(pending, this.#accounts(pending.map(({ op }) => op)), lost)
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
