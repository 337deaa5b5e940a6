import type { AttemptKind, AttemptState, ReviewAction, ReviewReason, ReviewRow } from '../../payments/index.ts'

/** A command that somebody should look at. Amounts are decimal strings. */
export interface StuckView {
  readonly attempt: string
  readonly kind: AttemptKind
  readonly state: AttemptState
  readonly gateway: string
  readonly account: string
  /** By which the gateway knows it, where it has told. */
  readonly gatewayId?: string
  readonly amount: string
  readonly currency: string
  readonly since: string
  /** When it is tried or looked at next. */
  readonly next?: string
  /** What a person can say of it, once it was looked up at the gateway by other means. */
  readonly actions: readonly ReviewAction[]
}

/** A payment that a person should look at, or was looked at. JSON-safe. */
export interface ReviewView {
  readonly object: 'review'
  readonly payment: string
  /** 1 for the payment's first. */
  readonly number: number
  readonly reason: ReviewReason
  readonly status: 'open' | 'closed'
  readonly openedAt: string
  readonly closedAt?: string
  /** What was decided, by whom. */
  readonly action?: ReviewAction
  readonly by?: string
}

/** A review with what is open about its payment. */
export interface ReviewDetails extends ReviewView {
  /** What was found out. */
  readonly note?: string
  /** What can be decided now; none once it is closed. */
  readonly actions: readonly ReviewAction[]
  /** Commands whose outcome is not known, is overdue, or that are to be reversed. */
  readonly stuck: readonly StuckView[]
}

export const iso = (at: number): string => new Date(at).toISOString()

export const reviewView = (row: ReviewRow): ReviewView => ({
  object: 'review',
  payment: row.payment,
  number: row.number,
  reason: row.reason,
  status: row.openFor === null ? 'closed' : 'open',
  openedAt: iso(row.openedAt),
  ...(row.closedAt === null ? {} : { closedAt: iso(row.closedAt) }),
  ...(row.action === null ? {} : { action: row.action }),
  ...(row.by === null ? {} : { by: row.by }),
})
