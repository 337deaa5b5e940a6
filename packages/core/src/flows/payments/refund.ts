import { attemptData, divideAmong, type NamedPart, PaymentDraft, type PaymentState } from '../../payments/index.ts'
import { append } from '../../records/index.ts'
import { decideRefund, type RefundRow, refunds } from '../../refunds/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
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

/** Refunds captured money, in full or in part. The amount is reserved in the intent, so that refunds never exceed the capture. */
export const refundPayment = (context: FlowContext, request: RefundRequest): Promise<Result> => {
  const { merchant, payment, reason } = request
  const keyed = keyedOf(request, 'refund', { amount: request.amountText, reason, orders: request.ordersText })
  const decide = async (state: PaymentState): Promise<Intention> => {
    const { currency } = state.payment
    const { charge, amount } = decideRefund(state, request.amount?.(currency) ?? null, capabilitiesOf(context, state))
    const rest = (one: { captured: bigint; refunded: bigint; refundPending: bigint }) =>
      one.captured - one.refunded - one.refundPending
    const parts = divideAmong(state.allocations, amount, currency, rest, request.orders?.(currency) ?? null)
    const maker = decisionMaker(context, merchant)
    const draft = new PaymentDraft(state, maker.context.now)
    const origination = originationOf(keyed)
    const spec = { kind: 'refund', parent: charge, gatewayId: null, amount, final: true, origination } as const
    const attempt = maker.context.prepare(state, spec)
    draft.addAttempt(attempt)
    reserve(draft, attempt.id, amount, parts)
    const id = context.runtime.ids.make('ref')
    const now = maker.context.now
    const sealed =
      reason === null ? null : context.sealer.seal({ table: 'refunds', column: 'reason', merchant, key: id }, reason)
    const times = { createdAt: now, updatedAt: now, version: 1 }
    const what = { merchant, payment: attempt.payment, id, attempt: attempt.id, amount, currency, reason: sealed }
    const row: RefundRow = { ...what, state: 'pending', ...times }
    draft.effect(append(refunds, row))
    draft.event('payment.refund_requested', { ...attemptData(attempt), refund: id })
    const all = [...(await refundsOf(context, state)), row]
    return { decision: draft.finish(), attempt: maker.only(), refunds: all }
  }
  return operate(context, { merchant, payment, keyed, decide })
}

const reserve = (
  draft: PaymentDraft,
  attempt: `att_${string}`,
  amount: bigint,
  parts: ReadonlyMap<string, bigint> | null,
): void => {
  draft.setPayment({ refundPending: draft.payment.refundPending + amount })
  if (parts === null) return
  const { merchant, id: payment } = draft.payment
  for (const one of draft.state.allocations) {
    const part = parts.get(one.id) ?? 0n
    if (part === 0n) continue
    draft.allocation(one.id, { refundPending: one.refundPending + part })
    draft.addShare({ merchant, payment, attempt, allocation: one.id, amount: part })
  }
}
