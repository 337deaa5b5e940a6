import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import type { SettlementPlan } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { runPlan } from './run.ts'

/** The job that settles what was just captured. */
export const INSTANT_QUEUE = 'settlement_instant'

const GATHER_MS = 1_000 // captures of one second are settled together
const SWEEP_MS = 600_000 // however a wake-up was lost, money waits no longer than this
const SPARE_MS = 30_000

const instantPlans = (context: FlowContext, merchant: string): readonly SettlementPlan[] =>
  context.settlement.plansOf(merchant).filter(({ mode }) => mode === 'instant')

/** The timers that a capture sets in its own commit, where its merchant's money is settled at once. */
export const instantTimers = (context: FlowContext, merchant: string, at: number): readonly Effect[] => {
  const second = Math.floor(at / GATHER_MS) + 1
  return instantPlans(context, merchant).map((plan) =>
    timer(context, merchant, plan, `${merchant}/${plan.name}/${second}`, second * GATHER_MS),
  )
}

const timer = (context: FlowContext, merchant: string, plan: SettlementPlan, key: string, due: number): Effect =>
  schedule({
    id: context.runtime.ids.make('job'),
    queue: INSTANT_QUEUE,
    key,
    merchant,
    payload: { merchant, plan: plan.name, sweep: key.endsWith(SWEEP) },
    due,
  })

const SWEEP = '/sweep'

/** Sets the timers that look after what is settled at once. Those that are there stay as they are. */
export const scheduleInstant = async (context: FlowContext): Promise<void> => {
  const due = context.runtime.clock.now() + SWEEP_MS
  const changes = context.settlement.merchants.flatMap((merchant) =>
    instantPlans(context, merchant).map((plan) => ({
      merchant,
      effects: [timer(context, merchant, plan, `${merchant}/${plan.name}${SWEEP}`, due)],
    })),
  )
  await Promise.all(
    changes.map(({ merchant, effects }) =>
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
