import type { Answer, Decline } from '../../gateways/index.ts'
import { FlorinError, sameBytes } from '../../kernel/index.ts'
import { attemptOf, isOpen, learnId, PaymentDraft, type PaymentState, UNREACHABLE } from '../../payments/index.ts'
import type { TriedAccount } from '../../routing/index.ts'
import { detach, type FlowContext, within } from '../context.ts'
import type { KeyRow } from '../idempotency/keyed.ts'
import { changeOf } from '../payments/change.ts'
import type { PaymentDetails } from '../payments/details.ts'
import { loadState } from '../payments/load.ts'
import type { PaymentView } from '../payments/view.ts'
import { call } from './call.ts'
import { gatewayKey, type Prepared, sealPrepared } from './prepared.ts'
import { type Recorded, recordAnswer } from './record.ts'

/** What is known about a call beforehand. */
export interface Performing {
  readonly attempt: string
  readonly prepared: Prepared
  readonly key?: KeyRow | undefined
  readonly details?: PaymentDetails | undefined
  /** It was sent before, and nobody knows what came of that. */
  readonly again?: boolean
}

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
    const heard = await answered(context, state, { ...doing, prepared, again })
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

const settledOf = (answer: Exclude<Answer, { effect: 'next' }>): Exclude<Answer, { effect: 'next' | 'absent' }> =>
  answer.effect === 'absent' ? { effect: 'unknown', reason: 'unexpected_absent' } : answer

/**
 * The answer to one sending; or, of a merchant who chose that, what was recorded when it took too long: the charge is left behind with
 * the duty to reverse it, and the next gateway is asked. Its call goes on, and what it says in the end is recorded then.
 */
const answered = async (
  context: FlowContext,
  state: PaymentState,
  doing: Performing,
): Promise<{ readonly answer: Answer } | Recorded> => {
  const left = new AbortController()
  const calling = guarded(context, state, doing, left.signal)
  const patienceMs = patienceOf(context, state, doing)
  if (patienceMs === null) return { answer: await calling }
  const inTime = await within(context, patienceMs, calling)
  if (inTime !== undefined) return { answer: inTime }
  const recorded = await leave(context, state, doing, calling)
  if (recorded === null) return { answer: await calling }
  left.abort()
  detach(context, recordLate(context, state, doing.attempt, calling))
  return recorded
}

/** How long this answer is waited for before somebody else is asked; null: until it comes. */
const patienceOf = (
  context: FlowContext,
  state: PaymentState,
  { attempt, prepared, again }: Performing,
): number | null => {
  const { payment } = state
  const { onUnknown, afterMs } = context.termsOf(payment.merchant).failover
  if (again === true || prepared.elsewhere === undefined || prepared.command.kind !== 'authorize') return null
  const waits = attemptOf(state, attempt).state === 'sent'
  return waits && onUnknown.has(payment.method.type) && afterMs < context.timings.attemptDeadlineMs ? afterMs : null
}

/** Goes on elsewhere while the call is on its way, if that is allowed; else nothing changes, and it is null. */
const leave = async (
  context: FlowContext,
  state: PaymentState,
  doing: Performing,
  calling: Promise<Answer>,
): Promise<Recorded | null> => {
  const { attempt, prepared, key, details } = doing
  const flight = context.inFlight.get(attempt)
  context.inFlight.delete(attempt) // or its lease could be renewed after it was left
  let isOut = true
  const ended = (): void => {
    isOut = false
  }
  calling.then(ended, ended)
  try {
    const slow = { effect: 'unknown', reason: 'no_answer_yet' } as const
    const left = await recordAnswer(context, state, attempt, slow, { key, details, prepared, unlessItStays: true })
    if (left.following !== null) return left
  } catch (error) {
    context.onError(error) // it could not be written down that it is left: so it is not left
  }
  if (flight !== undefined && isOut) context.inFlight.set(attempt, flight)
  return null
}

/** What a charge that was left behind says in the end. A further request of it is never sent. */
const recordLate = async (
  context: FlowContext,
  { payment }: PaymentState,
  attempt: string,
  calling: Promise<Answer>,
): Promise<void> => {
  const answer = await calling
  const late =
    answer.effect === 'next'
      ? ({ effect: 'unknown', reason: 'left_behind', gatewayId: answer.step.gatewayId } as const)
      : settledOf(answer)
  const state = await loadState(context, payment.merchant, payment.id)
  await recordAnswer(context, state, attempt, late, { key: undefined, details: undefined })
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
 * exception (FAILURES 2.16): undefined, to be shown as it was last known, when the deadline passed or the outcome could not be written
 * down. The call goes on, and recovery ends what it cannot.
 */
export const performed = async (context: FlowContext, work: Promise<Performed>): Promise<Performed | undefined> => {
  try {
    const settled = await within(context, context.timings.callerDeadlineMs, work)
    if (settled === undefined) detach(context, work)
    return settled
  } catch (error) {
    context.onError(error)
    return undefined
  }
}

/** The call, with its lease kept alive while it is on its way. */
const guarded = async (
  context: FlowContext,
  state: PaymentState,
  { attempt: id, prepared, again }: Performing,
  signal: AbortSignal,
): Promise<Answer> => {
  const { merchant, id: payment } = state.payment
  const leaseUntil = context.runtime.clock.now() + context.timings.leaseMs
  const { gateway, account } = attemptOf(state, id)
  const replaceable = isReplaceable(context, prepared, { gateway, account })
  context.inFlight.set(id, { merchant, payment, attempt: id, leaseUntil })
  try {
    return await call(context, gateway, prepared, { merchant, again, replaceable, signal })
  } finally {
    context.inFlight.delete(id)
  }
}

/** Whether anybody else could be asked for the charge at this moment, as far as their guards know. */
const isReplaceable = (context: FlowContext, { elsewhere }: Prepared, here: TriedAccount): boolean =>
  elsewhere !== undefined &&
  Object.keys(elsewhere.tokens).some((name) =>
    (context.gateways.get(name)?.accounts ?? []).some(
      (account) =>
        (name !== here.gateway || account !== here.account) && context.guards.get(name)?.leave(account) !== 'no',
    ),
  )

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
