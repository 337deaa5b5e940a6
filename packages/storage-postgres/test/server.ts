import { type EmbeddedPostgresOptions, startPostgres } from '@florin/testkit/postgres'
import pg from 'pg'
import { afterAll } from 'vitest'

let schemas = 0

/** A server for the tests of one file: that of DATABASE_URL, or one of their own. Each test takes a schema of its own. */
export const testServer = async (settings: EmbeddedPostgresOptions['settings'] = {}) => {
  const given = process.env.DATABASE_URL
  const server = given === undefined ? await startPostgres({ settings }) : undefined
  const url = given ?? (server?.url as string)
  const made: string[] = []
  afterAll(async () => {
    if (server !== undefined) return server.stop()
    for (const schema of made) await sql(url, `drop schema if exists "${schema}" cascade`)
  }, 120_000)
  return {
    url,
    /** Only for a server of the tests' own. */
    server,
    schema: (): string => {
      const name = `florin_test_${process.pid}_${++schemas}`
      made.push(name)
      return name
    },
    sql: (text: string, values: readonly unknown[] = []) => sql(url, text, values),
  }
}

/** Runs a statement on a connection of its own, and gives the rows. */
export const sql = async (
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(text, [...values])
    return rows
  } finally {
    await client.end()
  }
}
