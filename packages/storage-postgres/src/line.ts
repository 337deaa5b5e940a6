import { setTimeout } from 'node:timers/promises'
import { FlorinError } from '@florin/core/storage'
import pg from 'pg'
import { sqlState, storageError } from './errors.ts'
import type { ResolvedOptions } from './options.ts'
import { prepareServer } from './server-checks.ts'
import { type Answer, plain, type Query } from './statement.ts'

/** How much longer than the server's own timeout a query is waited for, before the connection is taken for dead. */
const GRACE_MS = 2_000

/**
 * How old a plan may get: as old as the connection was when it was made, within these limits. It is made for tables as they were, also
 * where they were empty; by itself the server makes another only when it has new statistics, up to a minute later, and by then they may
 * have grown by a hundred thousand rows.
 */
const YOUNGEST_PLANS_MS = 50
const OLDEST_PLANS_MS = 5_000
const DISCARD: Query = plain('discard plans')

/** Cells stay texts: the dialect knows what each column holds. */
const TEXTS = { getTypeParser: () => (text: string) => text }

interface Result {
  readonly rows: unknown[]
  readonly rowCount: number | null
  readonly command: string | null
}

/** One connection, for as long as it lasts. */
export interface Held {
  run(queries: readonly Query[]): Promise<readonly Answer[]>
}

/** Where the server is, for messages. */
export const whereOf = ({ host, port, database }: Pick<ResolvedOptions, 'host' | 'port' | 'database'>): string =>
  `PostgreSQL at ${host}:${port}/${database}`

/**
 * One connection, opened when it is first used, and again after it was lost. Queries are pipelined: those of one call go out together
 * and are answered in order; calls may overlap, where each query is a transaction of its own.
 */
export class Line {
  readonly #options: ResolvedOptions
  #opening: Promise<pg.Client> | undefined
  #client: pg.Client | undefined
  #closed = false
  #openedAt = 0
  #plansUntil = 0
  /** Queries that are not answered yet. */
  waiting = 0

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  /**
   * Sends the queries together and waits for all answers. Rejects with the first error of the server's or the driver's, or with a
   * FlorinError when there is no connection to be had.
   */
  async run(queries: readonly Query[]): Promise<readonly Answer[]> {
    return (await this.hold()).run(queries)
  }

  /**
   * The connection as it is now, for what must not go on over another one: once it is lost, all that is sent this way fails. A second half
   * of a transaction that found itself on a fresh connection would be a transaction of its own.
   */
  async hold(): Promise<Held> {
    const client = this.#client ?? (await this.#open())
    return { run: (queries) => this.#fresh(client, queries) }
  }

  async #fresh(client: pg.Client, queries: readonly Query[]): Promise<readonly Answer[]> {
    // Not within a transaction: in one that failed nothing but its end is heard.
    if (client.getTransactionStatus() !== 'I' || !this.#plansAreOld()) return this.#send(client, queries)
    const [, ...answers] = await this.#send(client, [DISCARD, ...queries])
    return answers
  }

  #plansAreOld(): boolean {
    const now = performance.now()
    if (this.#options.profile === 'portable' || now < this.#plansUntil) return false
    this.#plansUntil = now + Math.min(OLDEST_PLANS_MS, Math.max(YOUNGEST_PLANS_MS, now - this.#openedAt))
    return true
  }

  async #send(client: pg.Client, queries: readonly Query[]): Promise<readonly Answer[]> {
    this.waiting += queries.length
    const stream = (client as unknown as { connection?: { stream?: { cork?(): void; uncork?(): void } } }).connection
      ?.stream
    stream?.cork?.() // one packet, where the driver lets us
    const patienceMs = queries.find((one) => one.patienceMs !== undefined)?.patienceMs // what is behind it waits as long
    const answers = queries.map(({ name, text, values }) =>
      client.query({
        text,
        rowMode: 'array',
        ...(name === '' ? {} : { name }),
        ...(values === undefined ? {} : { values: values as unknown[] }),
        ...(patienceMs === undefined ? {} : { query_timeout: patienceMs + GRACE_MS }),
      }),
    )
    stream?.uncork?.()
    const settled = await Promise.allSettled(answers)
    this.waiting -= queries.length
    const failed = settled.find((one) => one.status === 'rejected')
    if (failed !== undefined) {
      if (sqlState(failed.reason) === undefined) this.#forsake(client) // it may be silent for ever, and would keep who comes next waiting
      throw failed.reason
    }
    return settled.map((one) => {
      const { rows, rowCount, command } = (one as PromiseFulfilledResult<Result>).value
      return { rows: rows as Answer['rows'], count: rowCount ?? 0, command: command ?? '' }
    })
  }

  /** Ends the connection at once, whatever it is doing; the next use opens another. */
  drop(): void {
    if (this.#client !== undefined) this.#forsake(this.#client)
  }

  #forsake(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined
    ;(client as unknown as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy()
  }

  /** Ends the connection once it has answered, for good; without an answer after a moment it is left. */
  async close(): Promise<void> {
    this.#closed = true
    const client = this.#client ?? (await this.#opening?.catch(() => undefined))
    this.#client = undefined
    if (client === undefined) return
    const late = new AbortController()
    const ended = client.end().catch(() => undefined)
    await Promise.race([ended, setTimeout(GRACE_MS, undefined, { signal: late.signal }).catch(() => undefined)])
    late.abort()
    this.#forsake(client)
  }

  #open(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new FlorinError('closed', 'the storage was closed: open it again'))
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #connect(): Promise<pg.Client> {
    const options = this.#options
    const client = new pg.Client({
      host: options.host,
      port: options.port,
      database: options.database,
      user: options.user,
      password: options.password,
      ssl: options.tls,
      application_name: options.applicationName,
      connectionTimeoutMillis: options.connectTimeoutMs,
      query_timeout: options.statementTimeoutMs + GRACE_MS,
      keepAlive: true,
      pipeline: true,
      types: TEXTS as never,
    })
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined
    }
    client.on('error', forget) // whoever waits for an answer hears of it too
    client.on('end', forget)
    try {
      await client.connect()
      await prepareServer(client, options)
    } catch (error) {
      void client.end().catch(() => undefined)
      throw storageError(error, whereOf(options))
    }
    if (this.#closed) {
      await client.end().catch(() => undefined)
      throw new FlorinError('closed', 'the storage was closed: open it again')
    }
    this.#client = client
    this.#openedAt = performance.now()
    return client
  }
}
