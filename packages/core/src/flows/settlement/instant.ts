import type { JobResult, JobRun } from '../../jobs/index.ts'
import type { FlowContext } from '../context.ts'
import { runPlan } from './run.ts'
import { instantPlans, instantTimer, SWEEP } from './wake.ts'

const SWEEP_MS = 600_000 // however a wake-up was lost, money waits no longer than this
const SPARE_MS = 30_000 // of a lease: a run ends that much earlier, and goes on in the next one

/** Sets the timers that look after what is settled at once. Those that are there stay as they are. */
export const scheduleInstant = async (
  context: FlowContext,
  merchants: readonly string[] = context.settlement.merchants,
): Promise<void> => {
  const sweep = { name: SWEEP, due: context.runtime.clock.now() + SWEEP_MS }
  const timers = merchants.flatMap((merchant) =>
    instantPlans(context, merchant).map((plan) => ({
      merchant,
      effects: [instantTimer(context, merchant, plan, sweep)],
    })),
  )
  await Promise.all(
    timers.map(({ merchant, effects }) =>
      context.committer.commit({ guards: [], effects }, { lane: 'recovery', merchant }),
    ),
  )
}

/** Settles what is there. Repeating it is harmless. */
export const runInstant = async (context: FlowContext, { job, leaseUntil }: JobRun): Promise<JobResult | undefined> => {
  const payload = job.payload as { merchant: string; plan: string; sweep: boolean }
  const plan = instantPlans(context, payload.merchant).find(({ name }) => name === payload.plan)
  if (plan === undefined) return undefined
  const run = { cutOffAt: null, scheduledFor: null, until: leaseUntil - SPARE_MS }
  const { unfinished } = await runPlan(context, payload.merchant, plan, run)
  const now = context.runtime.clock.now()
  if (unfinished) return { again: now }
  return payload.sweep ? { again: now + SWEEP_MS } : undefined
}
