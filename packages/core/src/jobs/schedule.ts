import type { Id } from '../kernel/index.ts'
import { type Effect, scheduleOp } from '../records/index.ts'
import type { JobRow } from '../storage/index.ts'

/** A durable timer before it is set. */
export interface NewJob {
  readonly id: Id<'job'>
  /** Which handler it is for. */
  readonly queue: string
  /** What it is for: at most one job per queue and key waits or runs at a time. */
  readonly key: string
  readonly merchant: string
  /** Names and numbers for the handler, as JSON; never personal data, it is stored in clear. */
  readonly payload: Readonly<Record<string, unknown>>
  /** The instant from which it may run. */
  readonly due: number
}

/**
 * Sets a durable timer in the commit that makes it necessary. Where a job with this queue and key is there already, waiting or
 * running, that one stays as it is and this one is dropped: put into the key whatever must not be dropped.
 */
export const schedule = (job: NewJob): Effect => {
  const { id, queue, key, merchant, payload, due } = job
  return scheduleOp({ id, queue, key, merchant, payload, due, token: null, tries: 0 } satisfies JobRow)
}
