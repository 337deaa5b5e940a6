import { randomBytes } from 'node:crypto'
import type { EmbeddedPostgres } from './embedded-postgres.ts'
import { runSql } from './run-sql.ts'
import { startPostgres } from './start-postgres.ts'

/** A corner of a PostgreSQL that is one test's own. */
export interface TestDatabase {
  readonly url: string
  /** A schema that nobody else uses; made by whoever migrates. */
  readonly schema: string
  /** Our own server, or null on the one that DATABASE_URL names, which is not ours to stop. */
  readonly server: EmbeddedPostgres | null
  /** Drops the schema; the last one to close stops our own server. May be called twice. */
  close(): Promise<void>
}

let shared: Promise<EmbeddedPostgres> | undefined
let users = 0

const use = async (): Promise<EmbeddedPostgres> => {
  users += 1
  shared ??= startPostgres()
  try {
    return await shared
  } catch (error) {
    users -= 1
    shared = undefined
    throw error
  }
}

const leave = async (): Promise<void> => {
  users -= 1
  if (users > 0) return
  const server = await shared
  shared = undefined
  await server?.stop()
}

/**
 * A database for one test or one file of tests: on the server of DATABASE_URL if there is one, else on an embedded server that all
 * callers in this process share. Rejects as `startPostgres` does.
 *
 * @example
 * const database = await testDatabase()
 * const storage = postgres({ url: database.url, schema: database.schema })
 */
export const testDatabase = async (): Promise<TestDatabase> => {
  const given = process.env.DATABASE_URL
  const schema = `test_${randomBytes(8).toString('hex')}`
  const server = given === undefined || given === '' ? await use() : null
  const url = server?.url ?? given ?? ''
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    if (server === null || users > 1) await runSql(url, `drop schema if exists "${schema}" cascade`)
    if (server !== null) await leave()
  }
  return {
    url,
    schema,
    server,
    close() {
      closed ??= close()
      return closed
    },
  }
}
