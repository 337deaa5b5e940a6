import type { Committer } from '../../commit/index.ts'
import type { Runtime } from '../../kernel/index.ts'
import { claim, replace } from '../../records/index.ts'
import { type Guard, type ServerNews, type ServerRow, servers, TALLY_LAYOUT } from '../../resilience/index.ts'
import type { Storage } from '../../storage/index.ts'

/** How often a server tells what it saw, and looks at what others did: with both ways, news is one to two seconds old. */
export const TELL_EVERY_MS = 1_000
/** A silent server says this often that it is there. */
const ALIVE_EVERY_MS = 10_000
/** Who was not heard of for so long does not count as running. Longer than clocks differ, and than three signs of life. */
const GONE_AFTER_MS = 45_000
/** Whose row may be taken over: not of one that merely hung. */
const SEAT_FREE_AFTER_MS = 600_000
/** News that a row holds: a reader may be away for so many turns and misses nothing. */
const NEWS_KEPT = 8
const MOST_SERVERS = 1_000
const SCOPE = 'mer_servers' // whose turn its commits take; no merchant has this name

/** What servers that share a storage tell each other about gateways. */
export interface Peers {
  /** Tells what was seen here since the last time, and weighs what others told. One turn at a time; another one meanwhile joins it. */
  exchange(): Promise<void>
  /** How many other servers were heard of lately. */
  others(): number
}

interface PeersParts {
  readonly storage: Storage
  readonly committer: Committer
  readonly runtime: Runtime
  readonly guards: ReadonlyMap<string, Guard>
}

/**
 * Merges the statistics of breakers and routing over all servers on one storage: each appends to a row of its own, and reads the rows of
 * the others. Nothing depends on it for correctness: a server that cannot tell, or is not heard, decides by what it sees itself.
 */
export const createPeers = (parts: PeersParts): Peers => {
  const peers = new StoragePeers(parts)
  return Object.freeze<Peers>({ exchange: () => peers.exchange(), others: () => peers.others() })
}

class StoragePeers {
  readonly #parts: PeersParts
  readonly #holder: string
  /** The newest number of each holder that was weighed. */
  readonly #heard = new Map<string, { number: number; at: number }>()
  #news: readonly ServerNews[] = []
  #seat: { readonly seat: string; readonly version: number } | undefined
  #number = 0
  #drainedAt: number
  #toldAt = Number.NEGATIVE_INFINITY
  #turn: Promise<void> | undefined

  constructor(parts: PeersParts) {
    this.#parts = parts
    this.#holder = parts.runtime.ids.make('srv')
    this.#drainedAt = parts.runtime.clock.now()
  }

  exchange(): Promise<void> {
    this.#turn ??= this.#exchange().finally(() => {
      this.#turn = undefined
    })
    return this.#turn
  }

  others(): number {
    const since = this.#parts.runtime.clock.now() - GONE_AFTER_MS
    return [...this.#heard.values()].filter(({ at }) => at >= since).length
  }

  async #exchange(): Promise<void> {
    const now = this.#parts.runtime.clock.now()
    const fresh = this.#drain(now)
    if (fresh || now - this.#toldAt >= ALIVE_EVERY_MS) await this.#tell(now)
    await this.#listen(now)
  }

  /** Whether anything was seen since the last time. */
  #drain(now: number): boolean {
    const seen = [...this.#parts.guards].flatMap(([gateway, guard]) =>
      guard.tallies().map(({ account, tally }) => ({ gateway, account, tally })),
    )
    const from = this.#drainedAt
    this.#drainedAt = now
    if (seen.length === 0) return false
    this.#number += 1
    this.#news = [...this.#news, { number: this.#number, from, layout: TALLY_LAYOUT, seen }].slice(-NEWS_KEPT)
    return true
  }

  async #tell(now: number): Promise<void> {
    const seat = this.#seat ?? (await this.#freeSeat(now))
    const set = { holder: this.#holder, at: now, news: this.#news, version: (seat?.version ?? 0) + 1 }
    const name = seat?.seat ?? this.#holder
    const guard =
      seat === undefined
        ? claim(servers, { seat: name, ...set })
        : replace(servers, { seat: seat.seat }, seat.version, set)
    const outcome = await this.#parts.committer.commit(
      { guards: [guard], effects: [] },
      { lane: 'recovery', merchant: SCOPE },
    )
    // Lost: another server took the seat while this one hung, or was faster. It looks for one anew at its next turn.
    this.#seat = outcome.committed ? { seat: name, version: set.version } : undefined
    if (outcome.committed) this.#toldAt = now
  }

  async #freeSeat(now: number): Promise<{ readonly seat: string; readonly version: number } | undefined> {
    const query = { index: 'at', equals: {}, to: now - SEAT_FREE_AFTER_MS, limit: 1 } as const
    const { rows } = await this.#parts.storage.find(servers, query)
    return rows[0]
  }

  async #listen(now: number): Promise<void> {
    const query = { index: 'at', equals: {}, from: now - GONE_AFTER_MS, limit: MOST_SERVERS } as const
    const { rows } = await this.#parts.storage.find(servers, query)
    for (const row of rows) if (row.holder !== this.#holder) this.#weigh(row)
    for (const [holder, { at }] of this.#heard) if (at < now - SEAT_FREE_AFTER_MS) this.#heard.delete(holder)
  }

  #weigh(row: ServerRow): void {
    const heard = this.#heard.get(row.holder)?.number ?? 0
    let newest = heard
    for (const { number, from, layout, seen } of row.news) {
      if (number <= heard) continue
      newest = Math.max(newest, number)
      if (layout !== TALLY_LAYOUT) continue
      for (const { gateway, account, tally } of seen) this.#parts.guards.get(gateway)?.absorb(account, tally, from)
    }
    this.#heard.set(row.holder, { number: newest, at: row.at })
  }
}
