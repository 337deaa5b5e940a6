import type { Change, Effect, Guard } from '../records/index.ts'
import type { JobRow, Outcome } from '../storage/index.ts'

/** One run of a job. */
export interface JobRun {
  readonly job: JobRow
  /** Until this instant nobody else runs it. After it another worker may, and then this run's result is dropped. */
  readonly leaseUntil: number
}

/** How a run ended, beyond having ended. Everything in it is committed with the end of the job, or not at all. */
export interface JobResult {
  /** Run the job once more at this instant: a timer that repeats. */
  readonly again?: number
  readonly guards?: readonly Guard[]
  readonly effects?: readonly Effect[]
}

/**
 * Does a job. It runs at least once, and again after a crash or a lost lease, so it must bear repetition: what it commits itself
 * needs guards, what it returns is committed exactly once. An error, or a guard of its result that does not hold, counts as a
 * failed try.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the common case
export type Handler = (run: JobRun) => Promise<JobResult | undefined | void>

/** The part of core's committer that a worker needs. */
export type CommitJob = (
  change: Change,
  options: { readonly lane: 'outcome' | 'recovery' | 'intent'; readonly merchant: string },
) => Promise<Outcome>
