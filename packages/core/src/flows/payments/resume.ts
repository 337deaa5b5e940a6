import type { CompleteCommand } from '../../gateways/index.ts'
import { attemptData, decideResume, PaymentDraft, type PaymentState } from '../../payments/index.ts'
import { gatewayKey, prepare, sealPrepared } from '../attempts/prepared.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { type Intention, operate } from './operate.ts'
import type { Result } from './result.ts'

export interface ResumeRequest {
  readonly merchant: string
  readonly payment: string
  /** What came along when the buyer returned. */
  readonly payload: Readonly<Record<string, string>>
}

/**
 * Goes on after the buyer's action. Safe to call any number of times, and by several tabs: a payment that waits for nobody is shown as
 * it is. The completion is a further request of the same attempt, committed before it is sent.
 */
export const resumePayment = (context: FlowContext, request: ResumeRequest): Promise<Result> => {
  const { merchant, payment, payload } = request
  const decide = (state: PaymentState): Intention => {
    const attempt = decideResume(state)
    if (attempt === null || state.winner !== null || state.payment.closed !== null)
      return { decision: null, attempt: null }
    const { id, account, amount, currency, gatewayId } = attempt
    const command: CompleteCommand = {
      kind: 'complete',
      attempt: id,
      key: gatewayKey(id, attempt.version),
      account,
      amount,
      currency,
      target: { attempt: id, gatewayId },
      payload,
    }
    const prepared = prepare(gatewayOf(context, attempt.gateway), command)
    const now = context.runtime.clock.now()
    const draft = new PaymentDraft(state, now)
    // It is the gateway's turn now: a second tab finds nobody to go on for, and after a crash the gateway is asked what came of it.
    const sealed = sealPrepared(context, merchant, id, prepared)
    draft.touch(id, { request: sealed, replayedAt: null, awaits: 'gateway', due: now + context.timings.leaseMs })
    draft.event('payment.resumed', attemptData(attempt))
    return { decision: draft.finish(), attempt: { id, prepared } }
  }
  return operate(context, { merchant, payment, keyed: null, decide })
}
