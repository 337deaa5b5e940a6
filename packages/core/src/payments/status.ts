import type { AttemptRow, PaymentRow, PaymentStatus } from './records.ts'
import { isCanceling, isCharge, isOpen, isUnresolved, openHold } from './state.ts'

type Counters = Pick<
  PaymentRow,
  'closed' | 'authorized' | 'captured' | 'capturePending' | 'released' | 'refunded' | 'refundPending'
>

/** The state of a payment that a caller sees: a function of its counters and attempts, never assigned (DESIGN 4). */
export const statusOf = (payment: PaymentRow, attempts: readonly AttemptRow[]): PaymentStatus => {
  if (payment.closed !== null) return payment.closed
  if (payment.authorized > 0n || payment.captured > 0n) return withMoney(payment, attempts)
  const open = attempts.filter((attempt) => isCharge(attempt) && isOpen(attempt))
  const newest = open.at(-1)
  if (newest === undefined) return attempts.some(isCharge) && payment.parkedUntil === null ? 'declined' : 'processing'
  const canceling = attempts.some((attempt) => isCanceling({ attempts }, attempt))
  return newest.state === 'pending' && newest.awaits === 'customer' && !canceling ? 'requires_action' : 'processing'
}

const withMoney = (payment: PaymentRow, attempts: readonly AttemptRow[]): PaymentStatus => {
  const moving = attempts.some(
    (attempt) => (attempt.kind === 'capture' && isUnresolved(attempt)) || isCanceling({ attempts }, attempt),
  )
  // A capture that the gateway acknowledged counts (FAILURES 2.13); one that may not have arrived does not.
  if (moving && payment.captured === 0n) return 'processing'
  return openHold(payment) > 0n ? 'authorized' : 'succeeded'
}

/** How much of the authorised amount has been captured. */
export const captureStateOf = (payment: Counters): 'none' | 'pending' | 'partial' | 'full' => {
  if (payment.captured === 0n) return payment.capturePending > 0n ? 'pending' : 'none'
  return payment.captured >= payment.authorized ? 'full' : 'partial'
}

/** How much of the captured amount has gone back. */
export const refundStateOf = (payment: Counters): 'none' | 'pending' | 'partial' | 'full' => {
  if (payment.refunded === 0n) return payment.refundPending > 0n ? 'pending' : 'none'
  return payment.refunded >= payment.captured ? 'full' : 'partial'
}

/** The coarse view: four words for dashboards that know no more. */
export const coarseOf = (status: PaymentStatus): 'PENDING' | 'PROCESSING' | 'SUCCESS' | 'FAILED' => {
  if (status === 'succeeded') return 'SUCCESS'
  if (status === 'processing') return 'PROCESSING'
  return status === 'requires_action' || status === 'authorized' ? 'PENDING' : 'FAILED'
}

/** Whether a status is an outcome that an idempotency key may freeze. */
export const isDefinitive = (status: PaymentStatus): boolean => status !== 'processing' && status !== 'requires_action'

/** Whether a payment in this status has given its reference free. */
export const isClosed = (status: PaymentStatus): boolean => status === 'canceled' || status === 'expired'
