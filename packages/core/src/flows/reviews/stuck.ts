import {
  type AttemptRow,
  isExternal,
  isReversal,
  isUnresolved,
  type ObligationRow,
  owesRefund,
  type PaymentState,
  type ReviewAction,
} from '../../payments/index.ts'
import { type FlowContext, processingMs } from '../context.ts'

/** A command that recovery is still at work on, and that a person may know more about. */
export interface Stuck {
  readonly attempt: AttemptRow
  /** The duty to reverse it, where it was left behind. */
  readonly duty: ObligationRow | null
  /** When it is tried or asked about next. */
  readonly due: number | null
  readonly actions: readonly ReviewAction[]
}

/** What of a payment is stuck now. */
export const stuckOf = (context: FlowContext, state: PaymentState): readonly Stuck[] =>
  state.attempts.flatMap((attempt): readonly Stuck[] => {
    const duty = state.obligations.find((one) => one.attempt === attempt.id && one.proof === null)
    if (duty !== undefined) return [{ attempt, duty, due: duty.due, actions: ofDuty(context, state, attempt, duty) }]
    if (isExternal(attempt) || isReversal(state, attempt)) return [] // that one is its duty's
    if (!isUnresolved(attempt) && !isOverdue(context, attempt)) return []
    return [{ attempt, duty: null, due: attempt.due, actions: ofAttempt(context, attempt) }]
  })

const isOverdue = (context: FlowContext, { state, awaits, expiresAt }: AttemptRow): boolean =>
  state === 'pending' && awaits === 'gateway' && expiresAt !== null && expiresAt <= context.runtime.clock.now()

/** Nobody can know more than the gateway while it may still be at work. Money that was taken is given back by a refund, not by a word. */
const ofDuty = (
  context: FlowContext,
  state: PaymentState,
  charge: AttemptRow,
  duty: ObligationRow,
): readonly ReviewAction[] => {
  if (context.runtime.clock.now() < duty.sureFrom || owesRefund(state, charge)) return ['retry_now']
  if (charge.applied === null) return ['retry_now', 'voided', 'did_not_happen']
  return charge.kind === 'sale' ? ['retry_now'] : ['retry_now', 'voided']
}

const ofAttempt = (context: FlowContext, attempt: AttemptRow): readonly ReviewAction[] => {
  const overSince = attempt.createdAt + processingMs(context, attempt.gateway)
  const inFlight = attempt.state === 'sent' || context.inFlight.has(attempt.id)
  return inFlight || context.runtime.clock.now() < overSince ? ['retry_now'] : ['retry_now', 'did_not_happen']
}
