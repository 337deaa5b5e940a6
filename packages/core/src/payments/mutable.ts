import type { Mutable } from '../records/index.ts'
import { placeIn } from './queue.ts'
import type { AttemptRow, attempts, ObligationRow, obligations, PaymentRow, payments } from './records.ts'

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
  parkedUntil: row.parkedUntil,
  needsReview: row.needsReview,
  reviews: row.reviews,
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
  queue: row.queue,
  due: row.due,
  tries: row.tries,
  replayedAt: row.replayedAt,
  factAt: row.factAt,
  updatedAt: row.updatedAt,
  version: row.version,
})

/** All columns of an obligation that a replacement writes. */
export const mutableObligation = (row: ObligationRow): Mutable<typeof obligations> => ({
  sureFrom: row.sureFrom,
  proof: row.proof,
  queue: row.queue,
  due: row.due,
  tries: row.tries,
  needsReview: row.needsReview,
  updatedAt: row.updatedAt,
  version: row.version,
})

/** A row with its place in the queue, which follows from when it is due. */
export const queued = <R extends { readonly gateway: string; readonly due: number | null }>(
  row: R,
): R & { readonly queue: string | null } => ({ ...row, queue: placeIn(row.gateway, row.due) })
