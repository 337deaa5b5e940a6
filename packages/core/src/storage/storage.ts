import type { AnyTable, Change, IndexName, Key, Row, UniqueName } from '../records/index.ts'
import type { EventRow, JobRow, SealRow } from './tables.ts'

/** What became of one change. A loser names the first guard that did not hold; nothing of a loser is written. */
export type Outcome =
  | { readonly committed: true }
  | { readonly committed: false; readonly conflict: 'duplicate'; readonly table: string }
  | { readonly committed: false; readonly conflict: 'version'; readonly table: string }
  | { readonly committed: false; readonly conflict: 'floor'; readonly account: string }
  | { readonly committed: false; readonly conflict: 'lease' }

/**
 * Changes that are made durable together: one transaction, one fsync. Core's planner made sure that no row is touched by two of
 * them (ledger accounts excepted, whose postings are summed), so the order of changes within a batch never decides who wins.
 */
export interface Batch {
  /** Unique: settles whether a commit whose acknowledgement was lost took place. */
  readonly id: string
  readonly at: number
  readonly changes: readonly Change[]
}

/** A page of rows by a declared index or unique key (or `'key'`, the primary one): equality on a prefix of its columns, an optional range on the next one. */
export interface Query<T extends AnyTable> {
  readonly index: IndexName<T> | UniqueName<T> | 'key'
  /** Values of the first columns of the index. */
  readonly equals: Partial<Row<T>>
  /** Inclusive lower bound of the first column after those. */
  readonly from?: string | number | bigint
  /** Inclusive upper bound of the same column. */
  readonly to?: string | number | bigint
  readonly descending?: boolean
  /** 1 to 1,000. */
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string
}

/** Rows by many values of one column of an index: what a whole chunk of work has to know, in one statement. */
export interface Lookup<T extends AnyTable, C extends keyof Row<T> & string> {
  readonly index: IndexName<T> | UniqueName<T> | 'key'
  /** Values of the first columns of the index; none may be needed. */
  readonly equals: Partial<Row<T>>
  /** Of the column after those, which must be a text or an id: 1 to 1,000, each once. */
  readonly values: readonly string[]
  /** The columns that are wanted; the others are not even read. */
  readonly columns: readonly C[]
}

/** One page of rows. */
export interface Page<R> {
  readonly rows: readonly R[]
  /** Give it as `after` for the next page; absent on the last one. Opaque. */
  readonly next?: string
}

/**
 * Where Florin keeps everything. An implementation is used through core's committer, which queues, batches and plans; it needs no
 * queue of its own. Prove one with the storage conformance suite of `@florin/testkit`.
 */
export interface Storage {
  /** For messages, e.g. `sqlite`. */
  readonly name: string
  /** Batches that it takes at a time; 1 if absent. Core never has more in flight, and none of them share a row. */
  readonly concurrency?: number
  /**
   * Whether a commit seals the events that it appends (`in_commit`, if absent), or leaves them to a sequencer, which core then runs
   * whenever something was committed.
   */
  readonly sealing?: 'in_commit' | 'afterwards'
  /** Several servers are expected to share it: they then tell each other through it how the gateways do. False if absent. */
  readonly shared?: boolean
  /**
   * Makes the batch durable and answers for each change, in order. Events are sealed in the same transaction or soon after it.
   * Rejects with `storage_unavailable` when nothing was written (disk full, read-only, server gone); it never rejects when the
   * batch is durable.
   */
  commit(batch: Batch): Promise<readonly Outcome[]>
  /** The rows of the given keys, in order; undefined where there is none. */
  load<T extends AnyTable>(table: T, keys: readonly Key<T>[]): Promise<readonly (Row<T> | undefined)[]>
  find<T extends AnyTable>(table: T, query: Query<T>): Promise<Page<Row<T>>>
  /** All rows of a query, in pages, whatever its size; rows committed meanwhile may or may not be seen. */
  scan<T extends AnyTable>(table: T, query: Omit<Query<T>, 'limit' | 'after'>): AsyncIterable<readonly Row<T>[]>
  /**
   * The rows that have one of many values in a column of an index, in no order. Absent: core asks for one value after the other.
   * For few rows a value: all of them are given at once.
   */
  lookup?<T extends AnyTable, C extends keyof Row<T> & string>(
    table: T,
    lookup: Lookup<T, C>,
  ): Promise<readonly Pick<Row<T>, C>[]>
  /**
   * Leases due jobs of these queues, up to the limit in all, each to exactly one holder until `now + leaseMs`: the oldest of each queue, then
   * the second oldest of each, and so on, so that a flooded queue keeps no other one waiting (`inTurns` puts them in that order). The rows carry
   * the new `token` and `tries`. `now` is the caller's clock where the storage has no better one.
   */
  lease(queues: readonly string[], options: LeaseOptions): Promise<readonly JobRow[]>
  /**
   * Events that no seal lists yet, in an order that respects each subject's versions. `settled` (if absent): those that may be sealed
   * now, for no event that is committed later can belong before them. `all`: every one that is committed.
   */
  unsealed(limit: number, scope?: 'settled' | 'all'): Promise<readonly EventRow[]>
  /** Appends a seal; loses with `duplicate` when another sequencer was first. */
  seal(seal: SealRow): Promise<Outcome>
  /** The newest seal of a partition. */
  head(partition: number): Promise<SealRow | undefined>
  /** Reads from copies of the database that may lag behind; absent where there are none. Nothing that decides reads there. */
  readonly replicas?: Replicas
  /** Creates or upgrades the schema. Rejects with `schema_newer` on a database that a newer Florin wrote. */
  migrate(): Promise<void>
  close(): Promise<void>
}

/** Copies of a database that follow it, for reads that may be a moment old. */
export interface Replicas {
  /** Names a moment after everything that was committed through this storage until now; undefined before the first commit. Opaque. */
  token(): string | undefined
  /**
   * Reads that see everything committed through this storage before they are asked, and everything before `after`, the token of
   * any server; of what else was committed they may miss the newest. The database itself answers where no copy can.
   * Throws `invalid_request` for an `after` that is no token.
   */
  reads(after?: string): Pick<Storage, 'load' | 'find' | 'scan'>
  /** How they stand now. Never rejects. */
  health(): Promise<readonly ReplicaHealth[]>
}

/** How a copy of the database stands. JSON-safe. */
export interface ReplicaHealth {
  readonly name: string
  /** `away`: not reached, or none any more. `apart`: it follows another history than the primary's, or has not said yet that it does not. */
  readonly status: 'ok' | 'away' | 'apart'
  /** What the primary has written and it has not taken over. */
  readonly behindBytes: number | null
  /** The age of the newest commit that it has; 0 where it has all. Milliseconds. */
  readonly lagMs: number | null
}

/** How many jobs to lease, for how long, by whose clock. */
export interface LeaseOptions {
  readonly limit: number
  readonly leaseMs: number
  readonly now: number
  /** Names the holder; unique per call. */
  readonly token: string
}
