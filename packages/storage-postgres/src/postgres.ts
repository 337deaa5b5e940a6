import { postgresDialect } from '@florin/storage-sql'
import { Committer } from './committer.ts'
import { lease } from './lease.ts'
import { Lines } from './lines.ts'
import { Migrator } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { type PostgresOptions, resolveOptions } from './options.ts'
import type { PostgresStorage } from './postgres-storage.ts'
import { Readers } from './readers.ts'
import { readsOf } from './reads.ts'
import { replicaReads } from './replica-reads.ts'
import { Replicas } from './replicas.ts'
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
  const replicas = resolved.replicas.length === 0 ? null : new Replicas(lines, resolved)
  const readers = new Readers(lines, dialect, statements)
  const migrator = new Migrator(lines, resolved, MIGRATIONS)
  const committer = new Committer(lines, dialect, statements, () => migrator.base(), replicas?.position ?? null)
  return Object.freeze<PostgresStorage>({
    name: 'postgres',
    shared: true,
    migrations: migrator,
    concurrency: resolved.writers,
    sealing: resolved.profile === 'portable' ? 'in_commit' : 'afterwards',
    commit: (batch) => committer.commit(batch),
    ...readsOf(readers),
    ...(replicas === null ? {} : { replicas: replicaReads(replicas, dialect, statements) }),
    lease: async (queues, leaseOptions) => lease(lines, readers, schema, queues, leaseOptions),
    unsealed: async (limit, scope = 'settled') => unsealed(lines, readers, statements, migrator.base(), limit, scope),
    seal: async (row) => seal(lines, statements, row),
    head: async (partition) => readers.head(partition),
    async migrate() {
      lines.assertOpen()
      await migrator.migrate()
    },
    async close() {
      await replicas?.close()
      await lines.close()
    },
  })
}
