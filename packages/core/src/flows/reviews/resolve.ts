import type { Decline } from '../../gateways/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import { attemptData, PaymentDraft, type PaymentState, type ReviewAction, refuse } from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import { decide } from '../attempts/record.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState, refundsOf } from '../payments/load.ts'
import { paymentIdOf } from '../payments/read.ts'
import { detailsOf, notePlace } from './read.ts'
import { type Stuck, stuckOf } from './stuck.ts'
import type { ReviewDetails } from './view.ts'

/** What a person decided about a payment under review. */
export interface ReviewDecision {
  readonly merchant: string
  readonly payment: string
  readonly action: ReviewAction
  /** Which command is meant; null where only one can be. */
  readonly attempt: string | null
  readonly note: string | null
  readonly by: string
}

const TRIES = 16

/**
 * Carries out what a person decided, in one commit with the event that says who did. Nothing is forgiven by it: what is only
 * acknowledged is worked on as before and comes back for review while it fails, and what is said not to have happened, or to be voided,
 * is reversed or booked if the gateway tells otherwise later.
 */
export const resolveReview = async (context: FlowContext, decision: ReviewDecision): Promise<ReviewDetails> => {
  const { merchant } = decision
  const id = await paymentIdOf(context, merchant, decision.payment)
  await context.sealer.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const state = await loadState(context, merchant, id)
    const decided = (await draftOf(context, state, decision)).finish()
    const outcome = await context.committer.commit(changeOf(context, decided), { lane: 'recovery', merchant })
    if (outcome.committed) return detailsOf(context, decided.state)
  }
  throw new FlorinError(
    'conflict',
    `payment ${id} is being changed by others all the time: nothing happened, try again`,
  )
}

const draftOf = async (context: FlowContext, state: PaymentState, decision: ReviewDecision): Promise<PaymentDraft> => {
  const { payment } = state
  if (payment.needsReview === null)
    return refuse('invalid_state', payment, 'has no open review: there is nothing to resolve')
  const { action, by } = decision
  const draft = new PaymentDraft(state, context.runtime.clock.now())
  const stuck = stuckOf(context, state)
  const told = { reason: payment.needsReview, action, by }
  if (action === 'retry_now') {
    retryNow(draft, affected(state, stuck, decision))
    draft.event('payment.reviewed', told)
    return draft
  }
  const [meant] = action === 'acknowledge' ? [] : affected(state, stuck, decision)
  if (meant === undefined) refuseAttempt(state, decision)
  close(context, draft, decision)
  draft.event('payment.reviewed', meant === undefined ? told : { ...told, ...attemptData(meant.attempt) })
  if (meant !== undefined) await settle(context, draft, meant, action)
  comesBack(draft, stuck)
  return draft
}

/** What `action` is about. Refuses where it is about nothing, or about several and none is named. */
const affected = (state: PaymentState, stuck: readonly Stuck[], decision: ReviewDecision): readonly Stuck[] => {
  const { action, attempt } = decision
  const can = stuck.filter((one) => one.actions.includes(action))
  const meant = attempt === null ? can : can.filter((one) => one.attempt.id === attempt)
  const { payment } = state
  if (meant.length === 0) {
    const what = attempt === null ? 'has nothing' : `has no attempt ${attempt.slice(0, 40)}`
    return refuse(
      'invalid_state',
      payment,
      `${what} that '${action}' could be said of now: \`reviews.get\` shows what can be, and a gateway that may still be at work is waited for`,
    )
  }
  if (action === 'retry_now' || meant.length === 1) return meant
  const names = meant.map((one) => one.attempt.id).join(', ')
  throw new FlorinError('invalid_request', `attempt: name the one that '${action}' is about: ${names}`, {
    details: { path: 'attempt', payment: payment.id },
  })
}

const refuseAttempt = ({ payment }: PaymentState, { attempt }: ReviewDecision): void => {
  if (attempt === null) return
  throw new FlorinError('invalid_request', "attempt: 'acknowledge' is about the payment, and names none", {
    details: { path: 'attempt', payment: payment.id },
  })
}

const retryNow = (draft: PaymentDraft, stuck: readonly Stuck[]): void => {
  for (const { attempt, duty } of stuck) {
    if (duty !== null) draft.putObligation(attempt.id, { due: draft.now })
    else draft.touch(attempt.id, { due: draft.now })
  }
}

const close = (context: FlowContext, draft: PaymentDraft, { merchant, action, note, by }: ReviewDecision): void => {
  const { id: payment, reviews: number } = draft.payment
  const sealed = note === null ? null : context.sealer.seal(notePlace({ merchant, payment, number }), note)
  draft.closeReview({ action, by, note: sealed })
}

/** What is still to be reversed is shown again after its next try that fails. */
const comesBack = (draft: PaymentDraft, stuck: readonly Stuck[]): void => {
  for (const { attempt, duty } of stuck) if (duty !== null) draft.putObligation(attempt.id, { needsReview: false })
}

const settle = async (context: FlowContext, draft: PaymentDraft, meant: Stuck, action: ReviewAction): Promise<void> => {
  const { attempt, duty } = meant
  if (duty === null) {
    const rejected = { effect: 'rejected', decline: NOT_THERE } as const
    const maker = decisionMaker(context, attempt.merchant)
    return decide(draft, attempt.id, rejected, await refundsOf(context, draft.state), maker.context)
  }
  const proof = action === 'voided' ? 'voided' : 'never_existed'
  draft.move(attempt.id, proof === 'voided' ? 'reversed' : 'absent', { due: null })
  draft.discharge(attempt.id, proof)
  draft.event('attempt.reversed', { ...attemptData(attempt), proof, witnessed: true })
}

/** The decline of a command of which a person found that the gateway never did it. */
const NOT_THERE: Decline = Object.freeze({
  class: 'unavailable',
  code: 'not_found_at_gateway',
  gatewayCode: null,
  networkAdvice: null,
  message: 'The payment could not be taken. Nothing was charged; please try again.',
})
