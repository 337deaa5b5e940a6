import type { Mutable } from '../records/index.ts'
import type { AttemptRow, attempts, PaymentRow, payments } from './records.ts'

/** All columns of a payment that a replacement writes. */
export const mutablePayment = (row: PaymentRow): Mutable<typeof payments> => ({
  status: row.status,
  closed: row.closed,
  authorized: row.authorized,
  captured: row.captured,
  capturePending: row.capturePending,
  released: row.released,
  refunded: row.refunded,
  refundPending: row.refundPending,
  method: row.method,
  decline: row.decline,
  authorizedUntil: row.authorizedUntil,
  needsReview: row.needsReview,
  updatedAt: row.updatedAt,
  version: row.version,
})

/** All columns of an attempt that a replacement writes. */
export const mutableAttempt = (row: AttemptRow): Mutable<typeof attempts> => ({
  state: row.state,
  request: row.request,
  gatewayId: row.gatewayId,
  awaits: row.awaits,
  action: row.action,
  decline: row.decline,
  applied: row.applied,
  expiresAt: row.expiresAt,
  due: row.due,
  tries: row.tries,
  replayedAt: row.replayedAt,
  factAt: row.factAt,
  updatedAt: row.updatedAt,
  version: row.version,
})
