import { announceModification } from './announce.ts'
import { amountIn, type Body, checkFields, type RequestName, referenceIn } from './input.ts'
import { type Merchant, type Modification, type ModificationKind, openOf, type Payment } from './payment.ts'
import { invalid, malformed, NO_SUCH_PAYMENT } from './problem.ts'
import { note } from './settlement.ts'
import { enqueue, makeReference, paymentsUnder, type Refusable, type State } from './state.ts'
import { LATE_FAILURES } from './test-results.ts'

const REQUESTS: Readonly<Record<ModificationKind, RequestName>> = {
  amount_update: 'PaymentAmountUpdateRequest',
  cancel: 'PaymentCancelRequest',
  capture: 'PaymentCaptureRequest',
  refund: 'PaymentRefundRequest',
  reversal: 'PaymentReversalRequest',
  technical_cancel: 'StandalonePaymentCancelRequest',
}
const WITH_AMOUNT: ReadonlySet<ModificationKind> = new Set(['amount_update', 'capture', 'refund'])

/**
 * Takes a modification in: `POST /payments/{id}/captures` and its sisters, and `/cancels` (`target` null). Only its form is checked now;
 * whether it can be done is decided later and told by webhook, as at Adyen.
 */
export const receive = (
  state: State,
  merchant: Merchant,
  kind: ModificationKind,
  target: string | null,
  body: Body,
): Modification => {
  checkFields(REQUESTS[kind], body)
  const amount = WITH_AMOUNT.has(kind) ? amountIn(body, 1n) : null
  const reference = referenceIn(body)
  const paymentReference = target === null ? referenceIn(body, 'paymentReference') : null
  if (target === null && paymentReference === null)
    throw invalid('130', "Required field 'paymentReference' is not provided.")
  const payments =
    target === null ? paymentsUnder(state, merchant, paymentReference ?? '') : [owned(state, merchant, target)]
  const [first] = payments
  if (amount !== null && first !== undefined && amount.currency !== first.currency)
    throw invalid('137', 'Invalid amount specified') // Adyen documents no code for another currency than the payment's
  checkCapture(state, kind, first, body)
  return take(state, {
    kind,
    merchant,
    payments,
    paymentReference: paymentReference ?? first?.reference ?? '',
    reference,
    amount: amount?.value ?? null,
    currency: first?.currency ?? 'EUR', // of a cancel that finds nothing: it has no amount, and webhooks must have one
  })
}

const owned = (state: State, merchant: Merchant, target: string): Payment => {
  const payment = state.payments.get(target)
  if (payment === undefined || payment.merchant !== merchant) throw NO_SUCH_PAYMENT
  return payment
}

const checkCapture = (state: State, kind: ModificationKind, payment: Payment | undefined, body: Body): void => {
  const id = body.capturePspReference
  if (kind !== 'refund' || id === undefined) return
  if (typeof id !== 'string') throw malformed("Unexpected input: 'capturePspReference' is not a string")
  const capture = state.modifications.get(id)
  if (capture?.kind !== 'capture' || capture.payments[0] !== payment) throw NO_SUCH_PAYMENT
}

type Asked = Pick<
  Modification,
  'kind' | 'merchant' | 'payments' | 'paymentReference' | 'reference' | 'amount' | 'currency'
>

/** Files a modification, and decides it where nothing has to be waited for. */
export const take = (state: State, asked: Asked): Modification => {
  const dueAt = state.now + state.options.modificationDelayMs
  const modification: Modification = {
    ...asked,
    id: makeReference(state),
    copies: state.copies,
    dueAt,
    action: null,
    state: 'received',
  }
  state.modifications.set(modification.id, modification)
  if (dueAt > state.now) enqueue(state, state.received, modification)
  else conclude(state, modification)
  return modification
}

/** Does what was asked, or not, and tells by webhook. */
export const conclude = (state: State, modification: Modification): void => {
  state.received.delete(modification)
  const reason = forcedRefusal(state, modification.kind) ?? perform(state, modification)
  modification.state = reason === null ? 'done' : 'refused'
  announceModification(state, modification, { success: reason === null, reason: reason ?? '' })
  if (reason === null) {
    noteMovement(state, modification, DONE)
    failLate(state, modification)
  }
}

const DONE = { capture: 'Settled', refund: 'Refunded' } as const
const UNDONE = { capture: 'SettledReversed', refund: 'RefundedReversed' } as const

const noteMovement = (state: State, modification: Modification, types: typeof DONE | typeof UNDONE): void => {
  const { kind, action, payments, amount } = modification
  const [payment] = payments
  const moved = kind === 'reversal' && action === 'refund' ? 'refund' : kind
  if (payment !== undefined && (moved === 'capture' || moved === 'refund'))
    note(state, types[moved], payment, amount ?? payment.captured, modification)
}

