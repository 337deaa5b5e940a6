import type { MethodCapabilities } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import type { AttemptRow, PaymentRow } from './records.ts'
import { refuse, refuseUnresolved, show } from './refusal.ts'
import {
  isCanceling,
  isCharge,
  isClosing,
  isOpen,
  isUnresolved,
  openHold,
  type PaymentState,
  winnerOf,
} from './state.ts'

/** The gateway has acknowledged a cancel, and has not decided on it yet. */
const isBeingCanceled = (state: PaymentState): boolean => state.attempts.some((one) => isCanceling(state, one))

/** The authorised charge that a capture or increment acts on. */
const authorizedCharge = (state: PaymentState, what: string): AttemptRow => {
  const { payment } = state
  if (isBeingCanceled(state)) return refuse('invalid_state', payment, `is being canceled: it cannot be ${what}d`)
  if (isClosing(state))
    return refuse('invalid_state', payment, `has its final capture on the way: it can be ${what}d only if that fails`)
  const charge = winnerOf(state)
  if (charge?.state === 'applied' && openHold(payment) > 0n) return charge
  if (payment.status === 'succeeded')
    return refuse('invalid_state', payment, `is captured already: there is nothing left to ${what}`)
  const remedy: Partial<Record<PaymentRow['status'], string>> = {
    declined: `is declined: there is nothing to ${what}; retry it with another method first`,
    requires_action: `waits for the buyer: it cannot be ${what}d before resume has finished it`,
    processing: 'is still processing: try again when its status is authorized',
  }
  return refuse('invalid_state', payment, remedy[payment.status] ?? `is ${payment.status}: it cannot be ${what}d`)
}

export interface CaptureDecision {
  readonly charge: AttemptRow
  readonly amount: bigint
}

/** Whether `amount` (the whole open hold if null) may be captured now. Throws the refusal. */
export const decideCapture = (
  state: PaymentState,
  amount: bigint | null,
  final: boolean,
  can: MethodCapabilities,
): CaptureDecision => {
  refuseUnresolved(state, 'capture')
  const { payment } = state
  const charge = authorizedCharge(state, 'capture')
  const open = openHold(payment)
  const want = amount ?? open
  if (want > open) {
    return refuse(
      'amount_too_large',
      payment,
      `has ${show(open, payment)} authorized and not yet captured: ${show(want, payment)} is more; capture at most ${show(open, payment)}`,
    )
  }
  if (!final && !can.multiCapture) {
    return refuse(
      'unsupported',
      payment,
      `is at gateway '${charge.gateway}', which takes one capture an authorization: leave out \`final: false\``,
    )
  }
  if (want < open && !can.partialCapture) {
    return refuse(
      'unsupported',
      payment,
      `is at gateway '${charge.gateway}', which captures only in full: capture ${show(open, payment)}`,
    )
  }
  return { charge, amount: want }
}

/** What a cancel has to do. */
export type CancelDecision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'close' }
  | { readonly kind: 'reverse'; readonly charge: AttemptRow; readonly amount: bigint }

/** Whether and how the payment can be canceled. Throws the refusal. */
export const decideCancel = (state: PaymentState): CancelDecision => {
  const { payment } = state
  if (payment.closed === 'canceled') return { kind: 'nothing' }
  refuseUnresolved(state, 'cancel')
  if (payment.closed !== null) return refuse('invalid_state', payment, `is ${payment.closed} already`)
  if (isBeingCanceled(state)) return { kind: 'nothing' }
  const charge = winnerOf(state)
  if (charge !== undefined) {
    const open = openHold(payment)
    if (open > 0n) return { kind: 'reverse', charge, amount: open }
    if (charge.state === 'undone' && payment.captured === 0n) return { kind: 'close' }
    return refuse('invalid_state', payment, 'is captured: it cannot be canceled any more; refund it instead')
  }
  const open = state.attempts.findLast((attempt) => isCharge(attempt) && isOpen(attempt))
  return open === undefined ? { kind: 'close' } : { kind: 'reverse', charge: open, amount: open.amount }
}

/** Whether the authorisation may be raised to `total`. Throws the refusal. */
export const decideIncrement = (state: PaymentState, total: bigint, can: MethodCapabilities): CaptureDecision => {
  refuseUnresolved(state, 'increment')
  const { payment } = state
  const charge = authorizedCharge(state, 'increment')
  if (!can.increment)
    return refuse('unsupported', payment, `is at gateway '${charge.gateway}', which cannot raise an authorization`)
  if (payment.checkout !== null)
    return refuse('unsupported', payment, 'belongs to a checkout: its orders fix the amount')
  // Gateways are told the new total, so two at once would count the first one's part twice, or not at all.
  if (state.attempts.some((one) => one.kind === 'increment' && isOpen(one)))
    return refuse('invalid_state', payment, 'is being raised already: raise it further once the gateway has decided')
  const by = total - payment.authorized
  if (by > 0n) return { charge, amount: by }
  return refuse(
    'invalid_request',
    payment,
    `is authorized for ${show(payment.authorized, payment)}: the new total must be more than that, not ${show(total, payment)}`,
  )
}

/** Which open attempts a new one has to put aside first (FAILURES 2.10). Throws the refusal. */
export const decideRetry = (
  state: PaymentState,
  now: number,
  canReverse: (attempt: AttemptRow) => boolean,
): readonly AttemptRow[] => {
  const { payment } = state
  if (payment.closed !== null)
    return refuse('invalid_state', payment, `is ${payment.closed}: create a new payment for its reference`)
  if (winnerOf(state)?.state === 'undone')
    return refuse(
      'invalid_state',
      payment,
      'was paid, and the gateway took that back: cancel it, and create a new payment for its reference',
    )
  if (state.winner !== null) return refuse('invalid_state', payment, `is ${payment.status}: the buyer has paid already`)
  if (payment.expiresAt <= now)
    return refuse('invalid_state', payment, 'has expired: create a new payment for its reference')
  const open = state.attempts.filter((attempt) => isCharge(attempt) && isOpen(attempt))
  const stuck = open.find((attempt) => isUnresolved(attempt) || !canReverse(attempt))
  if (stuck === undefined) return open
  throw new FlorinError(
    'attempt_open',
    `payment ${payment.id} has attempt ${stuck.id} at gateway '${stuck.gateway}' that may still succeed and cannot be reversed: wait for its outcome, or cancel it`,
    { details: { payment: payment.id, attempt: stuck.id, retryAfterMs: 5_000 } },
  )
}

/** The attempt that waits for the buyer, and that `resume` continues; null where none does. */
export const decideResume = (state: PaymentState): AttemptRow | null =>
  state.attempts.findLast((one) => isCharge(one) && one.state === 'pending' && one.awaits === 'customer') ?? null
