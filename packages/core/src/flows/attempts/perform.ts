import type { Answer, Decline } from '../../gateways/index.ts'
import { FlorinError, sameBytes } from '../../kernel/index.ts'
import { attemptOf, isOpen, learnId, PaymentDraft, type PaymentState, UNREACHABLE } from '../../payments/index.ts'
import { detach, type FlowContext, within } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'
import type { PaymentView } from '../payments/view.ts'
import { answered, type Performing, settledOf } from './answered.ts'
import { gatewayKey, type Prepared, sealPrepared } from './prepared.ts'
import { type Recorded, recordAnswer } from './record.ts'

/** Where a call ended: the state in which nothing more follows, and its view where one was made. */
export interface Performed {
  readonly state: PaymentState
  readonly view: PaymentView | undefined
  /** Of a request that was sent again: why this sending had no effect, which says nothing about the earlier ones. */
  readonly refused?: Decline | undefined
}

const MOST_STEPS = 8 // a gateway that always wants one more request is broken
const MOST_ATTEMPTS = 24 // as many gateways as a merchant may allow, and the capture
const STEP_TRIES = 8

/**
 * Sends a committed attempt and records its answer, then whatever follows from it at once: a further request of a two-step form, the
 * capture of an automatic sale, or the same charge at the next gateway. Gives the state in which nothing more follows.
 */
export const perform = async (
  context: FlowContext,
  start: PaymentState,
  performing: Performing,
): Promise<Performed> => {
  const { details } = performing
  let doing: Performing = performing
  let state = start
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts++) {
    const recorded = await performOne(context, state, doing)
    if (recorded.following === null) return recorded
    state = recorded.state
    doing = { ...recorded.following, key: recorded.key, details }
  }
  return { state, view: undefined }
}

/** One attempt, step by step. */
const performOne = async (
  context: FlowContext,
  start: PaymentState,
  doing: Performing,
): Promise<Recorded & Pick<Performed, 'refused'>> => {
  const { attempt, key, details } = doing
  let { prepared } = doing
  let state = start
  for (let step = 1; step <= MOST_STEPS; step++) {
    const again = doing.again === true && step === 1
    const heard = await answered(context, state, { ...doing, prepared, again, further: step > 1 })
    if ('following' in heard) return heard
    const { answer } = heard
    const refused = again ? refusalOf(answer) : undefined
    if (refused !== undefined) {
      const replayed = answer.effect === 'unknown' && answer.replayed === true
      const unknown = { effect: 'unknown', reason: 'refused_again', replayed } as const
      return { ...(await recordAnswer(context, state, attempt, unknown, { key, details })), refused }
    }
    if (answer.effect === 'next') {
      ;({ state, prepared } = await commitStep(context, state, attempt, prepared, answer))
      continue
    }
    return recordAnswer(context, state, attempt, settledOf(answer), { key, details, prepared })
  }
  const unknown = { effect: 'unknown', reason: 'too_many_steps' } as const
  return recordAnswer(context, state, attempt, unknown, { key, details, prepared })
}

/**
 * Why a request that was sent again had no effect this time: a refusal at the door (too many requests, wrong credentials, a state that
 * the first sending may itself have brought about), or a failure that is replayed for the key (FAILURES 2.3). An answer that carries the
 * gateway's id is about the charge or operation itself, whichever sending made it.
 */
const refusalOf = (answer: Answer): Decline | undefined => {
  if (answer.effect === 'rejected') return answer.gatewayId === undefined ? answer.decline : undefined
  return answer.effect === 'unknown' && answer.replayed === true ? UNREACHABLE : undefined
}

/**
 * A caller's wait for its call. From the intent on something may have happened, so the caller gets the payment's state and never an
 * exception (FAILURES 2.16). When the deadline has passed, that is the state as it stands by then, which a webhook may have settled while the
 * gateway hung. Undefined, to be shown as it was last known, when it could not be read or the outcome could not be written down. The call goes
 * on, and recovery ends what it cannot.
 */
export const performed = async (
  context: FlowContext,
  { payment }: PaymentState,
  work: Promise<Performed>,
): Promise<Performed | undefined> => {
  try {
    const settled = await within(context, context.timings.callerDeadlineMs, work)
    if (settled !== undefined) return settled
    detach(context, work)
    return { state: await loadState(context, payment.merchant, payment.id), view: undefined }
  } catch (error) {
    context.onError(error)
    return undefined
  }
}

/**
 * A further request is an intent like the first: committed before it is sent (FAILURES 2.5), unless the attempt went on without us
 * meanwhile. Its key is named for the version that it replaces, so no key is ever given twice.
 */
const commitStep = async (
  context: FlowContext,
  start: PaymentState,
  id: string,
  before: Prepared,
  answer: Extract<Answer, { effect: 'next' }>,
): Promise<{ state: PaymentState; prepared: Prepared }> => {
  const { merchant, id: payment } = start.payment
  const { request, gatewayId } = answer.step
  const sentAs = attemptOf(start, id).request
  let state = start
  for (let tries = 0; tries < STEP_TRIES; tries++) {
    const attempt = attemptOf(state, id)
    if (!isOpen(attempt) || !sameBytes(attempt.request, sentAs)) break
    const prepared: Prepared = {
      ...before,
      command: { ...before.command, key: gatewayKey(id, attempt.version) },
      request,
    }
    const now = context.runtime.clock.now()
    const draft = new PaymentDraft(state, now)
    learnId(draft, attempt, gatewayId)
    const sealed = sealPrepared(context, merchant, id, prepared)
    draft.touch(id, { request: sealed, replayedAt: null, due: now + context.timings.leaseMs })
    const decision = draft.finish()
    const outcome = await context.committer.commit(changeOf(context, decision), { lane: 'outcome', merchant })
    if (outcome.committed) return { state: decision.state, prepared }
    state = await loadState(context, merchant, payment) // the lease was renewed meanwhile, or another process took over
  }
  throw new FlorinError(
    'conflict',
    `attempt ${id} was taken over while a step of it was recorded; recovery resolves it`,
  )
}
