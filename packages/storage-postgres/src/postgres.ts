import { setImmediate } from 'node:timers/promises'
import type { AnyTable, Page, Query, Row } from '@florin/core/storage'
import { type AnyQuery, type Cells, MAX_LIMIT, postgresDialect } from '@florin/storage-sql'
import { Committer } from './committer.ts'
import { lease } from './lease.ts'
import { Lines } from './lines.ts'
import { Migrator } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { type PostgresOptions, resolveOptions } from './options.ts'
import type { PostgresStorage } from './postgres-storage.ts'
import { Readers } from './readers.ts'
import { seal, unsealed } from './sealing.ts'
import { Statements } from './table-statements.ts'

/**
 * Florin on PostgreSQL, for any number of application servers: one truth, with the speed of batching. Connects when it is first used,
 * and again after a connection was lost; while the server is away calls reject with `storage_unavailable`.
 *
 * @throws FlorinError `configuration` for wrong options.
 * @example
 * const storage = postgres('postgres://florin:secret@db.internal/shop')
 */
export const postgres = (options: string | PostgresOptions): PostgresStorage => {
  const resolved = resolveOptions(options)
  const { schema } = resolved
  const lines = new Lines(resolved)
  const dialect = postgresDialect(schema)
  const statements = new Statements(schema, resolved.profile === 'portable')
  const readers = new Readers(lines, dialect, statements)
  const migrator = new Migrator(lines, resolved, MIGRATIONS)
  const committer = new Committer(lines, dialect, statements, () => migrator.base())
  const page = async <T extends AnyTable>(table: T, query: AnyQuery): Promise<Page<Row<T>>> =>
    (await readers.page(table, query)) as unknown as Page<Row<T>>
  return Object.freeze<PostgresStorage>({
    name: 'postgres',
    shared: true,
    migrations: migrator,
    concurrency: resolved.writers,
    sealing: resolved.profile === 'portable' ? 'in_commit' : 'afterwards',
    commit: (batch) => committer.commit(batch),
    async load(table, keys) {
      return (await readers.load(table, keys as readonly Cells[])) as never
    },
    find: async (table, query) => page(table, query as AnyQuery),
    async *scan<T extends AnyTable>(table: T, query: Omit<Query<T>, 'limit' | 'after'>) {
      let after: string | undefined
      do {
        const { rows, next } = await page(table, { ...(query as AnyQuery), limit: MAX_LIMIT, after })
        if (rows.length > 0) yield rows
        after = next
        if (next !== undefined) await setImmediate() // a long report must not keep payments waiting
      } while (after !== undefined)
    },
    lease: async (queue, leaseOptions) => lease(lines, readers, schema, queue, leaseOptions),
    unsealed: async (limit, scope = 'settled') => unsealed(lines, readers, statements, migrator.base(), limit, scope),
    seal: async (row) => seal(lines, statements, row),
    head: async (partition) => readers.head(partition),
    async migrate() {
      lines.assertOpen()
      await migrator.migrate()
    },
    close: () => lines.close(),
  })
}
