import type { JobResult, JobRun } from '../../jobs/index.ts'
import {
  type AttemptRow,
  attemptData,
  isCharge,
  isOpen,
  newestAttempt,
  PaymentDraft,
  type PaymentState,
  UNREACHABLE,
} from '../../payments/index.ts'
import { routeRecord } from '../../routing/index.ts'
import { perform } from '../attempts/perform.ts'
import { openPrepared, type Prepared } from '../attempts/prepared.ts'
import type { FlowContext } from '../context.ts'
import { freezeKey, openKeyRow } from '../idempotency/keyed.ts'
import { planCharge, subjectOf } from '../routing/plan-charge.ts'
import { cardHistory, schemeVerdict } from '../routing/scheme-history.ts'
import { changeOf } from './change.ts'
import { carriedBy, prepareCharge, requestAgain } from './charge.ts'
import { findState, openDetails, viewOf } from './load.ts'
import { waitMs } from './parking.ts'

const SOON_MS = 1_000 // somebody else changed the payment: what that means shows in a moment

/**
 * The timer that tries a parked payment again: at the first gateway that would be asked for it now, at most one at a time, until it is
 * taken or its time is over. Repeating it is harmless: the attempt that it makes takes the payment's version, and its own name is out of
 * date from then on.
 */
export const unpark = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { merchant, payment, attempt } = job.payload as { merchant: string; payment: string; attempt: string }
  const state = await findState(context, merchant, payment)
  const last = state?.attempts.findLast(isCharge)
  if (state === undefined || last?.id !== attempt || !isParked(state)) return undefined
  await context.sealer.ready(merchant)
  const now = context.runtime.clock.now()
  const until = state.payment.parkedUntil ?? now
  if (now >= until) return giveUp(context, state, last)
  const next = await nextCharge(context, state, last)
  if (next === null) return { again: Math.min(until, now + waitMs(context, state)) }
  const draft = new PaymentDraft(state, now)
  draft.setPayment({ parkedUntil: null })
  draft.addAttempt(next.row)
  draft.event('payment.unparked', attemptData(next.row))
  const decision = draft.finish()
  const outcome = await context.committer.commit(changeOf(context, decision), { lane: 'recovery', merchant })
  if (!outcome.committed) return { again: now + SOON_MS }
  await perform(context, decision.state, { attempt: next.row.id, prepared: next.prepared })
  return undefined
}

const isParked = ({ payment, winner, attempts }: PaymentState): boolean =>
  payment.parkedUntil !== null &&
  payment.closed === null &&
  winner === null &&
  !attempts.some((one) => isCharge(one) && isOpen(one))

/** A charge at the best gateway that is let through; null while none is. */
const nextCharge = async (
  context: FlowContext,
  state: PaymentState,
  last: AttemptRow,
): Promise<{ readonly row: AttemptRow; readonly prepared: Prepared } | null> => {
  const { parking } = await openPrepared(context, last)
  if (parking === undefined) return null
  const details = await openDetails(context, state.payment)
  const request = requestAgain(state, parking, parking.gateway, details)
  const caps = schemeVerdict(request, await cardHistory(context, request), context.runtime.clock.now())
  const plan = planCharge(context, subjectOf(request, state.payment.id), { caps })
  const routing = { ...routeRecord(plan), because: 'parked' }
  const now = context.runtime.clock.now()
  const of = { payment: state.payment.id, origination: last.origination, now, after: newestAttempt(state) }
  for (const { gateway, account, can } of plan.candidates) {
    try {
      return prepareCharge(context, request, { gateway, account, can, routing }, of, {
        ...carriedBy(context, { ...request, whenDown: 'fail' }, of.now),
        parking,
      })
    } catch (error) {
      context.onError(error) // this gateway cannot express it; the next one may
    }
  }
  return null
}

/** Nobody could take it in time: it is declined, as it would have been without waiting. The caller's key is answered with that. */
const giveUp = async (context: FlowContext, state: PaymentState, last: AttemptRow): Promise<JobResult> => {
  const draft = new PaymentDraft(state, context.runtime.clock.now())
  draft.setPayment({ parkedUntil: null, decline: UNREACHABLE })
  const { class: of, code } = UNREACHABLE
  draft.event('payment.declined', { ...attemptData(last), class: of, code, parked: true })
  const decision = draft.finish()
  const key = last.origination === null ? undefined : await openKeyRow(context, last.merchant, last.origination)
  const view = key === undefined ? undefined : await viewOf(context, decision.state)
  const sealing = key === undefined ? [] : [freezeKey(context, key, JSON.stringify(view))]
  const { guards, effects } = changeOf(context, decision, [], sealing)
  return { guards, effects }
}
