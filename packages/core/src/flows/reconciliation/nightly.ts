import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { checkAll, checkChanges, OWN } from './checks.ts'
import { lookAgain } from './look-again.ts'
import { sweepMissing } from './sweep.ts'

/** The queue of the check of every minute. */
export const CHECK_QUEUE = 'reconciliation.check'
/** The queue of the look at everything, every night. */
export const NIGHTLY_QUEUE = 'reconciliation.nightly'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NIGHT_MS = 2 * 3_600_000 // two o'clock, UTC: files of the day before have come, and few pay

const timer = ({ runtime }: FlowContext, queue: string, due: number): Effect =>
  schedule({ id: runtime.ids.make('job'), queue, key: 'all', merchant: OWN, payload: {}, due })

const nextNight = (now: number): number => Math.floor((now - NIGHT_MS) / DAY_MS + 1) * DAY_MS + NIGHT_MS

/** Sets the timers; those that are set already stay. */
export const scheduleReconciliation = async (context: FlowContext): Promise<void> => {
  const now = context.runtime.clock.now()
  const effects = [timer(context, CHECK_QUEUE, now + MINUTE_MS), timer(context, NIGHTLY_QUEUE, nextNight(now))]
  await context.committer.commit({ guards: [], effects }, { lane: 'recovery', merchant: OWN })
}

/** A minute's check of what has changed. */
export const runCheck = async (context: FlowContext, _: JobRun): Promise<JobResult> => {
  await checkChanges(context)
  return { again: context.runtime.clock.now() + MINUTE_MS }
}

/** A night's work: what no file has, what can be explained by now, and whether all of our own books agree. */
export const runNightly = async (context: FlowContext, _: JobRun): Promise<JobResult> => {
  await sweepMissing(context)
  await lookAgain(context)
  await checkAll(context)
  return { again: nextNight(context.runtime.clock.now()) }
}
