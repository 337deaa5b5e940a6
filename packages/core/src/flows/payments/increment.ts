import { attemptData, decideIncrement, PaymentDraft, type PaymentState } from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
import { capabilitiesOf } from './capabilities.ts'
import { keyedOf, type OperationCall, originationOf } from './keyed-operation.ts'
import { type Intention, operate } from './operate.ts'
import type { Result } from './result.ts'

export interface IncrementRequest extends OperationCall {
  /** The new total, given the payment's currency. */
  readonly amount: (currency: string) => bigint
  readonly amountText: string
}

/** Raises an authorisation to a new total, where the gateway can. */
export const incrementPayment = (context: FlowContext, request: IncrementRequest): Promise<Result> => {
  const { merchant, payment } = request
  const keyed = keyedOf(request, 'increment', request.amountText)
  const decide = (state: PaymentState): Intention => {
    const total = request.amount(state.payment.currency)
    const { charge, amount } = decideIncrement(state, total, capabilitiesOf(context, state))
    const maker = decisionMaker(context, merchant)
    const draft = new PaymentDraft(state, maker.context.now)
    const origination = originationOf(keyed)
    const spec = { kind: 'increment', parent: charge, gatewayId: null, amount, final: true, origination } as const
    const attempt = maker.context.prepare(state, spec)
    draft.addAttempt(attempt)
    draft.event('payment.increment_requested', attemptData(attempt))
    return { decision: draft.finish(), attempt: maker.only() }
  }
  return operate(context, { merchant, payment, keyed, decide })
}
