import { count, defineTable, id, instant, nullable, oneOf, type Row, sealed, text } from '../records/index.ts'

/**
 * The inbox: every authentic delivery, stored before it is acknowledged. Identical deliveries collapse on their digest. Rows stay, so
 * that a repetition is recognised for ever; the raw bytes stand apart (`webhookBodies`) and are dropped in time.
 */
export const webhookInbox = defineTable('webhook_inbox', {
  columns: {
    gateway: text(),
    account: text(),
    /** Hex, SHA-256 of the raw body: identical deliveries have one. */
    digest: text(),
    /** What people call it by. */
    id: id('whd'),
    /** Bytes of the body. */
    size: count(),
    receivedAt: instant(),
    state: oneOf('waiting', 'processed', 'ignored', 'dead', 'quarantined'),
    /** Its gateway while it waits, so that every gateway has a queue of its own; null once nobody has to work on it. */
    queue: nullable(text()),
    /** While it waits: when it is worked on next, or until when somebody is presumed to be at it. */
    due: instant(),
    /** How often it was begun; counted before the work, so that one that kills its process is not begun for ever. */
    tries: count(),
    /** Why it is where it is: a code, never content. */
    note: nullable(text()),
    /** Since when its bytes may be dropped; null while they are needed, and once they are gone. */
    droppable: nullable(instant()),
    version: count(),
  },
  key: ['gateway', 'account', 'digest'],
  contended: true,
  index: {
    id: ['id'],
    due: ['queue', 'due'],
    state: ['state', 'receivedAt'],
    place: ['gateway', 'account', 'receivedAt'],
    droppable: ['droppable'],
  },
  mutable: ['state', 'queue', 'due', 'tries', 'note', 'droppable', 'version'],
})
/** A delivery in the inbox, as stored. */
export type WebhookInboxRow = Row<typeof webhookInbox>

/** The raw bytes of deliveries, sealed: apart, so that lists and queues never carry them. */
export const webhookBodies = defineTable('webhook_bodies', {
  columns: {
    id: id('whd'),
    /** Null once it was dropped. */
    delivery: nullable(sealed()),
    version: count(),
  },
  key: ['id'],
  mutable: ['delivery', 'version'],
})
/** The raw bytes of a delivery, as stored. */
export type WebhookBodyRow = Row<typeof webhookBodies>

/**
 * Deliveries that were refused as not authentic: evidence, never acted on. A ring of slots per gateway account, so that whoever sends
 * rubbish can fill neither the disk nor the inbox.
 */
export const webhookEvidence = defineTable('webhook_evidence', {
  columns: {
    gateway: text(),
    account: text(),
    slot: count(),
    id: id('whd'),
    digest: text(),
    size: count(),
    /** When it came in last. */
    receivedAt: instant(),
    /** How often these very bytes were refused while they held the slot. */
    times: count(),
    /** The code of the refusal. */
    note: text(),
    /** The raw bytes and headers; null once they are not needed any more. */
    delivery: nullable(sealed()),
    /** `released`: it verified later, and went to the inbox under the same id. `dropped`: its time was over. */
    state: oneOf('rejected', 'released', 'dropped'),
    version: count(),
  },
  key: ['gateway', 'account', 'slot'],
  contended: true,
  index: { id: ['id'], state: ['state', 'receivedAt'] },
  mutable: ['id', 'digest', 'size', 'receivedAt', 'times', 'note', 'delivery', 'state', 'version'],
})
/** A refused delivery, as stored. */
export type WebhookEvidenceRow = Row<typeof webhookEvidence>
