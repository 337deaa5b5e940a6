import type { Mutable } from '../records/index.ts'
import type { AttemptState } from './machine.ts'
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
  disputed: row.disputed,
  disputeState: row.disputeState,
  refunds: row.refunds,
  method: row.method,
  decline: row.decline,
  converted: row.converted,
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

/** The states in which a gateway is still asked what became of an attempt. An abandoned charge is asked about under its obligation. */
const ASKED_ABOUT: ReadonlySet<AttemptState> = new Set(['sent', 'pending', 'unknown', 'undone'])

/**
 * An attempt with its place in the queue. A settled one has none, whoever says that it is due: it would be found at every turn, never move
 * on, and hold up those behind it. (A report may settle an attempt while its call is on the way, and the call's lease is then renewed.)
 */
export const queuedAttempt = (row: AttemptRow): AttemptRow =>
  queued(ASKED_ABOUT.has(row.state) ? row : { ...row, due: null })
