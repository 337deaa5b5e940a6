import {
  type AttemptRow,
  type AttemptSpec,
  attemptData,
  attemptOf,
  backoffMs,
  isOpen,
  type ObligationRow,
  orphanLeft,
  PaymentDraft,
  type PaymentState,
} from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import { perform } from '../attempts/perform.ts'
import { resolveAttempt } from '../attempts/resolve.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { findState } from '../payments/load.ts'

const REVIEW_AFTER = 8 // by then about ten minutes of reversal went unanswered: a person should know

/**
 * Works on one duty to reverse an abandoned charge (FAILURES 2.12): asks what became of it, and takes it back, again and again, until
 * there is proof. Nothing is forgiven because tries ran out; after a while it is shown for review, and tried once a day.
 */
export const discharge = async (context: FlowContext, obligation: ObligationRow): Promise<void> => {
  const loaded = await findState(context, obligation.merchant, obligation.payment)
  if (loaded === undefined) return
  const leased = await leaseObligation(context, loaded, obligation)
  if (leased === undefined) return
  const state = await settleReversals(context, leased, obligation.attempt)
  const charge = attemptOf(state, obligation.attempt)
  if (charge.state !== 'abandoned' || reversalOpen(state, charge)) return
  const after = await takeBack(context, state, charge)
  const still = attemptOf(after, charge.id)
  if (still.state === 'abandoned' && !reversalOpen(after, still)) await resolveAttempt(context, after, charge.id)
}

/** One worker at a time, by compare-and-set on the obligation's version. */
const leaseObligation = async (
  context: FlowContext,
  state: PaymentState,
  obligation: ObligationRow,
): Promise<PaymentState | undefined> => {
  const current = state.obligations.find((one) => one.id === obligation.id)
  const now = context.runtime.clock.now()
  if (current === undefined || current.proof !== null || current.due === null || current.due > now) return undefined
  await context.sealer.ready(obligation.merchant)
  const tries = current.tries + 1
  const draft = new PaymentDraft(state, now)
  const needsReview = tries >= REVIEW_AFTER
  draft.putObligation(obligation.attempt, {
    tries,
    due: now + Math.max(context.timings.leaseMs, backoffMs(tries)),
    needsReview,
  })
  if (needsReview && !current.needsReview) {
    draft.setPayment({ needsReview: 'reversal' })
    draft.event('payment.needs_review', { ...attemptData(attemptOf(state, obligation.attempt)), reason: 'reversal' })
  }
  const decision = draft.finish()
  const commit = { lane: 'recovery', merchant: obligation.merchant } as const
  return (await context.committer.commit(changeOf(context, decision), commit)).committed ? decision.state : undefined
}

const reversalsOf = (state: PaymentState, charge: string): readonly AttemptRow[] =>
  state.attempts.filter((one) => one.parent === charge && (one.kind === 'cancel' || one.kind === 'refund'))

const reversalOpen = (state: PaymentState, charge: AttemptRow): boolean => reversalsOf(state, charge.id).some(isOpen)

const settleReversals = async (context: FlowContext, start: PaymentState, charge: string): Promise<PaymentState> => {
  let state = start
  for (const reversal of reversalsOf(start, charge)) {
    const later = (reversal.due ?? 0) > context.runtime.clock.now() // leased by who sent it, or not yet to be asked again
    if (isOpen(reversal) && !later && !context.inFlight.has(reversal.id)) {
      state = await resolveAttempt(context, state, reversal.id)
    }
  }
  return state
}

/** A new command under a new key: a cancel, or, for a sale that is known to have taken money, a refund. */
const takeBack = async (context: FlowContext, state: PaymentState, charge: AttemptRow): Promise<PaymentState> => {
  const { merchant } = charge
  const kind = charge.kind === 'sale' ? 'refund' : 'cancel'
  if (kind === 'refund' && charge.applied === null) return state // nothing is known to be taken yet
  const maker = decisionMaker(context, merchant)
  const draft = new PaymentDraft(state, maker.context.now)
  const amount = orphanLeft(state, charge)
  const spec: AttemptSpec = { kind, parent: charge, gatewayId: null, amount, final: true, origination: null }
  const attempt = maker.context.prepare(state, spec)
  draft.addAttempt(attempt)
  draft.event('attempt.reversal_requested', attemptData(attempt))
  const decision = draft.finish()
  const made = maker.only()
  const outcome = await context.committer.commit(changeOf(context, decision), { lane: 'recovery', merchant })
  if (!outcome.committed || made === null) return state
  return (await perform(context, decision.state, { attempt: made.id, prepared: made.prepared })).state
}
