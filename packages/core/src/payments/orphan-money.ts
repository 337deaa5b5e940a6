import type { AttemptRow } from './records.ts'
import type { PaymentState } from './state.ts'

/** Whether an attempt is a capture of a charge that counts for nobody: somebody else's doing, for Florin captures the winner only. */
export const isStray = (state: PaymentState, attempt: AttemptRow): boolean =>
  attempt.kind === 'capture' && attempt.parent !== null && attempt.parent !== state.winner

const straysOf = ({ attempts }: PaymentState, charge: AttemptRow): readonly AttemptRow[] =>
  attempts.filter((one) => one.kind === 'capture' && one.parent === charge.id && one.state === 'applied')

/** What is known to have been taken by a charge that does not count: a sale's amount, or what somebody captured of an authorisation. */
const takenOf = (state: PaymentState, charge: AttemptRow): bigint =>
  charge.kind === 'sale'
    ? (charge.applied ?? charge.amount)
    : straysOf(state, charge).reduce((sum, one) => sum + (one.applied ?? one.amount), 0n)

/** What of it is with us still: neither refunded by us, nor by somebody else at the gateway. */
export const orphanLeft = (state: PaymentState, charge: AttemptRow): bigint =>
  state.attempts
    .filter((one) => one.kind === 'refund' && one.parent === charge.id && one.state === 'applied')
    .reduce((left, one) => left - (one.applied ?? one.amount), takenOf(state, charge))

/** Whether money of a charge that does not count is known to be with us. `lost`: what the buyer's bank took back of it, for good. */
export const owesRefund = (state: PaymentState, charge: AttemptRow, lost = 0n): boolean =>
  (charge.kind === 'authorize' || charge.applied !== null) && orphanLeft(state, charge) > lost

/** Whether somebody captured an authorisation that does not count, and all of that went back. */
export const isCaptureRefunded = (state: PaymentState, charge: AttemptRow, lost = 0n): boolean =>
  charge.kind === 'authorize' && straysOf(state, charge).length > 0 && orphanLeft(state, charge) <= lost

/**
 * Whether nothing is left of a charge that took money without counting: all of it went back, and of an authorisation nothing can be held
 * any more. That is so where all was captured, or where the gateway has answered a cancel that was made once the captures were known: it
 * released the rest, or it refused because there is none.
 */
export const isTakenBack = (state: PaymentState, charge: AttemptRow, lost = 0n): boolean => {
  if (charge.kind === 'sale') return orphanLeft(state, charge) <= lost
  if (!isCaptureRefunded(state, charge, lost)) return false
  if (takenOf(state, charge) >= (charge.applied ?? charge.amount)) return true
  const knownSince = straysOf(state, charge).reduce((newest, one) => Math.max(newest, one.createdAt), 0)
  return state.attempts.some(
    ({ kind, parent, createdAt, state: is }) =>
      kind === 'cancel' && parent === charge.id && createdAt >= knownSince && (is === 'applied' || is === 'rejected'),
  )
}
