import type { Id } from '../kernel/index.ts'
import type { OpenHold } from '../ledger/index.ts'
import type { AllocationRow, AttemptRow, ObligationRow, PaymentRow, ShareRow } from './records.ts'

/** A payment with everything that decides what may happen to it next. */
export interface PaymentState {
  readonly payment: PaymentRow
  /** All of them, in the order of their making. */
  readonly attempts: readonly AttemptRow[]
  readonly winner: Id<'att'> | null
  /** Empty unless the payment belongs to a checkout. */
  readonly allocations: readonly AllocationRow[]
  readonly shares: readonly ShareRow[]
  readonly obligations: readonly ObligationRow[]
  /**
   * What the ledger holds for this payment, read from it where the attempts alone do not tell: after a capture that was taken back, or
   * one that somebody made elsewhere. Null: it follows from the attempts.
   */
  readonly holds: readonly OpenHold[] | null
}

/** Whether an attempt charges the buyer, as against acting on an earlier charge. */
export const isCharge = (attempt: AttemptRow): boolean => attempt.kind === 'authorize' || attempt.kind === 'sale'

/**
 * The newest attempt, behind which the next one's id has to sort, whichever server makes it: a payment's attempts are told apart by their
 * order, and the clocks of two servers are not.
 */
export const newestAttempt = ({ attempts }: Pick<PaymentState, 'attempts'>): string | undefined =>
  attempts.reduce<string | undefined>(
    (newest, { id }) => (newest === undefined || id > newest ? id : newest),
    undefined,
  )

/** Nobody knows yet what the gateway made of it. */
export const isUnresolved = (attempt: AttemptRow): boolean => attempt.state === 'sent' || attempt.state === 'unknown'

/** It can still take effect for this payment. */
export const isOpen = (attempt: AttemptRow): boolean => isUnresolved(attempt) || attempt.state === 'pending'

/** It had no effect, as far as was known. */
export const isRefused = (attempt: AttemptRow): boolean => attempt.state === 'rejected' || attempt.state === 'not_sent'

/** The gateway has an id of its own for it, so that what is done by that id is done to this very charge. */
export const isNamed = ({ id, gatewayId }: AttemptRow): boolean => gatewayId !== null && gatewayId !== id

/** It counts for nobody any more, and is known to hold nothing. */
export const isGone = ({ state }: AttemptRow): boolean => state === 'reversed' || state === 'never_existed'

/** An open cancel of the payment itself, as against one that takes a charge back that was left behind. */
export const isCanceling = (state: Pick<PaymentState, 'attempts'>, attempt: AttemptRow): boolean => {
  if (attempt.kind !== 'cancel' || !isOpen(attempt)) return false
  const charge = state.attempts.find((one) => one.id === attempt.parent)
  return charge !== undefined && (charge.state === 'applied' || isOpen(charge))
}

/**
 * A command that takes a charge back which was left behind: what becomes of it matters to its duty, and to nothing else, also once that was
 * discharged by the report that the charge was refused.
 */
export const isReversal = (state: Pick<PaymentState, 'attempts' | 'obligations'>, attempt: AttemptRow): boolean => {
  if (attempt.kind !== 'cancel' && attempt.kind !== 'refund') return false
  const charge = state.attempts.find((one) => one.id === attempt.parent)
  if (charge === undefined) return false
  if (charge.state === 'abandoned' || isGone(charge)) return true
  return isRefused(charge) && state.obligations.some((duty) => duty.attempt === charge.id)
}

/** What the payment cannot go on without knowing (FAILURES 2.17). */
export const unresolvedOf = (state: Pick<PaymentState, 'attempts' | 'obligations'>): readonly AttemptRow[] =>
  state.attempts.filter((one) => isUnresolved(one) && !isReversal(state, one))

/** Nobody here ordered it: somebody did it at the gateway, and it was reported (FAILURES 2.20). */
export const isExternal = (attempt: AttemptRow): boolean => attempt.origin === 'external'

/** Captured by nobody's order here, or taken back: then only the ledger knows what is still held. */
export const isHoldUnclear = (attempt: AttemptRow): boolean =>
  attempt.kind === 'capture' && (attempt.state === 'undone' || isExternal(attempt))

/** A capture is on its way that gives back whatever it does not take (FAILURES 2.18): until it fails, nothing more can be captured. */
export const isClosing = ({ attempts }: PaymentState): boolean =>
  attempts.some((one) => one.kind === 'capture' && one.final && isOpen(one) && !isExternal(one))

/** What an open attempt of ours has set aside; reports of others' doing set nothing aside. */
export const reservedBy = (attempt: AttemptRow): bigint =>
  isOpen(attempt) && !isExternal(attempt) ? attempt.amount : 0n

/** Authorised and neither captured, about to be, nor given back. */
export const openHold = (payment: PaymentRow): bigint =>
  payment.authorized - payment.captured - payment.capturePending - payment.released

/** Captured and neither refunded nor about to be, nor in dispute: what the buyer's bank takes is not given back once more. */
export const refundable = (payment: PaymentRow): bigint =>
  payment.captured - payment.refunded - payment.refundPending - payment.disputed

/** The attempt with this id; one that is not there is a bug of ours. */
export const attemptOf = (state: PaymentState, id: string): AttemptRow => {
  const found = state.attempts.find((attempt) => attempt.id === id)
  if (found === undefined) throw new Error(`attempt ${id} is not one of payment ${state.payment.id}`)
  return found
}

/** The charge that won, if one has. */
export const winnerOf = (state: PaymentState): AttemptRow | undefined =>
  state.winner === null ? undefined : attemptOf(state, state.winner)
