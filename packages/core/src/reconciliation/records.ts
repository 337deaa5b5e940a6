import {
  count,
  defineTable,
  id,
  instant,
  json,
  minor,
  nullable,
  oneOf,
  type Row,
  sealed,
  text,
} from '../records/index.ts'
import { BREAK_STATES, RUN_STATES } from './machine.ts'
import { BREAK_KINDS, type RunCounts, type SuggestedPosting } from './model.ts'

/**
 * One gateway account or bank account whose files we read. Every chunk of a file replaces this row, so that chunks of one source are
 * decided one after the other, whoever reads them: what a chunk saw still holds when it is committed.
 */
export const reconciliationSources = defineTable('reconciliation_sources', {
  columns: {
    source: text(),
    /** In whose books stands what is about no payment: the account's fees, and money that nobody knows. */
    merchant: text(),
    toleratedAmount: minor(),
    toleratedDays: count(),
    /** Days after which a file that covers a time should have all of it. */
    closesAfterDays: count(),
    /** The newest instant of any line. */
    coveredUntil: nullable(instant()),
    /** Of ours until then, what no line has is known to be missing there. Begins with the first line. */
    sweptUntil: nullable(instant()),
    /** Matches that were found after their line was written: then, and only then, they have to be asked for. */
    lateMatches: count(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['source'],
  contended: true,
  mutable: [
    'merchant',
    'toleratedAmount',
    'toleratedDays',
    'closesAfterDays',
    'coveredUntil',
    'sweptUntil',
    'lateMatches',
    'updatedAt',
    'version',
  ],
})
/** A source as stored. */
export type SourceRow = Row<typeof reconciliationSources>

/** What the balances of a file say: by account and currency, opening, closing, and what its lines add up to. Minor units as text. */
export interface RunSums {
  readonly lines: Readonly<Record<string, string>>
  readonly opening: Readonly<Record<string, string>>
  readonly closing: Readonly<Record<string, string>>
}

/** One file, named by its digest: reading it again goes on with this run, or finds it completed. */
export const reconciliationRuns = defineTable('reconciliation_runs', {
  columns: {
    id: id('rcn'),
    source: text(),
    /** Hex, SHA-256 of the bytes. */
    digest: text(),
    format: text(),
    bytes: count(),
    startedAt: instant(),
    state: oneOf(...RUN_STATES),
    /** Items of the file that are done with: where reading goes on. */
    place: count(),
    counts: json<RunCounts>(),
    sums: json<RunSums>(),
    /** The first hundred. */
    malformed: json<readonly { readonly line: number; readonly why: string }[]>(),
    /** Why it failed. */
    failure: nullable(text()),
    endedAt: nullable(instant()),
    /** Events so far. */
    told: count(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['id'],
  unique: { digest: ['source', 'digest'] },
  index: { place: ['source', 'startedAt'] },
  mutable: ['state', 'place', 'counts', 'sums', 'malformed', 'failure', 'endedAt', 'told', 'updatedAt', 'version'],
})
/** A run as stored. */
export type RunRow = Row<typeof reconciliationRuns>

/** Which line settles a thing, where that was found out only after the line was written. */
export const lateMatches = defineTable('late_matches', {
  columns: { source: text(), settles: text(), line: text(), at: instant() },
  key: ['source', 'settles'],
  contended: true,
})

/** What a gateway sends to our bank at once. `waiting` names its source until the bank shows it. */
export const gatewayBatches = defineTable('gateway_batches', {
  columns: {
    source: text(),
    batch: text(),
    currency: text(),
    waiting: nullable(text()),
    /** Lines of it, payouts not counted, and what they move in all. */
    lines: count(),
    net: minor(),
    /** What the gateway says to have sent; null until it says so. */
    paid: nullable(minor()),
    /** What of `paid` no line accounts for, as booked. */
    remainder: minor(),
    /** When the newest of its lines counts. */
    valueAt: instant(),
    /** The line of a bank that showed it: source and id. */
    bank: nullable(text()),
    bankLine: nullable(text()),
    version: count(),
  },
  key: ['source', 'batch', 'currency'],
  contended: true,
  index: { waiting: ['waiting', 'currency', 'valueAt'], name: ['batch'] },
  mutable: ['waiting', 'lines', 'net', 'paid', 'remainder', 'valueAt', 'bank', 'bankLine', 'version'],
})
/** A batch as stored. */
export type BatchRow = Row<typeof gatewayBatches>

/** Whose money is in a batch: what of it stands in transit in each merchant's books. */
export const gatewayBatchParts = defineTable('gateway_batch_parts', {
  columns: { source: text(), batch: text(), currency: text(), merchant: text(), net: minor(), version: count() },
  key: ['source', 'batch', 'currency', 'merchant'],
  contended: true,
  mutable: ['net', 'version'],
})
/** A part of a batch as stored. */
export type BatchPartRow = Row<typeof gatewayBatchParts>

/**
 * The costs that reconciliation has booked for a merchant at a gateway account. What the account of the books has beyond it was accrued
 * with captures, and only then each of them has to be looked up to book the difference.
 */
export const settledCosts = defineTable('settled_costs', {
  columns: { merchant: text(), source: text(), currency: text(), costs: minor(), version: count() },
  key: ['merchant', 'source', 'currency'],
  contended: true,
  mutable: ['costs', 'version'],
})
/** Booked costs as stored. */
export type SettledCostsRow = Row<typeof settledCosts>

/** How a break ended. */
export interface Resolution {
  readonly how: 'posted' | 'suspense' | 'written_off' | 'ignored' | 'explained'
  /** The host's own id of who decided; `florin` where a file did. */
  readonly by: string
  readonly at: number
  /** The ledger transaction that it booked, with its posting. */
  readonly transaction: string | null
  readonly posting: SuggestedPosting | null
}

/** A difference that somebody has to do something about, or did. One a source and thing. */
export const breaks = defineTable('breaks', {
  columns: {
    id: id('brk'),
    source: text(),
    /** What it is about: a line, an attempt, a batch, a balance, a check. */
    about: text(),
    kind: oneOf(...BREAK_KINDS),
    merchant: text(),
    openedAt: instant(),
    /** `open` while somebody has to do something, so that those are an index of their own. */
    open: nullable(text()),
    state: oneOf(...BREAK_STATES),
    owner: nullable(text()),
    currency: nullable(text()),
    /** What our books have, and what the other side says. */
    ours: nullable(minor()),
    theirs: nullable(minor()),
    line: nullable(text()),
    attempt: nullable(text()),
    payment: nullable(text()),
    why: text(),
    suggestion: nullable(json<SuggestedPosting>()),
    resolution: nullable(json<Resolution>()),
    /** What the person who decided has to say for it. */
    note: nullable(sealed()),
    updatedAt: instant(),
    version: count(),
  },
  key: ['id'],
  unique: { about: ['source', 'about'] },
  index: { open: ['open', 'openedAt'], source: ['source', 'openedAt'], owner: ['owner', 'openedAt'] },
  mutable: [
    'kind',
    'open',
    'state',
    'owner',
    'currency',
    'ours',
    'theirs',
    'attempt',
    'payment',
    'why',
    'suggestion',
    'resolution',
    'note',
    'updatedAt',
    'version',
  ],
})
/** A break as stored. */
export type BreakRow = Row<typeof breaks>

/** How far a check of our own books has read the stream of events. */
export const reconciliationPlaces = defineTable('reconciliation_places', {
  columns: { check: text(), position: count(), updatedAt: instant(), version: count() },
  key: ['check'],
  contended: true,
  mutable: ['position', 'updatedAt', 'version'],
})
