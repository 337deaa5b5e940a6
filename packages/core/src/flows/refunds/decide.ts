import { FlorinError } from '../../kernel/index.ts'
import { PaymentDraft, type PaymentState } from '../../payments/index.ts'
import type { Change } from '../../records/index.ts'
import {
  approveRequest,
  closeRequest,
  type Decided,
  decideRefund,
  type RefundRow,
  withoutRequest,
} from '../../refunds/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import { type FlowContext, intentOf } from '../context.ts'
import { freezeKey, openKeyRow } from '../idempotency/keyed.ts'
import { capabilitiesOf } from '../payments/capabilities.ts'
import { changeOf } from '../payments/change.ts'
import { loadState, refundsOf, viewOf } from '../payments/load.ts'
import { type Intention, operate } from '../payments/operate.ts'
import { decisionPlace } from './places.ts'
import { findRefund, getRefund } from './read.ts'
import type { RefundDetails } from './view.ts'

/** What a person decided about a request. */
export interface RefundVerdict {
  readonly merchant: string
  readonly refund: string
  readonly by: string
  readonly reason: string | null
}

const TRIES = 16

/**
 * Approves a request, and sends it: one commit that approves it and holds its attempt, then the call. It is decided anew whether the
 * payment has that much to refund, for the gateway may have told of something else meanwhile. Of two who approve at once one does it, and
 * the other finds it done.
 */
export const approveRefund = async (context: FlowContext, verdict: RefundVerdict): Promise<RefundDetails> => {
  const { merchant } = verdict
  const { id, payment } = await findRefund(context, merchant, verdict.refund)
  const decide = async (state: PaymentState): Promise<Intention> => {
    const all = await refundsOf(context, state)
    const refund = rowOf(all, id)
    if (refund.state !== 'requested') {
      if (refund.state !== 'denied' && refund.decidedBy !== null) return { decision: null, attempt: null }
      return refuseDecision(refund, 'approved')
    }
    const { amount, origination } = refund
    const { charge } = decideRefund(withoutRequest(state, refund), amount, capabilitiesOf(context, state))
    const maker = decisionMaker(context, merchant)
    const draft = new PaymentDraft(state, maker.context.now)
    const spec = { kind: 'refund', parent: charge, gatewayId: null, amount, final: true, origination } as const
    const attempt = maker.context.prepare(state, spec)
    const row = approveRequest(draft, refund, attempt, decidedOf(context, verdict))
    const refunds = all.map((one) => (one.id === id ? row : one))
    return { decision: draft.finish(), attempt: maker.only(), refunds }
  }
  await operate(context, { merchant, payment, keyed: null, decide })
  return getRefund(context, merchant, id)
}

/** Denies a request: its amount may be refunded anew. Nothing is asked of any gateway. */
export const denyRefund = async (context: FlowContext, verdict: RefundVerdict): Promise<RefundDetails> => {
  const { merchant } = verdict
  const { id, payment } = await findRefund(context, merchant, verdict.refund)
  await context.sealer.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const state = await loadState(context, merchant, payment)
    const all = await refundsOf(context, state)
    const refund = rowOf(all, id)
    if (refund.state === 'denied') return getRefund(context, merchant, id)
    if (refund.state !== 'requested') return refuseDecision(refund, 'denied')
    const change = await changeThatCloses(context, state, all, refund, decidedOf(context, verdict))
    if ((await context.committer.commit(change, intentOf(context, merchant))).committed) {
      return getRefund(context, merchant, id)
    }
  }
  throw new FlorinError(
    'conflict',
    `payment ${payment} is being changed by others all the time: nothing happened, try again`,
  )
}

/** The change that ends a request unpaid (`decided` null: nobody decided in time), with the answer of the call that asked for it. */
export const changeThatCloses = async (
  context: FlowContext,
  state: PaymentState,
  all: readonly RefundRow[],
  refund: RefundRow,
  decided: Decided | null,
): Promise<Change> => {
  const draft = new PaymentDraft(state, context.runtime.clock.now())
  const row = closeRequest(draft, refund, decided)
  const decision = draft.finish()
  const { origination, merchant } = refund
  const key = origination === null ? undefined : await openKeyRow(context, merchant, origination)
  if (key === undefined) return changeOf(context, decision)
  const refunds = all.map((one) => (one.id === row.id ? row : one))
  const view = await viewOf(context, decision.state, { refunds })
  return changeOf(context, decision, [], [freezeKey(context, key, JSON.stringify(view))])
}

const decidedOf = (context: FlowContext, { merchant, refund, by, reason }: RefundVerdict): Decided => ({
  by,
  reason: reason === null ? null : context.sealer.seal(decisionPlace(merchant, refund), reason),
})

const rowOf = (all: readonly RefundRow[], id: string): RefundRow => {
  const row = all.find((one) => one.id === id)
  if (row === undefined) throw new FlorinError('internal', `refund ${id} is not one of its payment's`)
  return row
}

const HOW_IT_STANDS: Readonly<Record<RefundRow['state'], string>> = {
  requested: 'waits for a decision',
  approved: 'is approved',
  denied: 'was denied: request it anew',
  expired: 'has expired, for nobody decided in time: request it anew',
  processing: 'is on its way',
  succeeded: 'was paid',
  failed: 'was sent, and failed: request it anew',
}

const refuseDecision = (refund: RefundRow, what: 'approved' | 'denied'): never => {
  const { id, payment, state } = refund
  throw new FlorinError('invalid_state', `refund ${id} cannot be ${what}: it ${HOW_IT_STANDS[state]}`, {
    details: { refund: id, payment, status: state },
  })
}
