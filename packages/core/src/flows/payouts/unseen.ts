import type { JobResult, JobRun } from '../../jobs/index.ts'
import { schedule } from '../../jobs/index.ts'
import { DAY_MS, dateText, isId, parseDate } from '../../kernel/index.ts'
import { type PayoutFileRow, type PayoutRow, payoutFiles, payouts, reviewPayout } from '../../payouts/index.ts'
import type { FileRail } from '../../rails/index.ts'
import type { Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { changePayout } from './commit.ts'

/** The timers of batches whose payouts a bank statement should have shown by then. */
export const PAYOUT_UNSEEN_QUEUE = 'payout_unseen'

/** What such a timer is about: a type, and not an interface, so that it is a job's payload as it is. */
type Watched = { readonly file: string; readonly batch: string; readonly days: number }

/** A timer for each batch of a file that is given out now; none where that is not wanted. */
export const watchBatches = (
  context: FlowContext,
  rail: FileRail,
  { merchant, id: file, batches }: PayoutFileRow,
): readonly Effect[] => {
  const days = context.payoutsUnseenAfterDays
  if (days === null) return []
  return batches.map(({ id: batch, executeOn }) => {
    const payload: Watched = { file, batch, days }
    const due = shownBy(rail, executeOn, days)
    return schedule({
      ...{ id: context.runtime.ids.make('job'), queue: PAYOUT_UNSEEN_QUEUE, key: batch, merchant, payload, due },
    })
  })
}

/** The end of so many of the bank's days after the day of execution: which days those are, the rail knows. */
const shownBy = (rail: FileRail, executeOn: string, days: number): number => {
  let day = parseDate(executeOn) ?? 0
  for (let n = 0; n < days; n++) {
    const next = parseDate(rail.executionDay(day * DAY_MS, dateText(day + 1))) ?? 0
    day = Math.max(next, day + 1)
  }
  return (day + 1) * DAY_MS
}

const BEFORE_LEASE_ENDS_MS = 5_000

/**
 * Tells, once a payout, that no bank statement has shown it: the file may never have reached the bank. A person should look; a statement that
 * shows it later holds all the same, and ends the review. Repeating it is harmless.
 */
export const tellUnseen = async (context: FlowContext, run: JobRun): Promise<JobResult | undefined> => {
  const { merchant, payload } = run.job
  const { file, batch: name, days } = payload as unknown as Watched
  const [row] = isId('pof', file) ? await context.storage.load(payoutFiles, [{ merchant, id: file }]) : []
  const batch = row?.batches.find((one) => one.id === name)
  if (batch === undefined) return undefined
  const { executeOn } = batch
  const ids = batch.payouts.filter((id) => isId('pot', id))
  const found = await context.storage.load(
    payouts,
    ids.map((id) => ({ merchant, id })),
  )
  const told = { type: 'payout.unseen', data: { batch: name, executeOn, days } }
  for (const one of found) {
    if (one === undefined || !isUnseen(one)) continue
    if (context.runtime.clock.now() >= run.leaseUntil - BEFORE_LEASE_ENDS_MS)
      return { again: context.runtime.clock.now() }
    await changePayout(context, merchant, one.id, (now, at) => (isUnseen(now) ? reviewPayout(now, at, told) : null))
  }
  return undefined
}

/** In a file, and nobody has told anything of it since. */
const isUnseen = ({ state, needsReview }: PayoutRow): boolean => state === 'submitted' && !needsReview
