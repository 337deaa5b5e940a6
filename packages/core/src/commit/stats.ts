import type { Lane } from './pending.ts'

/** A picture of the committer, for metrics. Counts are since it was made. */
export interface CommitStats {
  /** Changes that wait: for a batch, for a row, or for another try. */
  readonly queued: Readonly<Record<Lane, number>>
  /** Of those, the ones that wait for another try because the storage rejected them. */
  readonly retrying: number
  /** Changes in the batches that the storage has now. */
  readonly inFlight: number
  readonly batches: number
  /** Changes that were answered. */
  readonly changes: number
  /** Of those, the ones whose guard did not hold. */
  readonly lost: number
  /** Changes that ended with the storage's error. */
  readonly failed: number
  /** Intents that were refused because the queue was full. */
  readonly refused: number
  /** Intents that were dropped because their deadline passed. */
  readonly expired: number
  /** Batches by size: `sizes[i]` counts those of 2^i up to 2^(i+1)-1 changes. */
  readonly sizes: readonly number[]
  readonly largest: number
}

/** The counts while they grow. */
export type Counters = { -readonly [N in Exclude<keyof CommitStats, 'queued' | 'sizes'>]: number } & {
  readonly queued: Record<Lane, number>
  readonly sizes: number[]
}

/** All zero. */
export const newCounters = (): Counters => ({
  queued: { outcome: 0, recovery: 0, intent: 0 },
  retrying: 0,
  inFlight: 0,
  batches: 0,
  changes: 0,
  lost: 0,
  failed: 0,
  refused: 0,
  expired: 0,
  sizes: [],
  largest: 0,
})

/** Notes a batch of `size` changes. */
export const countBatch = (counters: Counters, size: number): void => {
  const bucket = 31 - Math.clz32(size)
  while (counters.sizes.length <= bucket) counters.sizes.push(0)
  counters.sizes[bucket] = (counters.sizes[bucket] ?? 0) + 1
  counters.batches += 1
  if (size > counters.largest) counters.largest = size
}

/** A frozen copy. */
export const snapshot = (counters: Counters): CommitStats =>
  Object.freeze({
    ...counters,
    queued: Object.freeze({ ...counters.queued }),
    sizes: Object.freeze([...counters.sizes]),
  })
