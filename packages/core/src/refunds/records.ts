import {
  amount,
  count,
  defineTable,
  id,
  instant,
  json,
  type Mutable,
  nullable,
  oneOf,
  type Row,
  sealed,
  text,
} from '../records/index.ts'
import { REFUND_STATES } from './machine.ts'

/** How a refund that has no attempt is shared among a checkout's orders: `[order, minor units as text]`. */
export type RefundParts = readonly (readonly [allocation: string, amount: string])[]

/**
 * Money on its way back to the buyer, for one payment: through its gateway (`attempt`), to another method by a payout (`payout`), or
 * neither while it waits for a decision. Its amount counts in the payment's `refundPending` from its first commit on.
 */
export const refunds = defineTable('refunds', {
  columns: {
    merchant: text(),
    payment: id('pay'),
    id: id('ref'),
    amount: amount(),
    currency: text(),
    /** The host's reason, free text. */
    reason: nullable(sealed()),
    /** The payout that carries it, where it does not go through the payment's gateway. */
    payout: nullable(id('pot')),
    /** Of a checkout's refund that began without an attempt; an attempt's shares are its own. */
    parts: nullable(json<RefundParts>()),
    /** Why a person has to decide: names of rules of the merchant's policy. */
    because: nullable(json<readonly string[]>()),
    /** Until when it waits for a decision. */
    expiresAt: nullable(instant()),
    /** The idempotency key, as `[operation, key]`, of a call that waits for the decision. */
    origination: nullable(json<readonly [operation: string, key: string]>()),
    createdAt: instant(),
    /** The attempt at the gateway, once there is one. */
    attempt: nullable(id('att')),
    state: oneOf(...REFUND_STATES),
    /** Its merchant while it waits for a decision, so that lists of those hold nothing else. */
    openFor: nullable(text()),
    /** Who decided, by the host's own id. */
    decidedBy: nullable(text()),
    /** Why, in the words of who decided. */
    decision: nullable(sealed()),
    decidedAt: nullable(instant()),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'payment', 'id'],
  index: { id: ['merchant', 'id'], open: ['openFor', 'id'] },
  mutable: ['attempt', 'state', 'openFor', 'decidedBy', 'decision', 'decidedAt', 'updatedAt', 'version'],
})
export type RefundRow = Row<typeof refunds>

/** All columns of a refund that a replacement writes. */
export const mutableRefund = (row: RefundRow): Mutable<typeof refunds> => ({
  attempt: row.attempt,
  state: row.state,
  openFor: row.openFor,
  decidedBy: row.decidedBy,
  decision: row.decision,
  decidedAt: row.decidedAt,
  updatedAt: row.updatedAt,
  version: row.version,
})

type Given = Pick<RefundRow, 'merchant' | 'payment' | 'id' | 'amount' | 'currency' | 'state'> & Partial<RefundRow>

/** A refund as it begins at this instant; what is not said of it is not so. */
export const newRefund = (now: number, row: Given): RefundRow => ({
  reason: null,
  payout: null,
  parts: null,
  because: null,
  expiresAt: null,
  origination: null,
  createdAt: now,
  attempt: null,
  openFor: row.state === 'requested' ? row.merchant : null,
  decidedBy: null,
  decision: null,
  decidedAt: null,
  updatedAt: now,
  version: 1,
  ...row,
})
