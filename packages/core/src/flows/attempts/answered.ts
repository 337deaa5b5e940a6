import type { Answer } from '../../gateways/index.ts'
import { attemptOf, isOpen, type PaymentState } from '../../payments/index.ts'
import type { TriedAccount } from '../../routing/index.ts'
import { detach, type FlowContext, within } from '../context.ts'
import type { KeyRow } from '../idempotency/keyed.ts'
import type { PaymentDetails } from '../payments/details.ts'
import { loadState } from '../payments/load.ts'
import { call } from './call.ts'
import type { Prepared } from './prepared.ts'
import { type Recorded, recordAnswer } from './record.ts'

/** What is known about a call beforehand. */
export interface Performing {
  readonly attempt: string
  readonly prepared: Prepared
  readonly key?: KeyRow | undefined
  readonly details?: PaymentDetails | undefined
  /** It was sent before, and nobody knows what came of that. */
  readonly again?: boolean
  /** It is a further request of its attempt: that it was not sent says nothing about the earlier ones. */
  readonly further?: boolean
}

/** The end of a command, of an answer that is no further step. */
export const settledOf = (
  answer: Exclude<Answer, { effect: 'next' }>,
): Exclude<Answer, { effect: 'next' | 'absent' }> =>
  answer.effect === 'absent' ? { effect: 'unknown', reason: 'unexpected_absent' } : answer

/**
 * The answer to one sending; or, of a merchant who chose that, what was recorded when it took too long: a webhook's word, or that the charge
 * is left behind with the duty to reverse it, and the next gateway is asked. Its call goes on, and what it says in the end is recorded then.
 */
export const answered = async (
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

/**
 * Goes on elsewhere while the call is on its way, if that is allowed; or leaves the call to itself where somebody else has told meanwhile what
 * became of it, such as a webhook. Else nothing changes, and it is null.
 */
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
    if (left.following !== null || !isOpen(attemptOf(left.state, attempt))) return left
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

/** The call, with its lease kept alive while it is on its way. */
const guarded = async (
  context: FlowContext,
  state: PaymentState,
  { attempt: id, prepared, again, further }: Performing,
  signal: AbortSignal,
): Promise<Answer> => {
  const { merchant, id: payment } = state.payment
  const leaseUntil = context.runtime.clock.now() + context.timings.leaseMs
  const { gateway, account } = attemptOf(state, id)
  const replaceable = isReplaceable(context, prepared, { gateway, account })
  context.inFlight.set(id, { merchant, payment, attempt: id, leaseUntil })
  try {
    const answer = await call(context, gateway, prepared, { merchant, again, replaceable, signal })
    return further === true && answer.effect === 'not_sent' ? { effect: 'unknown', reason: answer.reason } : answer
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
