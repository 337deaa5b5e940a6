import pg from 'pg'

export interface Query {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** A connection whose queries go out without waiting for each other's answers. */
export const connect = async (url: string, schema: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, pipeline: true })
  client.on('error', () => {}) // whoever waits for an answer hears of it
  await client.connect()
  await client.query(`set search_path = "${schema}"`)
  return client
}

export const connectMany = (url: string, schema: string, count: number): Promise<pg.Client[]> =>
  Promise.all(Array.from({ length: count }, () => connect(url, schema)))

export const endAll = async (clients: readonly pg.Client[]): Promise<void> => {
  await Promise.all(clients.map((client) => client.end()))
}

/** Runs a prepared statement. */
export const run = (client: pg.Client, { name, text, values }: Query): Promise<pg.QueryResult> =>
  client.query({ name, text, values: [...values] })
