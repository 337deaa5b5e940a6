import { attemptData, decideRetry, PaymentDraft, type PaymentState } from '../../payments/index.ts'
import { route } from '../../routing/index.ts'
import { decisionMaker, newAttempt } from '../attempts/maker.ts'
import { prepare, sealPrepared } from '../attempts/prepared.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { mayPutAside } from './capabilities.ts'
import { chargeCommand } from './create-intent.ts'
import type { MethodInput } from './details.ts'
import { keyedOf, type OperationCall, originationOf } from './keyed-operation.ts'
import { openDetails } from './load.ts'
import { type Intention, operate } from './operate.ts'
import type { Result } from './result.ts'

export interface RetryRequest extends OperationCall {
  readonly method: MethodInput
  readonly gateway: string | null
}

/**
 * Another attempt on the same payment, with another method. What is still open is put aside in the very commit that makes the new
 * attempt: marked abandoned, with the obligation to reverse it (FAILURES 2.10), so that two tabs keep one charge.
 */
export const retryPayment = (context: FlowContext, request: RetryRequest): Promise<Result> => {
  const { merchant, payment, method } = request
  const keyed = keyedOf(request, 'retry', { type: method.type, tokens: method.tokens, gateway: request.gateway })
  const decide = async (state: PaymentState): Promise<Intention> => {
    const maker = decisionMaker(context, merchant)
    const { now } = maker.context
    const open = decideRetry(state, now, (attempt) => mayPutAside(context, state, attempt))
    const draft = new PaymentDraft(state, now)
    for (const attempt of open) {
      draft.move(attempt.id, 'abandon', { due: null, awaits: null, action: null })
      draft.oblige(maker.context.oblige(attempt))
      draft.event('attempt.abandoned', attemptData(attempt))
    }
    const { amount, currency, capture, reference, customer } = state.payment
    const details = await openDetails(context, state.payment)
    const { type, tokens } = method
    const chosen = route(context.gateways, { method: type, currency, capture, tokens, gateway: request.gateway })
    const id = context.runtime.ids.make('att')
    const command = chargeCommand({ amount, currency, reference, method, details, customer }, chosen, id)
    const prepared = prepare(gatewayOf(context, chosen.gateway), command)
    const row = newAttempt(now, context.timings.leaseMs, {
      merchant,
      payment: state.payment.id,
      id,
      kind: command.kind,
      gateway: chosen.gateway,
      account: chosen.account,
      amount,
      currency,
      routing: chosen.explanation,
      origination: originationOf(keyed),
      request: sealPrepared(context, merchant, id, prepared),
    })
    draft.addAttempt(row)
    draft.setPayment({ decline: null, method: { type, ...(method.brand === null ? {} : { brand: method.brand }) } })
    draft.event('payment.retried', attemptData(row))
    return { decision: draft.finish(), attempt: { id, prepared } }
  }
  return operate(context, { merchant, payment, keyed, decide })
}
