import { count, defineTable, instant, json, type Row, text } from '../records/index.ts'
import type { Tally } from './window.ts'

/** What one server saw of the gateways over a short time, in the order in which it told it. */
export interface ServerNews {
  /** Counts up while the server runs. */
  readonly number: number
  /** By the server's own clock: when the first of these calls can have been made. */
  readonly from: number
  /** What the numbers of a tally mean; see `TALLY_LAYOUT`. */
  readonly layout: number
  readonly seen: readonly AccountNews[]
}

/** What was seen of one gateway account. */
export interface AccountNews {
  readonly gateway: string
  readonly account: string
  readonly tally: Tally
}

/**
 * The servers that share this storage, and what each lately saw of the gateways: one row a server, which a later one takes over when its
 * holder was not heard of for a while, so that there are never more rows than servers at once.
 */
export const servers = defineTable('servers', {
  columns: {
    seat: text(),
    /** Names one run of one server. */
    holder: text(),
    at: instant(),
    /** The newest last; a few, so that a reader that was away for a moment misses nothing. */
    news: json<readonly ServerNews[]>(),
    version: count(),
  },
  key: ['seat'],
  index: { at: ['at'] },
  contended: true,
  mutable: ['holder', 'at', 'news', 'version'],
})
/** A server as stored. */
export type ServerRow = Row<typeof servers>
