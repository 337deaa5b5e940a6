import { setImmediate } from 'node:timers/promises'
import type { AnyTable, Page, Query, Row, Storage } from '@florin/core/storage'
import type { AnyQuery, Cells } from '@florin/storage-sql'
import { MAX_LIMIT } from '@florin/storage-sql'
import { backup } from './backup.ts'
import { Committer } from './committer.ts'
import { connect } from './connection.ts'
import { storageError } from './errors.ts'
import { checkIntegrity } from './integrity.ts'
import { lease } from './lease.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { type ResolvedOptions, resolveOptions, type SqliteOptions } from './options.ts'
import { Readers } from './reads.ts'
import { Session } from './session.ts'

/** A storage on one SQLite file, with what only a file has. */
export interface SqliteStorage extends Storage {
  /** Absolute path, or `:memory:`. */
  readonly file: string
  /**
   * Copies the database as of one moment to a new file, while payments go on. Rejects with `configuration` if the file exists, with
   * `storage_unavailable` if it cannot be written; nothing is left behind then.
   */
  backup(path: string): Promise<void>
  /** Reads the whole file, indexes included, blocking the process meanwhile. Rejects with `storage_corrupt` on what it finds. */
  checkIntegrity(): Promise<void>
}

/**
 * Florin's embedded storage: everything in one file, each commit on the disk (one fsync) before it returns. Several processes may use
 * one file on a local disk; their commits take turns. Opens the file at once; `createFlorin` calls `migrate()`.
 *
 * @throws FlorinError `configuration` for wrong options, a file of another application or a Node that is too old;
 * `storage_unavailable` for a missing folder, a read-only or locked file; `storage_corrupt` for a damaged one.
 * @example
 * const storage = sqlite('./florin.db')
 */
export const sqlite = (options: string | SqliteOptions): SqliteStorage => {
  const resolved = resolveOptions(options)
  return storageOn(new Session(connect(resolved), resolved.file), resolved)
}

/** The storage on a session that is set up already. */
export const storageOn = (session: Session, { file }: Pick<ResolvedOptions, 'file'>): SqliteStorage => {
  const readers = new Readers(session)
  const backups = new Set<Promise<void>>()
  let made: Committer | undefined
  // Its statements need the tables, which `migrate` makes.
  const committer = (): Committer => (made ??= session.run(() => new Committer(session, readers)))
  const page = <T extends AnyTable>(table: T, query: AnyQuery): Page<Row<T>> =>
    session.run(() => readers.page(table, query)) as unknown as Page<Row<T>>
  return Object.freeze<SqliteStorage>({
    name: 'sqlite',
    file,
    async commit(batch) {
      return committer().commit(batch)
    },
    async load(table, keys) {
      return session.run(() => readers.load(table, keys as readonly Cells[])) as never
    },
    async find(table, query) {
      return page(table, query as AnyQuery)
    },
    async *scan<T extends AnyTable>(table: T, query: Omit<Query<T>, 'limit' | 'after'>) {
      let after: string | undefined
      do {
        const { rows, next } = page(table, { ...(query as AnyQuery), limit: MAX_LIMIT, after })
        if (rows.length > 0) yield rows
        after = next
        if (next !== undefined) await setImmediate() // a long report must not keep payments waiting
      } while (after !== undefined)
    },
    async lease(queue, leaseOptions) {
      return lease(session, readers, queue, leaseOptions)
    },
    async unsealed() {
      return session.run(() => []) // a commit seals what it appends
    },
    async seal(seal) {
      return committer().seal(seal)
    },
    async head(partition) {
      return session.run(() => readers.head(partition))
    },
    async migrate() {
      migrate(session, MIGRATIONS)
    },
    async backup(path) {
      session.run(() => undefined) // rejects with `closed`
      const copying = backup(session, path)
      backups.add(copying)
      try {
        await copying
      } catch (error) {
        throw storageError(error, path)
      } finally {
        backups.delete(copying)
      }
    },
    async checkIntegrity() {
      session.run(() => checkIntegrity(session.db, file, 'full'))
    },
    async close() {
      await Promise.allSettled(backups)
      session.close()
    },
  })
}
