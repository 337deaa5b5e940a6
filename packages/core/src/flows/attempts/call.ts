import type { Answer, Gateway } from '../../gateways/index.ts'
import { type Exchange, type GuardedCall, retryGuarded, workOf } from '../../resilience/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import type { Prepared } from './prepared.ts'

/** What a call is, beside its request. */
export interface Calling {
  /** Merchants take turns where calls have to wait. */
  readonly merchant: string
  /** It was sent before, and nobody knows what came of that: recovery has a pace of its own, so it is sent once. */
  readonly again?: boolean | undefined
  /** Whether somebody else could be asked: then a gateway that cannot be reached, or has no room, is not asked a second time. */
  readonly replaceable?: boolean | undefined
  /** Nobody wants it any more: what is on its way goes on, and nothing more is sent. */
  readonly signal?: AbortSignal | undefined
}

const NOBODYS: Calling = { merchant: '' }

/**
 * Sends a prepared request through its gateway's guard and reads the answer. The very same bytes are sent again where that is allowed
 * (FAILURES 2.3 and 2.7), within the retry policy, the caller's wait and the attempt's lease; nothing below retries. Whatever an adapter
 * or transport throws is `unknown`: a bug in reading an answer must not look like a failure of the payment (FAILURES 1).
 */
export const call = async (
  context: FlowContext,
  gatewayName: string,
  prepared: Prepared,
  calling: Calling = NOBODYS,
): Promise<Answer> => {
  const gateway = gatewayOf(context, gatewayName)
  const guard = context.guards.get(gatewayName)
  const { command } = prepared
  const once = (): Promise<Answer> => {
    const send = (deadline: number): Promise<Exchange> =>
      calling.signal?.aborted === true ? Promise.resolve(LEFT) : exchange(context, gateway, prepared, deadline)
    const answerWithinMs = context.timings.attemptDeadlineMs
    if (guard === undefined) return send(context.runtime.clock.now() + answerWithinMs).then(({ answer }) => answer)
    const { account, amount } = command
    const kind = workOf(command, calling.again)
    const guarded: GuardedCall = { kind, account, amount, merchant: calling.merchant, answerWithinMs }
    return guard.run(guarded, send)
  }
  if (guard === undefined || calling.again === true || command.kind === 'lookup') return once()
  const { callerDeadlineMs, leaseMs } = context.timings
  const sendUntil = context.runtime.clock.now() + Math.min(callerDeadlineMs, leaseMs)
  const first = await once()
  if (calling.signal?.aborted === true || (calling.replaceable === true && tookNothing(first))) return first
  let uncertain = false
  const work = async (tryNumber: number): Promise<Answer> => {
    const answer = tryNumber === 1 ? first : await once()
    const told = uncertain ? aboutAll(answer) : answer
    uncertain ||= answer.effect === 'unknown'
    return told
  }
  const { runtime, retries } = context
  return retryGuarded(work, retries, { runtime, budget: guard.retries, sendUntil, signal: calling.signal })
}

const LEFT: Exchange = {
  sent: { outcome: 'not_sent', reason: 'left_behind', fault: 'local' },
  answer: { effect: 'not_sent', reason: 'left_behind' },
}

/** Not sent, or refused for now: somebody else may be asked at once, and nobody need wait for this gateway. */
const tookNothing = (answer: Answer): boolean =>
  answer.effect === 'not_sent' || (answer.effect === 'rejected' && answer.retryAfterMs !== undefined)

/** That this sending had no effect says nothing about an earlier one of the same request. */
const aboutAll = (answer: Answer): Answer => {
  if (answer.effect === 'not_sent') return { effect: 'unknown', reason: answer.reason }
  return answer.effect === 'rejected' && answer.gatewayId === undefined
    ? { effect: 'unknown', reason: 'refused_again' }
    : answer
}

const exchange = async (
  context: FlowContext,
  gateway: Gateway,
  { request, command }: Prepared,
  deadline: number,
): Promise<Exchange> => {
  let sent: Exchange['sent'] = { outcome: 'unknown', reason: 'adapter_failed' }
  try {
    sent = await gateway.transport.send(request, { account: command.account, deadline })
    if (sent.outcome !== 'answered') return { sent, answer: { effect: sent.outcome, reason: sent.reason } }
    return { sent, answer: gateway.read(sent.response, command) }
  } catch (error) {
    context.onError(error)
    return { sent, answer: { effect: 'unknown', reason: 'adapter_failed' } }
  }
}
