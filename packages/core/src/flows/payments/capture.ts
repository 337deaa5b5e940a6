import {
  attemptData,
  decideCapture,
  divideAmong,
  type NamedPart,
  PaymentDraft,
  type PaymentState,
  reserveCapture,
} from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
import { capabilitiesOf } from './capabilities.ts'
import { keyedOf, type OperationCall, originationOf } from './keyed-operation.ts'
import { type Intention, operate } from './operate.ts'
import type { Result } from './result.ts'

export interface CaptureRequest extends OperationCall {
  /** Null: all that is open. Minor units are known only once the payment's currency is, hence a function. */
  readonly amount: ((currency: string) => bigint) | null
  readonly amountText: string | null
  readonly final: boolean
  readonly orders: ((currency: string) => readonly NamedPart[]) | null
  /** The same as written, for the key's fingerprint. */
  readonly ordersText: readonly (readonly [id: string, amount: string])[] | null
}

/** Captures an authorisation, in full or in part. The amount is reserved in the intent (invariant 8). */
export const capturePayment = (context: FlowContext, request: CaptureRequest): Promise<Result> => {
  const { merchant, payment, amountText, final } = request
  const keyed = keyedOf(request, 'capture', { amount: amountText, final, orders: request.ordersText })
  const decide = (state: PaymentState): Intention => {
    const { currency } = state.payment
    const can = capabilitiesOf(context, state)
    const { charge, amount } = decideCapture(state, request.amount?.(currency) ?? null, final, can)
    const named = request.orders?.(currency) ?? null
    const rest = (one: { amount: bigint; captured: bigint; capturePending: bigint }) =>
      one.amount - one.captured - one.capturePending
    const parts = divideAmong(state.allocations, amount, currency, rest, named)
    const maker = decisionMaker(context, merchant)
    const draft = new PaymentDraft(state, maker.context.now)
    const origination = originationOf(keyed)
    const spec = { kind: 'capture', parent: charge, gatewayId: null, amount, final, origination } as const
    const attempt = maker.context.prepare(state, spec)
    draft.addAttempt(attempt)
    reserveCapture(draft, attempt, parts)
    draft.event('payment.capture_requested', { ...attemptData(attempt), final })
    return { decision: draft.finish(), attempt: maker.only() }
  }
  return operate(context, { merchant, payment, keyed, decide })
}
