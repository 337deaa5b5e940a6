import {
  type AttemptRow,
  type AttemptSpec,
  attemptData,
  attemptOf,
  backoffMs,
  isCaptureRefunded,
  isOpen,
  isTakenBack,
  type ObligationRow,
  orphanLeft,
  owesRefund,
  PaymentDraft,
  type PaymentState,
  review,
} from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import { perform } from '../attempts/perform.ts'
import { resolveAttempt } from '../attempts/resolve.ts'
import type { FlowContext } from '../context.ts'
import { type OrphanDisputes, orphanDisputes } from '../disputes/orphan.ts'
import { canReverse } from '../payments/capabilities.ts'
import { changeOf } from '../payments/change.ts'
import { findState } from '../payments/load.ts'

const REVIEW_AFTER = 8 // by then about ten minutes of reversal went unanswered: a person should know
const DAY_MS = 86_400_000

/**
 * Works on one duty to reverse an abandoned charge (FAILURES 2.12): takes it back at once, asks what became of it, and does both again,
 * ever more slowly, until there is proof. Nothing is forgiven because tries ran out; after a while it is shown for review, and tried
 * once a day.
 */
export const discharge = async (context: FlowContext, obligation: ObligationRow): Promise<void> => {
  const loaded = await findState(context, obligation.merchant, obligation.payment)
  if (loaded === undefined) return
  const leased = await leaseObligation(context, loaded, obligation)
  if (leased === undefined) return
  const state = await settleReversals(context, leased, obligation.attempt)
  const charge = attemptOf(state, obligation.attempt)
  if (charge.state !== 'abandoned') return
  const disputes = await orphanDisputes(context, state, charge)
  // What a lost dispute took is back with the buyer, also where nobody knows yet what became of a refund: none is made any more.
  const isLost = disputes.lost > 0n && isOver(context, state, charge, disputes)
  if (!isLost && isUnderway(context, state, charge)) return
  if (isOver(context, state, charge, disputes)) return refunded(context, state, charge, disputes)
  const after = await takeBack(context, state, charge, disputes)
  const still = attemptOf(after, charge.id)
  if (still.state === 'abandoned' && !isUnderway(context, after, still)) await resolveAttempt(context, after, charge.id)
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
  // Before a cancel that can be relied on was tried there is nothing that a person could know better, but for a day at most.
  const tried = current.updatedAt >= current.sureFrom || now >= current.createdAt + DAY_MS
  const needsReview = current.needsReview || (tries >= REVIEW_AFTER && tried)
  const next = now + Math.max(context.timings.leaseMs, backoffMs(tries))
  const due = current.sureFrom > now ? Math.min(next, current.sureFrom) : next
  draft.putObligation(obligation.attempt, { tries, due, needsReview })
  if (needsReview && !current.needsReview) {
    draft.setPayment(review(draft.payment, 'reversal'))
    draft.event('payment.needs_review', { ...attemptData(attemptOf(state, obligation.attempt)), reason: 'reversal' })
  }
  const decision = draft.finish()
  const commit = { lane: 'recovery', merchant: obligation.merchant } as const
  return (await context.committer.commit(changeOf(context, decision), commit)).committed ? decision.state : undefined
}

const reversalsOf = (state: PaymentState, charge: string): readonly AttemptRow[] =>
  state.attempts.filter((one) => one.parent === charge && (one.kind === 'cancel' || one.kind === 'refund'))

/**
 * Whether an earlier command to take it back may still do so. A refund is waited for as long as it takes, because two would be paid. A
 * cancel does no harm twice: it is repeated once the gateway should have decided on it, or has not told for a day what became of it.
 */
const isUnderway = (context: FlowContext, state: PaymentState, charge: AttemptRow): boolean => {
  const now = context.runtime.clock.now()
  return reversalsOf(state, charge.id).some((one) => {
    if (!isOpen(one)) return false
    if (one.kind === 'refund') return true
    if (owesRefund(state, charge)) return false // no cancel gives back what was captured
    return now < (one.state === 'pending' ? (one.expiresAt ?? now) : one.createdAt + DAY_MS)
  })
}

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

/** Nothing is left to do: all that was taken went back, and nothing can be held, or nothing that is held can be called off. */
const isOver = (context: FlowContext, state: PaymentState, charge: AttemptRow, { lost }: OrphanDisputes): boolean =>
  (charge.applied !== null || charge.kind === 'authorize') &&
  (isTakenBack(state, charge, lost) || (isCaptureRefunded(state, charge, lost) && !canReverse(context, state, charge)))

const refunded = async (
  context: FlowContext,
  state: PaymentState,
  charge: AttemptRow,
  { by }: OrphanDisputes,
): Promise<void> => {
  const draft = new PaymentDraft(state, context.runtime.clock.now())
  draft.move(charge.id, 'reversed', { due: null })
  draft.discharge(charge.id, 'refunded')
  const disputes = by.length === 0 ? {} : { disputes: by }
  draft.event('attempt.reversed', { ...attemptData(charge), proof: 'refunded', ...disputes })
  const commit = { lane: 'recovery', merchant: charge.merchant } as const
  await context.committer.commit(changeOf(context, draft.finish()), commit)
}

/** A new command under a new key: a cancel, or, for a sale that is known to have taken money, a refund. */
const takeBack = async (
  context: FlowContext,
  state: PaymentState,
  charge: AttemptRow,
  { taken, lost }: OrphanDisputes,
): Promise<PaymentState> => {
  const { merchant } = charge
  const kind = owesRefund(state, charge, lost) ? 'refund' : 'cancel'
  // What cannot be called off by what is known of it so far is looked up first; money that it took is refunded.
  if (kind === 'cancel' && !canReverse(context, state, charge)) return state
  if (kind === 'cancel' && isReleasedForNow(context, state, charge)) return state
  const maker = decisionMaker(context, merchant)
  const draft = new PaymentDraft(state, maker.context.now)
  // What the buyer's bank is taking back, or has taken, is not given back once more.
  const amount = kind === 'refund' ? orphanLeft(state, charge) - taken : (charge.applied ?? charge.amount)
  if (amount <= 0n) return state
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

/** The gateway has done what a cancel can do; whether it came too early shows only later, and then it is repeated. */
const isReleasedForNow = (context: FlowContext, state: PaymentState, charge: AttemptRow): boolean => {
  const duty = state.obligations.find((one) => one.attempt === charge.id && one.proof === null)
  if (duty === undefined || context.runtime.clock.now() >= duty.sureFrom) return false
  return reversalsOf(state, charge.id).some((one) => one.kind === 'cancel' && one.state === 'applied')
}
