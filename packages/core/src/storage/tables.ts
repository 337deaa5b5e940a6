import {
  type AnyTable,
  bytes,
  count,
  defineTable,
  id,
  instant,
  json,
  minor,
  nullable,
  oneOf,
  type Row,
  text,
} from '../records/index.ts'

/**
 * One thing that happened to one subject. Appended in the commit that made it and never changed. `data` holds no clear personal
 * data. `ledger` is the digest of the ledger transaction that the event records; `digest` covers the whole row and is the leaf that
 * seals chain. A subject's events have dense versions from 1, so a timeline needs nothing else.
 */
export const events = defineTable('events', {
  columns: {
    merchant: text(),
    subject: text(),
    version: count(),
    id: id('evt'),
    type: text(),
    v: count(),
    at: instant(),
    data: json<EventData>(),
    ledger: nullable(bytes()),
    digest: bytes(),
  },
  key: ['merchant', 'subject', 'version'],
})
/** What an event says: JSON-safe, and never personal in clear. */
export type EventData = Readonly<Record<string, unknown>>
/** An event as stored. */
export type EventRow = Row<typeof events>

/** Where an event stands in its table: what a seal lists. */
export type EventKey = readonly [merchant: string, subject: string, version: number]

/**
 * A seal gives up to 1,000 events their positions and chains them: `hash` covers partition, first position, count, Merkle root and
 * the previous seal's hash. `first` starts at 1 and is dense. The newest seal of a partition is its head.
 */
export const seals = defineTable('seals', {
  columns: {
    partition: count(),
    first: count(),
    size: count(),
    events: json<readonly EventKey[]>(),
    root: bytes(),
    previous: bytes(),
    hash: bytes(),
    at: instant(),
  },
  key: ['partition', 'first'],
  contended: true,
})
/** A seal as stored. */
export type SealRow = Row<typeof seals>

/**
 * A durable timer. `due` is the instant from which it may be leased; a lease moves it to the lease's end, so that a job whose holder
 * died comes back by itself. `token` names the present holder.
 */
export const jobs = defineTable('jobs', {
  columns: {
    id: id('job'),
    queue: text(),
    /** At most one waiting job per queue and key. */
    key: text(),
    merchant: text(),
    payload: json<Readonly<Record<string, unknown>>>(),
    due: instant(),
    token: nullable(text()),
    tries: count(),
  },
  key: ['id'],
  unique: { key: ['queue', 'key'] },
  index: { due: ['queue', 'due'] },
  mutable: ['due', 'token', 'tries'],
  transient: true,
})
/** A durable timer as stored. */
export type JobRow = Row<typeof jobs>

/** A ledger account: one currency, a normal side, four counters. Written only by `post`. */
export const accounts = defineTable('accounts', {
  columns: {
    merchant: text(),
    account: text(),
    currency: text(),
    side: oneOf('debit', 'credit'),
    floor: nullable(minor()),
    debitsPosted: minor(),
    creditsPosted: minor(),
    debitsPending: minor(),
    creditsPending: minor(),
    version: count(),
  },
  key: ['merchant', 'account'],
  contended: true,
  mutable: ['debitsPosted', 'creditsPosted', 'debitsPending', 'creditsPending', 'version'],
})
/** A ledger account as stored. */
export type AccountRow = Row<typeof accounts>

/** One side of one posting, as its account saw it: dense versions, and the balance and holds after it. Append-only. */
export const entries = defineTable('entries', {
  columns: {
    merchant: text(),
    account: text(),
    version: count(),
    transaction: text(),
    side: oneOf('debit', 'credit'),
    phase: oneOf('posted', 'pending', 'settled', 'voided'),
    amount: minor(),
    /** Posted balance on the account's normal side after this entry. */
    balance: minor(),
    /** Net holds on the account's normal side after this entry. */
    pending: minor(),
    at: instant(),
  },
  key: ['merchant', 'account', 'version'],
})
/** A ledger entry as stored. */
export type EntryRow = Row<typeof entries>

/** The tables that the port itself speaks of; every room adds its own (see `catalogue/`). */
export const SPINE: readonly AnyTable[] = Object.freeze([events, seals, jobs, accounts, entries])
