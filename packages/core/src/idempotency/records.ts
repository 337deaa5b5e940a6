import { bytes, count, defineTable, instant, nullable, oneOf, type Row, sealed, text } from '../records/index.ts'

/**
 * One row per key and operation, for as long as the payment lives. `open` until the first definitive outcome, whose answer is then
 * frozen in `result`.
 */
export const idempotencyKeys = defineTable('idempotency_keys', {
  columns: {
    merchant: text(),
    operation: text(),
    key: text(),
    fingerprint: bytes(),
    payment: text(),
    createdAt: instant(),
    state: oneOf('open', 'done', 'expired'),
    result: nullable(sealed()),
    /** Until then the first caller is presumed to be at work. */
    leaseUntil: instant(),
    version: count(),
  },
  key: ['merchant', 'operation', 'key'],
  contended: true,
  mutable: ['state', 'result', 'leaseUntil', 'version'],
})
export type IdempotencyRow = Row<typeof idempotencyKeys>