const forcedRefusal = (state: State, kind: ModificationKind): string | null => {
  const named: string = kind === 'technical_cancel' ? 'cancel' : kind
  const at = state.refusals.findIndex((refusal) => (refusal.kind satisfies Refusable) === named)
  return at === -1 ? null : (state.refusals.splice(at, 1)[0]?.reason ?? null)
}

/** Moves the money; the reason where it cannot. */
const perform = (state: State, modification: Modification): string | null => {
  const { kind, payments } = modification
  if (kind === 'technical_cancel') return cancelAll(state, payments)
  const [payment] = payments
  if (payment === undefined) return 'Payment not found'
  const amount = modification.amount ?? 0n
  switch (kind) {
    case 'capture':
      return capture(state, payment, amount)
    case 'cancel':
      return cancel(state, payment)
    case 'refund':
      return refund(payment, amount)
    case 'reversal':
      return reverse(state, payment, modification)
    case 'amount_update':
      return adjust(payment, amount)
  }
}

const NOT_AUTHORISED = "Transaction hasn't been authorised"

const capture = (state: State, payment: Payment, amount: bigint): string | null => {
  if (payment.outcome?.resultCode !== 'Authorised' || payment.ended !== null) return NOT_AUTHORISED
  if (amount > openOf(payment)) return 'Insufficient balance on payment'
  payment.captured += amount
  if (!state.options.multipleCaptures) payment.authorized = payment.captured // by default the rest is given back
  if (openOf(payment) === 0n) settle(state, payment)
  return null
}

const cancel = (state: State, payment: Payment): string | null => {
  if (payment.outcome === null) {
    if (state.options.cancelUnfinished === 'refused') return NOT_AUTHORISED
    state.undecided.delete(payment)
    state.offers.delete(payment)
    payment.ended = 'canceled'
    return null
  }
  if (payment.outcome.resultCode !== 'Authorised') return NOT_AUTHORISED
  if (payment.ended !== null) return 'Transaction has been cancelled already'
  if (payment.captured > 0n && openOf(payment) === 0n) return 'Transaction has been captured already'
  payment.authorized = payment.captured
  if (payment.captured === 0n) payment.ended = 'canceled'
  settle(state, payment)
  return null
}

/** A cancel by reference is for every payment under it; it succeeds where it cancelled one. */
const cancelAll = (state: State, payments: readonly Payment[]): string | null => {
  let reason: string | null = 'Payment not found'
  let done = false
  for (const payment of payments) {
    reason = cancel(state, payment)
    done ||= reason === null
  }
  return done ? null : reason
}

const refund = (payment: Payment, amount: bigint): string | null => {
  if (payment.captured === 0n) return "Transaction hasn't been captured, refund not possible"
  if (amount > payment.captured - payment.refunded - payment.disputed) return 'Insufficient balance on payment'
  payment.refunded += amount
  return null
}

const reverse = (state: State, payment: Payment, modification: Modification): string | null => {
  modification.action = payment.captured > 0n ? 'refund' : 'cancel'
  if (modification.action === 'cancel') return cancel(state, payment)
  return refund(payment, payment.captured - payment.refunded || payment.amount)
}

const adjust = (payment: Payment, amount: bigint): string | null => {
  if (payment.outcome?.resultCode !== 'Authorised' || payment.ended !== null) return NOT_AUTHORISED
  if (payment.captured > 0n) return 'Transaction has been captured already'
  payment.authorized = amount
  return null
}

const settle = (state: State, payment: Payment): void => {
  state.holds.delete(payment)
  state.delayed.delete(payment)
}

const failLate = (state: State, modification: Modification): void => {
  const holder = modification.payments[0]?.card?.holderName ?? ''
  const failing = LATE_FAILURES.get(holder)
  if (failing !== modification.kind) return
  if (failing === 'capture') undo(state, modification, 'CAPTURE_FAILED', 'Capture Failed')
  if (failing === 'refund') undo(state, modification, 'REFUND_FAILED', 'Refund Failed')
}

/** A capture or refund that succeeded is taken back, and announced. */
export const undo = (
  state: State,
  modification: Modification,
  code: 'CAPTURE_FAILED' | 'REFUND_FAILED' | 'REFUNDED_REVERSED',
  reason: string,
): void => {
  move(modification, -1n)
  noteMovement(state, modification, UNDONE)
  modification.state = 'undone'
  announceModification(state, modification, { success: true, reason, code })
}

/** A capture that failed late succeeds after all. */
export const redo = (state: State, modification: Modification): void => {
  move(modification, 1n)
  noteMovement(state, modification, DONE)
  modification.state = 'done'
  announceModification(state, modification, { success: true, reason: 'Transaction Recaptured' })
}

const move = ({ payments, kind, amount }: Modification, sign: bigint): void => {
  const [payment] = payments
  if (payment === undefined || amount === null) return
  if (kind === 'capture') payment.captured += sign * amount
  else payment.refunded += sign * amount
}
