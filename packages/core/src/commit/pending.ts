import type { Change } from '../records/index.ts'
import type { Outcome } from '../storage/index.ts'

/** Most urgent first. */
export const LANES = ['outcome', 'recovery', 'intent'] as const
/**
 * Why a change is committed, most urgent first. An `outcome` records what a gateway did: it is never refused, and tried again while
 * the storage is away. `recovery` is the same for work that nobody waits for. An `intent` comes before anything happened: it may be
 * refused, dropped after its deadline, and fails with the storage.
 */
export type Lane = (typeof LANES)[number]

/** A change on its way to the storage. */
export interface Pending {
  /** Let go once it is settled. */
  change: Change
  readonly lane: Lane
  readonly merchant: string
  /** After this instant an intent that still waits is dropped. */
  readonly deadline: number
  readonly rows: readonly string[]
  readonly ops: number
  readonly bytes: number
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
  /** Index of the lane that it waits in: its own, or that of a more urgent change that waits for it. */
  rank: number
  /** How many of its rows earlier changes still hold. */
  blockers: number
  /** The changes that hold them. */
  behind: readonly Pending[]
  /** The changes that wait for this one's rows, once for each row. */
  waiters: Pending[]
  /** Whether it has left the lanes for a batch. */
  taken: boolean
  /** Commits alone, because its last batch failed and named nobody. */
  solo: boolean
  tries: number
  /** The instant of the first rejection. */
  failedAt: number
}
