import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { checkAll, checkChanges, OWN } from './checks.ts'
import { lookAgain } from './look-again.ts'
import { CHECK_QUEUE, NIGHTLY_QUEUE, nextNight } from './queues.ts'
import { sweepMissing } from './sweep.ts'
import { isLookedAtLater, runLookedAtLater } from './swept-before.ts'

const MINUTE_MS = 60_000

const timer = ({ runtime }: FlowContext, queue: string, due: number): Effect =>
  schedule({ id: runtime.ids.make('job'), queue, key: 'all', merchant: OWN, payload: {}, due })

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

/** A night's work: what no file has, what can be explained by now, and whether all of our own books agree; or one of what a night looks at again. */
export const runNightly = async (context: FlowContext, run: JobRun): Promise<JobResult | undefined> => {
  if (isLookedAtLater(run.job.payload)) return runLookedAtLater(context, run)
  await sweepMissing(context)
  await lookAgain(context)
  await checkAll(context)
  return { again: nextNight(context.runtime.clock.now()) }
}
