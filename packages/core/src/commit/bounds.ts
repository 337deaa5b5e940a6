import { FlorinError } from '../kernel/index.ts'

/** What keeps batches and queues finite. */
export interface Bounds {
  /** Changes a batch. */
  readonly changes: number
  /** Guards and effects a batch. */
  readonly ops: number
  /** Estimated bytes a batch. A single larger change still goes, alone. */
  readonly bytes: number
  /** Intents that may wait; further ones are refused with `overloaded`. */
  readonly intents: number
  /** Estimated bytes of the intents that may wait. */
  readonly intentBytes: number
  /** How long an outcome that the storage rejects is tried again, from its first rejection. */
  readonly retryForMs: number
  /** The first wait before such a try is up to this long; it doubles … */
  readonly retryBaseMs: number
  /** … up to this. */
  readonly retryCapMs: number
}

/** Each with the reason for its number. */
export const DEFAULT_BOUNDS: Bounds = Object.freeze({
  changes: 256, // throughput is flat from there on (measured on SQLite and PostgreSQL), and latency is not
  ops: 4_096, // sixteen a change: four times what a payment's commit has
  bytes: 4_194_304, // a write that a disk takes at once, and far below any database's limit for a statement
  intents: 10_000, // about a second of an embedded database's work: callers behind it would have given up anyway
  intentBytes: 134_217_728, // 13 kB an intent; only raw webhooks are larger
  retryForMs: 30_000, // a database's failover; after it the attempt's lease ends and recovery asks the gateway
  retryBaseMs: 50,
  retryCapMs: 2_000,
})

/** The defaults with some of them replaced; every bound is a whole number above zero. */
export const resolveBounds = (given: Partial<Bounds> = {}): Bounds => {
  const bounds: Bounds = { ...DEFAULT_BOUNDS, ...given }
  for (const [name, value] of Object.entries(bounds)) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new FlorinError('configuration', `commit bound '${name}' is ${value}; give a whole number above zero`)
  }
  return Object.freeze(bounds)
}
