import { FlorinError } from '@florin/core'

/** Runs SQL on a connection of its own, and gives the rows of its last statement. Loads `pg` only here: most tests need no SQL. */
export const runSql = async (url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { Client } = await import('pg').then(
    ({ default: pg }) => pg,
    (cause: unknown) => {
      throw new FlorinError('configuration', "install 'pg' to speak to a PostgreSQL in tests", { cause })
    },
  )
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // whoever waits for the answer hears of it
  await client.connect()
  try {
    const results: unknown = await client.query(text)
    const last = (Array.isArray(results) ? results.at(-1) : results) as { readonly rows: Record<string, unknown>[] }
    return last.rows
  } finally {
    await client.end().catch(() => {})
  }
}
