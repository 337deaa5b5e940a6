import { divideAmong, type NamedPart, PaymentDraft, type PaymentState } from '../../payments/index.ts'
import { askPolicy, decideRefund, type NewRefund, requestRefund, sendRefund } from '../../refunds/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
import { reasonPlace } from '../refunds/places.ts'
import { capabilitiesOf } from './capabilities.ts'
import { keyedOf, type OperationCall, originationOf } from './keyed-operation.ts'
import { refundsOf } from './load.ts'
import { type Intention, operate } from './operate.ts'
import type { Result } from './result.ts'

export interface RefundRequest extends OperationCall {
  readonly amount: ((currency: string) => bigint) | null
  readonly amountText: string | null
  readonly reason: string | null
  readonly orders: ((currency: string) => readonly NamedPart[]) | null
  /** The same as written, for the key's fingerprint. */
  readonly ordersText: readonly (readonly [id: string, amount: string])[] | null
}

/**
 * Refunds captured money, in full or in part, where the merchant's policy lets it go at once; where a person is to approve it, it is only
 * requested. Either way the amount is reserved in the intent, so that refunds never exceed the capture.
 */
export const refundPayment = (context: FlowContext, request: RefundRequest): Promise<Result> => {
  const { merchant, payment, reason } = request
  const keyed = keyedOf(request, 'refund', { amount: request.amountText, reason, orders: request.ordersText })
  const decide = async (state: PaymentState): Promise<Intention> => {
    const { currency } = state.payment
    const { charge, amount } = decideRefund(state, request.amount?.(currency) ?? null, capabilitiesOf(context, state))
    const parts = divideAmong(state.allocations, amount, currency, restOf, request.orders?.(currency) ?? null)
    const maker = decisionMaker(context, merchant)
    const { now } = maker.context
    const draft = new PaymentDraft(state, now)
    const origination = originationOf(keyed)
    const id = context.runtime.ids.make('ref')
    const sealed = reason === null ? null : context.sealer.seal(reasonPlace(merchant, id), reason)
    const refund: NewRefund = { id, amount, parts, reason: sealed }
    const before = await refundsOf(context, state)
    const policy = context.termsOf(merchant).refunds
    const because = policy === null ? [] : askPolicy(policy, state, before, amount, now)
    if (policy !== null && because.length > 0) {
      const row = requestRefund(draft, refund, { because, origination, until: now + policy.requestMs })
      return { decision: draft.finish(), attempt: null, refunds: [...before, row], waits: true }
    }
    const spec = { kind: 'refund', parent: charge, gatewayId: null, amount, final: true, origination } as const
    const row = sendRefund(draft, maker.context.prepare(state, spec), refund)
    return { decision: draft.finish(), attempt: maker.only(), refunds: [...before, row] }
  }
  return operate(context, { merchant, payment, keyed, decide })
}

const restOf = (one: {
  readonly captured: bigint
  readonly refunded: bigint
  readonly refundPending: bigint
}): bigint => one.captured - one.refunded - one.refundPending
