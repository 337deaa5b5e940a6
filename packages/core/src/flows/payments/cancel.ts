import { attemptData, decideCancel, PaymentDraft, type PaymentState, refuse } from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
import { canReverse } from './capabilities.ts'
import { keyedOf, type OperationCall, originationOf } from './keyed-operation.ts'
import { type Intention, operate } from './operate.ts'
import type { Result } from './result.ts'

/**
 * Cancels a payment: releases an open authorisation, calls off one that waits for the buyer, closes one that was declined. Canceling
 * twice is harmless. It is canceled when the gateway has said so, not before.
 */
export const cancelPayment = (context: FlowContext, request: OperationCall): Promise<Result> => {
  const { merchant, payment } = request
  const keyed = keyedOf(request, 'cancel', null)
  const decide = (state: PaymentState): Intention => {
    const decided = decideCancel(state)
    if (decided.kind === 'nothing') return { decision: null, attempt: null }
    const maker = decisionMaker(context, merchant)
    const draft = new PaymentDraft(state, maker.context.now)
    if (decided.kind === 'close') {
      draft.setPayment({ closed: 'canceled', parkedUntil: null })
      draft.event('payment.canceled', {})
      return { decision: draft.finish(), attempt: null }
    }
    const { charge, amount } = decided
    if (!canReverse(context, state, charge)) {
      return refuse(
        'unsupported',
        state.payment,
        `is at gateway '${charge.gateway}', which cannot take it back: wait for its outcome, then refund it`,
      )
    }
    const spec = {
      kind: 'cancel',
      parent: charge,
      gatewayId: null,
      amount,
      final: true,
      origination: originationOf(keyed),
    } as const
    const attempt = maker.context.prepare(state, spec)
    draft.addAttempt(attempt)
    draft.event('payment.cancel_requested', attemptData(attempt))
    return { decision: draft.finish(), attempt: maker.only() }
  }
  return operate(context, { merchant, payment, keyed, decide })
}
