import { toHex } from '../kernel/index.ts'
import type { SealRow, Storage } from '../storage/index.ts'
import { DEFAULT_PARTITION } from './sequencer.ts'

/**
 * The end of a partition's chain at some moment, JSON-safe. Kept outside the database (in a log, at an auditor's), it proves later
 * that nothing up to it was changed or cut off: give it to `verifyChain` as `expectHead`.
 */
export interface ChainHead {
  readonly partition: number
  /** The position of the last event; 0 for an empty chain. */
  readonly length: number
  /** Hex; of the seal that ends there. */
  readonly hash: string
  /** When that seal was made, in UTC milliseconds; 0 for an empty chain. */
  readonly at: number
}

/** The head that a partition's newest seal makes. */
export const headOf = (partition: number, seal: SealRow | undefined): ChainHead =>
  seal === undefined
    ? { partition, length: 0, hash: '0'.repeat(64), at: 0 }
    : { partition, length: seal.first + seal.size - 1, hash: toHex(seal.hash), at: seal.at }

/** The present head of a partition. */
export const currentHead = async (storage: Storage, partition: number = DEFAULT_PARTITION): Promise<ChainHead> =>
  headOf(partition, await storage.head(partition))
