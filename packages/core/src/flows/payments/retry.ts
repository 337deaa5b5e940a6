import {
  attemptData,
  decideRetry,
  newestAttempt,
  PaymentDraft,
  type PaymentState,
  putAside,
} from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
import { choose, planCharge, subjectOf } from '../routing/plan-charge.ts'
import { cardHistory, schemeVerdict } from '../routing/scheme-history.ts'
import { mayPutAside } from './capabilities.ts'
import { carriedBy, prepareCharge } from './charge.ts'
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
    putAside(draft, open, maker.context)
    const { amount, currency, capture, reference, customer } = state.payment
    const details = await openDetails(context, state.payment)
    const { gateway } = request
    const charge = { merchant, amount, currency, capture, reference, method, details, customer, gateway }
    const of = { payment: state.payment.id, origination: originationOf(keyed), now, after: newestAttempt(state) }
    const subject = subjectOf(charge, state.payment.id)
    const caps = schemeVerdict(charge, await cardHistory(context, charge), now)
    const chosen = choose(context, subject, planCharge(context, subject, { caps }))
    const { whenDown } = context.termsOf(merchant)
    const { row, prepared } = prepareCharge(
      context,
      charge,
      chosen,
      of,
      carriedBy(context, { ...charge, whenDown }, now),
    )
    draft.addAttempt(row)
    const { type, brand, instrument } = method
    draft.setPayment({
      decline: null,
      parkedUntil: null,
      method: { type, ...(brand === null ? {} : { brand }), ...instrument },
    })
    draft.event('payment.retried', attemptData(row))
    return { decision: draft.finish(), attempt: { id: row.id, prepared } }
  }
  return operate(context, { merchant, payment, keyed, decide })
}
