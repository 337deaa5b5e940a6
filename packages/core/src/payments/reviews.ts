import { count, defineTable, id, instant, nullable, oneOf, type Row, sealed, text } from '../records/index.ts'
import { REVIEW_ACTIONS, REVIEW_REASONS } from './review-reasons.ts'

/**
 * One time that a payment needed a person's eye. It is opened in the commit that says why, and closed by a person; while it is open,
 * further reasons show only in the payment's timeline.
 */
export const reviews = defineTable('reviews', {
  columns: {
    merchant: text(),
    payment: id('pay'),
    /** 1 for a payment's first. */
    number: count(),
    reason: oneOf(...REVIEW_REASONS),
    openedAt: instant(),
    /** Its merchant while it is open, so that lists hold nothing else; null once it is closed. */
    openFor: nullable(text()),
    action: nullable(oneOf(...REVIEW_ACTIONS)),
    /** What was found out: free text, so it may be personal. */
    note: nullable(sealed()),
    /** Who decided, by the host's own id. */
    by: nullable(text()),
    closedAt: nullable(instant()),
    version: count(),
  },
  key: ['merchant', 'payment', 'number'],
  index: { open: ['openFor', 'openedAt'], reason: ['openFor', 'reason', 'openedAt'] },
  mutable: ['openFor', 'action', 'note', 'by', 'closedAt', 'version'],
})
/** A review as stored. */
export type ReviewRow = Row<typeof reviews>
