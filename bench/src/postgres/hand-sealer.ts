import { type EventRow, type SealRow, sealEvents } from '@florin/core/storage'
import type pg from 'pg'
import { connect } from './hand-client.ts'

const UNSEALED = `select merchant, subject, version::int as version, digest, xact::text as xact, place from events
  where xact is not null and (xact, place) > ($1::bigint, $2::int) and xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  order by xact, place limit 1000`
const SEAL =
  'insert into seals (partition, first, size, events, root, previous, hash, at) values ($1, $2, $3, $4, $5, $6, $7, $8)'
const BEHIND = 'select 1 from events where xact is not null and (xact, place) > ($1::bigint, $2::int) limit 1'

const HEAD = `select partition::int as partition, first::int as first, size::int as size, root, previous, hash, s.at::float8 as at,
  e.xact::text as xact, e.place from seals as s join events as e on e.merchant = s.events -> -1 ->> 0
  and e.subject = s.events -> -1 ->> 1 and e.version = (s.events -> -1 ->> 2)::bigint order by s.first desc limit 1`

const GAP_MS = 20

/** Where an event is in the order of positions: its transaction, and its place in that. */
interface Place {
  readonly xact: string
  readonly place: number
}

/**
 * Chains events beside the writers, on a connection of its own: reads what committed below the horizon of all transactions, in order,
 * and appends seals. It is the only one, so that it keeps the head and its place in memory.
 */
export class HandSealer {
  readonly #client: pg.Client
  #head: SealRow | undefined
  #after: readonly [xact: string, place: number] = ['0', 0]
  #stopped = false
  readonly #loop: Promise<void>

  private constructor(client: pg.Client, head: (SealRow & Place) | undefined) {
    this.#client = client
    this.#head = head
    if (head !== undefined) this.#after = [head.xact, head.place]
    this.#loop = this.#run()
    this.#loop.catch(() => {}) // told by settled() and stop()
  }

  static async start(url: string, schema: string): Promise<HandSealer> {
    const client = await connect(url, schema)
    const { rows } = await client.query<SealRow & Place>(HEAD)
    return new HandSealer(client, rows[0])
  }

  /** Resolves when every event that is committed has its position. */
  async settled(): Promise<void> {
    const failed = this.#loop.then(() => {
      throw new Error('the sealer has ended')
    })
    while (await this.#behind()) await Promise.race([sleep(2), failed])
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#loop
    await this.#client.end()
  }

  async #behind(): Promise<boolean> {
    const { rows } = await this.#client.query({ name: 'behind', text: BEHIND, values: [...this.#after] })
    return rows.length > 0
  }

  async #run(): Promise<void> {
    while (!this.#stopped) if ((await this.#seal()) < 1_000) await sleep(GAP_MS)
  }

  async #seal(): Promise<number> {
    const { rows } = await this.#client.query<EventRow & Place>({
      name: 'unsealed',
      text: UNSEALED,
      values: [...this.#after],
    })
    const last = rows.at(-1)
    if (last === undefined) return 0
    for (const row of sealEvents(this.#head, 0, Date.now(), rows)) {
      const { partition, first, size, root, previous, hash, at } = row
      const values = [partition, first, size, JSON.stringify(row.events), root, previous, hash, at]
      await this.#client.query({ name: 'seal', text: SEAL, values })
      this.#head = row
    }
    this.#after = [last.xact, last.place]
    return rows.length
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
