import { FlorinError } from '@florin/core/storage'
import type Database from 'better-sqlite3'
import { storageError } from './errors.ts'

export type Statement = Database.Statement<unknown[]>

/** One connection with its prepared statements and its transactions. All of its work is synchronous, so there is never more than one. */
export class Session {
  readonly db: Database.Database
  readonly file: string
  readonly #prepared = new Map<string, Statement>()
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement

  constructor(db: Database.Database, file: string) {
    this.db = db
    this.file = file
    this.#begin = db.prepare('begin immediate') // the write lock at once: two writers can only wait, never deadlock
    this.#commit = db.prepare('commit')
    this.#rollback = db.prepare('rollback')
  }

  /** The statement for a text; prepared once. The texts are generated from the catalogue, so there is a bounded number of them. */
  prepare(sql: string): Statement {
    let statement = this.#prepared.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare<unknown[]>(sql)
      this.#prepared.set(sql, statement)
    }
    return statement
  }

  begin(): void {
    this.#begin.run()
  }

  commit(): void {
    this.#commit.run()
  }

  /** Harmless when SQLite has rolled back by itself, as it does on a full disk. */
  rollback(): void {
    if (this.db.inTransaction) this.#rollback.run()
  }

  /** Runs `work` and gives SQLite's errors Florin's names. Whatever transaction it left open is rolled back. */
  run<T>(work: () => T): T {
    if (!this.db.open) {
      throw new FlorinError('closed', `the storage on ${this.file} was closed: open it again with sqlite()`)
    }
    try {
      return work()
    } catch (error) {
      try {
        this.rollback()
      } catch {
        // The first error says why; SQLite rolls back when the connection ends.
      }
      throw storageError(error, this.file)
    }
  }

  /** Runs `work` in one transaction. */
  write<T>(work: () => T): T {
    return this.run(() => {
      this.begin()
      const result = work()
      this.commit()
      return result
    })
  }

  close(): void {
    this.db.close()
  }
}
