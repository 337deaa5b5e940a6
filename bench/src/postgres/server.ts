import { postgres } from '@florin/storage-postgres'
import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import pg from 'pg'

/** Where a bench runs: the server of DATABASE_URL, or one of its own. */
export interface BenchServer {
  readonly url: string
  /** Version and the settings that decide how fast it writes. */
  readonly about: string
  /** A schema with Florin's tables that nobody else uses. */
  schema(): Promise<string>
  /** Drops a schema before the end, so that the next measurement has the disk's cache for itself. */
  drop(schema: string): Promise<void>
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  /**
   * Brings schemas to where a database that is in use is: statistics of what the tables hold, and nothing dirty left by those who warmed
   * up. Plans made for empty tables would be a baseline that nobody has.
   */
  settle(...schemas: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** For a server of our own; fsync, full_page_writes and synchronous_commit are on, as they come. */
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '8GB', max_connections: '100' }
const TOLD = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'wal_compression']

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // whoever waits for an answer hears of it
  await client.connect()
  return client
}

const aboutOf = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, current_setting(name) as setting from pg_settings where name = any($1) order by name',
    [[...TOLD, 'server_version']],
  )
  const told = new Map(rows.map(({ name, setting }) => [name, setting]))
  return `PostgreSQL ${told.get('server_version')}, ${TOLD.map((name) => `${name} ${told.get(name)}`).join(', ')}`
}

let schemas = 0

/** Starts or finds the server. */
export const benchServer = async (): Promise<BenchServer> => {
  const given = process.env.DATABASE_URL
  const own: EmbeddedPostgres | undefined = given ? undefined : await startPostgres({ settings: SETTINGS })
  const url = given || (own?.url as string)
  const client = await connected(url)
  const left = new Set<string>()
  const query: BenchServer['query'] = async (text, values = []) => {
    const { rows } = await client.query(text, [...values])
    return rows
  }
  const drop = async (schema: string): Promise<void> => {
    left.delete(schema)
    await client.query(`drop schema if exists "${schema}" cascade`)
  }
  return {
    url,
    about: await aboutOf(client),
    async schema() {
      const schema = `florin_bench_${process.pid}_${++schemas}`
      left.add(schema)
      const storage = postgres({ url, schema })
      await storage.migrate()
      await storage.close()
      return schema
    },
    drop,
    query,
    async settle(...named) {
      const text = `select format('vacuum (analyze) %I.%I', schemaname, tablename) as text from pg_tables where schemaname = any($1)`
      for (const row of await query(text, [named])) await client.query(String(row.text))
      // A user who may not is on a server that is not ours to write back.
      await client.query('checkpoint').catch(() => undefined)
    },
    async stop() {
      for (const schema of own === undefined ? left : []) await drop(schema)
      await client.end()
      await own?.stop()
    },
  }
}
