import type { JobResult, JobRun } from '../../jobs/index.ts'
import type { FlowContext } from '../context.ts'
import { findState, refundsOf } from '../payments/load.ts'
import { changeThatCloses } from './decide.ts'

/** The timer that ends a request which nobody decided about. Where somebody did, it finds nothing left to do. */
export const expireRefund = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { merchant, payment, refund: id } = job.payload as { merchant: string; payment: string; refund: string }
  await context.sealer.ready(merchant)
  const state = await findState(context, merchant, payment)
  if (state === undefined) return undefined
  const all = await refundsOf(context, state)
  const refund = all.find((one) => one.id === id)
  if (refund === undefined || refund.state !== 'requested') return undefined
  return changeThatCloses(context, state, all, refund, null)
}
