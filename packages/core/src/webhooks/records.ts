import { count, defineTable, instant, nullable, oneOf, type Row, sealed, text } from '../records/index.ts'

/** The inbox: authentic deliveries, stored before they are acknowledged. Identical deliveries collapse on their digest. */
export const webhookInbox = defineTable('webhook_inbox', {
  columns: {
    gateway: text(),
    account: text(),
    /** Hex: identical deliveries have one. */
    digest: text(),
    delivery: sealed(),
    receivedAt: instant(),
    state: oneOf('waiting', 'processed', 'dead'),
    due: nullable(instant()),
    tries: count(),
    /** Why it waits or died: a code, never content. */
    note: nullable(text()),
    version: count(),
  },
  key: ['gateway', 'account', 'digest'],
  contended: true,
  index: { due: ['due'] },
  mutable: ['state', 'due', 'tries', 'note', 'version'],
})
export type WebhookInboxRow = Row<typeof webhookInbox>
