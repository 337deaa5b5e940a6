import { FlorinError } from '@florin/core'
import { accept, decide, defend, escalate, openDispute, reverse } from './disputing.ts'
import { advance } from './due.ts'
import { toAdyen } from './minor-units.ts'
import { redo, take, undo } from './modifying.ts'
import type { Dispute, Modification, ModificationKind, Payment } from './payment.ts'
import { makeReference, paymentsUnder, type State } from './state.ts'

/**
 * What somebody does in Adyen's Customer Area: real, announced by webhook, and ordered by nobody here. `target` is a payment's
 * `pspReference` or reference, amounts are ISO 4217's minor units; each gives the modification's `pspReference`. Throws `not_found`.
 */
export interface AdyenDashboard {
  capture(target: string, amount: bigint): string
  cancel(target: string): string
  refund(target: string, amount: bigint): string
  /** The buyer's bank disputes a captured payment. Gives the dispute's `pspReference`. */
  openDispute(target: string, what?: AdyenDispute): string
  /** A question becomes a chargeback; what was reversed is charged back a second time. */
  escalateDispute(dispute: string): void
  /** The scheme gives the money back, for now. */
  reverseDispute(dispute: string): void
  /** The bank decides, or the time for a defense is over. */
  decideDispute(dispute: string, how: 'won' | 'lost' | 'expired'): void
  /** Somebody defends, or accepts, in the Customer Area. */
  answerDispute(dispute: string): void
  acceptDispute(dispute: string): void
}

/** What a dispute is opened with. */
export interface AdyenDispute {
  /** ISO 4217's minor units. Default: all that is left of the payment. */
  readonly amount?: bigint
  /** A request for information, that takes no money. Default: a chargeback, which does. */
  readonly inquiry?: boolean
  /** The scheme's. Default: `10.4`, with its words. */
  readonly reasonCode?: string
  readonly reason?: string
}

/** A payment by its `pspReference` or reference. Throws `not_found`. */
export const needPayment = (state: State, target: string): Payment => {
  const byId = state.payments.get(target)
  if (byId !== undefined) return byId
  for (const merchant of state.merchants.values()) {
    const payment = paymentsUnder(state, merchant, target).at(-1)
    if (payment !== undefined) return payment
  }
  throw new FlorinError('not_found', `adyen double: there is no payment ${target}`)
}

/** The Customer Area of a double. Webhooks repeat the payment's reference, since nobody gave another one. */
export const createDashboard = (state: State): AdyenDashboard => {
  const act = (kind: ModificationKind, target: string, iso: bigint | null): string => {
    advance(state)
    const payment = needPayment(state, target)
    const { merchant, reference: paymentReference, currency } = payment
    const amount = iso === null ? null : toAdyen(iso, currency)
    return take(state, { kind, merchant, payments: [payment], paymentReference, reference: null, amount, currency }).id
  }
  return {
    capture: (target, amount) => act('capture', target, amount),
    cancel: (target) => act('cancel', target, null),
    refund: (target, amount) => act('refund', target, amount),
    ...createDisputes(state),
  }
}

type Disputes = Omit<AdyenDashboard, 'capture' | 'cancel' | 'refund'>

const createDisputes = (state: State): Disputes => {
  const act = (id: string, run: (dispute: Dispute) => void): void => {
    advance(state)
    const dispute = state.disputes.get(id)
    if (dispute === undefined) throw new FlorinError('not_found', `adyen double: there is no dispute ${id}`)
    run(dispute)
  }
  return {
    openDispute(target, { amount, inquiry = false, reasonCode = '10.4', reason = REASON } = {}) {
      advance(state)
      const payment = needPayment(state, target)
      const given = amount === undefined ? null : toAdyen(amount, payment.currency)
      return openDispute(state, payment, { amount: given, inquiry, reasonCode, reason }).id
    },
    escalateDispute: (id) => act(id, (dispute) => escalate(state, dispute)),
    reverseDispute: (id) => act(id, (dispute) => reverse(state, dispute)),
    decideDispute: (id, how) => act(id, (dispute) => decide(state, dispute, how)),
    answerDispute: (id) => act(id, (dispute) => defend(state, dispute)),
    acceptDispute: (id) => act(id, (dispute) => accept(state, dispute)),
  }
}

const REASON = 'Other Fraud-Card Absent Environment'

/**
 * What the schemes take back after Adyen said yes. `target` is the modification's `pspReference`; for the capture of a payment that was
 * captured automatically, the payment's. Throws `not_found`, and `invalid_state` where there is nothing to take back.
 */
export interface LateOutcomes {
  captureFailed(target: string, reason?: string): void
  recaptured(target: string): void
  refundFailed(target: string, reason?: string): void
  refundedReversed(target: string, reason?: string): void
}

/** The late outcomes of a double. */
export const createLateOutcomes = (state: State): LateOutcomes => {
  const find = (target: string, kind: 'capture' | 'refund', from: Modification['state']): Modification => {
    advance(state)
    const found = state.modifications.get(target) ?? (kind === 'capture' ? automaticCapture(state, target) : undefined)
    if (found?.kind !== kind) throw new FlorinError('not_found', `adyen double: there is no ${kind} ${target}`)
    if (found.state !== from)
      throw new FlorinError('invalid_state', `adyen double: the ${kind} ${target} is ${found.state}, not ${from}`)
    return found
  }
  return {
    captureFailed: (target, reason = 'Capture Failed') =>
      undo(state, find(target, 'capture', 'done'), 'CAPTURE_FAILED', reason),
    recaptured: (target) => redo(state, find(target, 'capture', 'undone')),
    refundFailed: (target, reason = 'Refund Failed') =>
      undo(state, find(target, 'refund', 'done'), 'REFUND_FAILED', reason),
    refundedReversed: (target, reason = '') => undo(state, find(target, 'refund', 'done'), 'REFUNDED_REVERSED', reason),
  }
}

/** A capture that nobody asked for gets its record when something happens to it, filed under the payment's `pspReference`, too. */
const automaticCapture = (state: State, target: string): Modification => {
  const payment = needPayment(state, target)
  const known = state.modifications.get(payment.id)
  if (known !== undefined) return known
  if (payment.captured === 0n || payment.captureAfterMs === null)
    throw new FlorinError('invalid_state', `adyen double: payment ${target} was not captured automatically`)
  const made: Modification = {
    id: makeReference(state),
    kind: 'capture',
    merchant: payment.merchant,
    payments: [payment],
    paymentReference: payment.reference,
    reference: null,
    amount: payment.captured,
    currency: payment.currency,
    copies: 1,
    dueAt: state.now,
    action: null,
    state: 'done',
  }
  state.modifications.set(made.id, made)
  state.modifications.set(payment.id, made)
  return made
}
