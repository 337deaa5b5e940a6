import { amount, count, defineTable, id, instant, nullable, oneOf, type Row, sealed, text } from '../records/index.ts'

/** Money on its way back to the buyer, for one payment. */
export const refunds = defineTable('refunds', {
  columns: {
    merchant: text(),
    payment: id('pay'),
    id: id('ref'),
    attempt: id('att'),
    amount: amount(),
    currency: text(),
    /** The host's reason, free text. */
    reason: nullable(sealed()),
    createdAt: instant(),
    state: oneOf('pending', 'succeeded', 'failed'),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'payment', 'id'],
  mutable: ['state', 'updatedAt', 'version'],
})
export type RefundRow = Row<typeof refunds>
