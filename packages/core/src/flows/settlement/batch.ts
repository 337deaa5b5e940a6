import { DAY_MS, FlorinError } from '../../kernel/index.ts'
import type { FlowContext } from '../context.ts'
import { type RunReport, runPlan } from './run.ts'

const MOST_MS = 60_000 // of one call: the rest is for the next one

/** A run that somebody asked for. Throws `not_found` for a plan that the merchant does not have. */
export const runBatch = async (context: FlowContext, merchant: string, name: string): Promise<RunReport> => {
  const plans = context.settlement.plansOf(merchant)
  const plan = plans.find((one) => one.name === name)
  if (plan === undefined) {
    const known = plans.map((one) => one.name).join(', ') || 'none: configure `settlement`'
    throw new FlorinError('not_found', `merchant '${merchant}' has no settlement plan '${name}' (there are: ${known})`)
  }
  const now = context.runtime.clock.now()
  const cutOffAt = plan.delayDays === 0 ? null : now - plan.delayDays * DAY_MS
  return runPlan(context, merchant, plan, { cutOffAt, scheduledFor: null, until: now + MOST_MS })
}
