import { schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import type { SettlementPlan } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'

/** The job that settles what was just captured. */
export const INSTANT_QUEUE = 'settlement_instant'

const GATHER_MS = 1_000 // captures of one second are settled together

/** The plans of a merchant whose money is settled at once. */
export const instantPlans = (context: FlowContext, merchant: string): readonly SettlementPlan[] =>
  context.settlement.plansOf(merchant).filter(({ mode }) => mode === 'instant')

/** The timers that a capture sets in its own commit, where its merchant's money is settled at once. */
export const instantTimers = (context: FlowContext, merchant: string, at: number): readonly Effect[] => {
  const second = Math.floor(at / GATHER_MS) + 1
  return instantPlans(context, merchant).map((plan) =>
    instantTimer(context, merchant, plan, { name: String(second), due: second * GATHER_MS }),
  )
}

/** The name of the timer that looks after what other timers missed. */
export const SWEEP = 'sweep'

/** One timer of a plan, by its own name. */
export const instantTimer = (
  context: FlowContext,
  merchant: string,
  plan: SettlementPlan,
  { name, due }: { readonly name: string; readonly due: number },
): Effect =>
  schedule({
    id: context.runtime.ids.make('job'),
    queue: INSTANT_QUEUE,
    key: `${merchant}/${plan.name}/${name}`,
    merchant,
    payload: { merchant, plan: plan.name, sweep: name === SWEEP },
    due,
  })
