import { setImmediate } from 'node:timers/promises'
import type { AnyTable, Page, Query, Row } from '@florin/core/storage'
import type { AnyLookup, AnyQuery, Cells, Migrations } from '@florin/storage-sql'
import { MAX_LIMIT } from '@florin/storage-sql'
import { backup } from './backup.ts'
import { Committer } from './committer.ts'
import { storageError } from './errors.ts'
import { checkIntegrity } from './integrity.ts'
import { lease } from './lease.ts'
import { migrate, migrationPlan, migrationStatus } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { ResolvedOptions } from './options.ts'
import { Readers } from './reads.ts'
import type { Session } from './session.ts'
import type { SqliteStorage } from './sqlite-storage.ts'

/** The part of the port that only reads. */
const readsOn = (session: Session, readers: Readers): Pick<SqliteStorage, 'load' | 'find' | 'lookup' | 'scan'> => {
  const page = <T extends AnyTable>(table: T, query: AnyQuery): Page<Row<T>> =>
    session.run(() => readers.page(table, query)) as unknown as Page<Row<T>>
  return {
    async load(table, keys) {
      return session.run(() => readers.load(table, keys as readonly Cells[])) as never
    },
    async find(table, query) {
      return page(table, query as AnyQuery)
    },
    async lookup(table, asked) {
      return session.run(() => readers.lookup(table, asked as AnyLookup)) as never
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
  }
}

/** The storage on a session that is set up already. */
export const storageOn = (session: Session, { file }: Pick<ResolvedOptions, 'file'>): SqliteStorage => {
  const readers = new Readers(session)
  const backups = new Set<Promise<void>>()
  let made: Committer | undefined
  // Its statements need the tables, which `migrate` makes.
  const committer = (): Committer => (made ??= session.run(() => new Committer(session, readers)))
  return Object.freeze<SqliteStorage>({
    name: 'sqlite',
    file,
    async commit(batch) {
      return committer().commit(batch)
    },
    ...readsOn(session, readers),
    async lease(queues, leaseOptions) {
      return lease(session, readers, queues, leaseOptions)
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
    migrations: Object.freeze<Migrations>({
      status: async () => migrationStatus(session, MIGRATIONS),
      plan: async () => migrationPlan(session, MIGRATIONS),
      apply: async (onStep) => migrate(session, MIGRATIONS, onStep),
    }),
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
