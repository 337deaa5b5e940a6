import {
  amount,
  bytes,
  count,
  defineTable,
  flag,
  id,
  instant,
  json,
  nullable,
  oneOf,
  type Row,
  sealed,
  text,
} from '../records/index.ts'
import { PAYOUT_STATES } from './machine.ts'

/** What a payout is for: an owner's own money, or a buyer's that goes back by another way than it came. */
export const PAYOUT_PURPOSES = ['payout', 'refund'] as const
/** One of the purposes. */
export type PayoutPurpose = (typeof PAYOUT_PURPOSES)[number]

/** What a person may see of a bank account. */
export interface DestinationSummary {
  readonly type: 'iban'
  readonly country: string
  readonly last4: string
}

/** Where an owner's money goes. Bank details are personal, and sealed. */
export const payoutDestinations = defineTable('payout_destinations', {
  columns: {
    merchant: text(),
    id: id('dst'),
    /** A seller, by name; empty for the merchant itself. */
    owner: text(),
    createdAt: instant(),
    summary: json<DestinationSummary>(),
    /** Name, IBAN, BIC; nothing once it was removed. */
    details: sealed(),
    removed: flag(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  index: { owner: ['merchant', 'owner', 'id'] },
  mutable: ['details', 'removed', 'updatedAt', 'version'],
})
export type DestinationRow = Row<typeof payoutDestinations>

/** Money on its way to a bank account. `version` rises by one per event. */
export const payouts = defineTable('payouts', {
  columns: {
    merchant: text(),
    id: id('pot'),
    /** The caller's own, unique per merchant: the same with the same content is the same payout. */
    reference: text(),
    /** Over what was asked for. */
    digest: bytes(),
    owner: text(),
    amount: amount(),
    currency: text(),
    destination: id('dst'),
    summary: json<DestinationSummary>(),
    purpose: oneOf(...PAYOUT_PURPOSES),
    /** Of a refund: whose buyer gets it. */
    payment: nullable(id('pay')),
    rail: text(),
    /** Sent by a call of its own, or in a file with others. */
    form: oneOf('api', 'file'),
    bank: text(),
    /** The instruction and, where the rail is an API, the very request. */
    order: sealed(),
    createdAt: instant(),
    state: oneOf(...PAYOUT_STATES),
    /** The file rail that has it to collect; null where nothing is to be collected. */
    waiting: nullable(text()),
    file: nullable(id('pof')),
    /** The rail's id of it. */
    railId: nullable(text()),
    /** Why it failed or came back. */
    code: nullable(text()),
    /** What a person said, and who it was. */
    note: nullable(sealed()),
    sentAt: nullable(instant()),
    /** A person should look: nobody can be asked what became of it. */
    needsReview: flag(),
    /** The merchant while `needsReview` is set, so that those are an index of their own. */
    reviewFor: nullable(text()),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  unique: { reference: ['merchant', 'reference'] },
  index: {
    id: ['id'],
    owner: ['merchant', 'owner', 'id'],
    waiting: ['waiting', 'merchant', 'id'],
    file: ['file', 'id'],
    payment: ['payment', 'id'],
    review: ['reviewFor', 'id'],
  },
  mutable: [
    'state',
    'waiting',
    'file',
    'railId',
    'code',
    'note',
    'sentAt',
    'needsReview',
    'reviewFor',
    'updatedAt',
    'version',
  ],
})
export type PayoutRow = Row<typeof payouts>

/** What a file holds for one day. `total` is minor units, as text. */
export interface FileBatch {
  readonly id: string
  readonly executeOn: string
  readonly currency: string
  readonly total: string
  readonly payouts: readonly string[]
}

/** A file of instructions, given out byte for byte whenever it is asked for. Append-only. */
export const payoutFiles = defineTable('payout_files', {
  columns: {
    merchant: text(),
    id: id('pof'),
    reference: text(),
    rail: text(),
    payouts: count(),
    batches: json<readonly FileBatch[]>(),
    name: text(),
    contentType: text(),
    body: sealed(),
    /** SHA-256 of the body. */
    digest: bytes(),
    createdAt: instant(),
  },
  key: ['merchant', 'id'],
  unique: { reference: ['merchant', 'reference'] },
  index: { id: ['id'] },
})
export type PayoutFileRow = Row<typeof payoutFiles>
