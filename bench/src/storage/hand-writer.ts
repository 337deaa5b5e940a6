import { type Change, type EventRow, type PostOp, type SealRow, sealEvents } from '@florin/core/storage'
import Database from 'better-sqlite3'
import {
  ACCOUNT_SQL,
  type Cells,
  HAND_TABLES,
  type HandTable,
  insertSql,
  type Statement,
  updateSql,
} from './hand-statements.ts'
import type { Lifecycle } from './lifecycle.ts'

interface Prepared {
  readonly hand: HandTable
  readonly insert: Statement
  readonly replace: Statement | undefined
}

type Balances = readonly [
  debitsPosted: number,
  creditsPosted: number,
  debitsPending: number,
  creditsPending: number,
  version: number,
]

/**
 * What one would write by hand for payments alone: a prepared statement per thing to do, rows passed cell by cell, one transaction a
 * step, the schema and the durability being Florin's. It decides nothing: no loser is found, no floor is checked.
 */
export class HandWriter {
  readonly #db: Database.Database
  readonly #tables = new Map<string, Prepared>()
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #account: Statement
  readonly #entry: Statement
  readonly #seal: Statement
  #head: SealRow | undefined

  /** `file` has Florin's schema and nobody else is using it. */
  constructor(file: string) {
    const db = new Database(file)
    db.pragma('journal_mode = wal')
    db.pragma('synchronous = full')
    this.#db = db
    for (const [name, hand] of Object.entries(HAND_TABLES)) {
      const insert = db.prepare<unknown[]>(insertSql(name, hand.columns))
      const replace = hand.update && db.prepare<unknown[]>(updateSql(name, hand.update.set, hand.update.key))
      this.#tables.set(name, { hand, insert, replace })
    }
    this.#begin = db.prepare<unknown[]>('begin immediate')
    this.#commit = db.prepare<unknown[]>('commit')
    this.#account = db.prepare<unknown[]>(ACCOUNT_SQL).raw(true)
    this.#entry = db.prepare<unknown[]>(
      insertSql('entries', 'merchant account version transaction side phase amount balance pending at'),
    )
    this.#seal = db.prepare<unknown[]>(insertSql('seals', 'partition first size events root previous hash at'))
  }

  /** Commits one step (0, 1 or 2) of some payments. */
  commit(step: 0 | 1 | 2, payments: readonly Lifecycle[]): void {
    this.#begin.run()
    const events: EventRow[] = []
    for (const { changes } of payments) this.#write(changes[step], events)
    for (const row of sealEvents(this.#head, 0, 0, events)) {
      const { partition, first, size, root, previous, hash, at } = row
      this.#seal.run(partition, first, size, JSON.stringify(row.events), root, previous, hash, at)
      this.#head = row
    }
    this.#commit.run()
  }

  close(): void {
    this.#db.close()
  }

  #write({ guards, effects }: Change, events: EventRow[]): void {
    for (const op of guards) {
      if (op.op === 'post') this.#post(op)
      else if (op.op === 'claim') this.#insert(op.table.name, op.row)
      else if (op.op === 'replace') this.#replace(op.table.name, op.key, op.expect, op.set)
    }
    for (const op of effects) {
      if (op.op !== 'append') continue
      this.#insert(op.table.name, op.row)
      if (op.table.name === 'events') events.push(op.row as EventRow)
    }
  }

  #insert(name: string, row: Cells): void {
    const { hand, insert } = this.#tables.get(name) as Prepared
    hand.insert(insert, row)
  }

  #replace(name: string, key: Cells, expect: number, set: Cells): void {
    const { hand, replace } = this.#tables.get(name) as Prepared
    hand.update?.replace(replace as Statement, key, expect, set)
  }

  #post({ merchant, transaction, at, postings }: PostOp): void {
    for (const { debit, credit, amount, currency, phase } of postings) {
      for (const side of ['debit', 'credit'] as const) {
        const ref = side === 'debit' ? debit : credit
        const posted = phase === 'posted' || phase === 'settled' ? amount : 0n
        const held = phase === 'pending' ? amount : phase === 'posted' ? 0n : -amount
        const now = (
          side === 'debit'
            ? this.#account.get(merchant, ref.account, currency, ref.side, posted, 0n, held, 0n)
            : this.#account.get(merchant, ref.account, currency, ref.side, 0n, posted, 0n, held)
        ) as Balances
        const sign = ref.side === 'debit' ? 1 : -1
        const balance = (now[0] - now[1]) * sign
        const pending = (now[2] - now[3]) * sign
        this.#entry.run(merchant, ref.account, now[4], transaction, side, phase, amount, balance, pending, at)
      }
    }
  }
}
