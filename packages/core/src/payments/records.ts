import type { SettleTerms } from '../fx/index.ts'
import type { Decline, InstrumentFacts, MethodType } from '../gateways/index.ts'
import {
  amount,
  count,
  defineTable,
  flag,
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
import { ATTEMPT_STATES } from './machine.ts'
import { REVIEW_REASONS } from './review-reasons.ts'

/** The seven states of a payment that a caller can see (FAILURES 2.16). */
export const PAYMENT_STATUSES = [
  'processing',
  'requires_action',
  'authorized',
  'succeeded',
  'declined',
  'canceled',
  'expired',
] as const
/** One of the seven; there is no other list. */
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/** Where a payment's disputes stand together: what somebody has to act on first, then what cost money. */
export const PAYMENT_DISPUTE_STATES = ['none', 'inquiry', 'open', 'won', 'lost'] as const
/** One of them. */
export type PaymentDisputeState = (typeof PAYMENT_DISPUTE_STATES)[number]

/** What a command at a gateway does. More may come. */
export const ATTEMPT_KINDS = ['authorize', 'sale', 'capture', 'cancel', 'refund', 'increment'] as const
export type AttemptKind = (typeof ATTEMPT_KINDS)[number]

/** What is known of the instrument without opening anything sealed. */
export interface MethodSummary extends InstrumentFacts {
  readonly type: MethodType
  readonly brand?: string | undefined
}

/**
 * What a buyer owes a merchant for one reference. The counters are a projection of the attempts, checked by the database and by
 * `verify`; `status` is stored for the index only, and always equals `statusOf`. `version` rises by one per event.
 */
export const payments = defineTable('payments', {
  columns: {
    merchant: text(),
    id: id('pay'),
    reference: text(),
    /** Which payment for this reference: 1, and one more after each that was canceled or expired. */
    round: count(),
    amount: amount(),
    currency: text(),
    capture: oneOf('automatic', 'manual'),
    checkout: nullable(id('chk')),
    customer: nullable(id('cus')),
    /** Buyer data, metadata, tokens by gateway: everything that may be personal. */
    details: sealed(),
    createdAt: instant(),
    /** After this the payment takes no new attempt and is closed as expired. */
    expiresAt: instant(),
    status: oneOf(...PAYMENT_STATUSES),
    closed: nullable(oneOf('canceled', 'expired')),
    authorized: amount(),
    captured: amount(),
    capturePending: amount(),
    /** Authorised, but given back: by a final capture, a cancel or expiry. */
    released: amount(),
    refunded: amount(),
    refundPending: amount(),
    /** Frozen by disputes, or lost in them: it cannot be refunded. */
    disputed: amount(),
    disputeState: oneOf(...PAYMENT_DISPUTE_STATES),
    /** How many refunds it has had, whatever became of them. */
    refunds: count(),
    method: json<MethodSummary>(),
    decline: nullable(json<Decline>()),
    /** Where captures are converted as they are booked: into what, and at which rate. */
    settle: nullable(json<SettleTerms>()),
    /** What of its own currency is converted by now, over all bookings: refunds and their like convert back. */
    converted: minor(),
    /** The instant at which the open authorisation lapses at the gateway. */
    authorizedUntil: nullable(instant()),
    /** While no gateway can take it: until when it waits for one that can. */
    parkedUntil: nullable(instant()),
    /** Why a person should look, while one should. */
    needsReview: nullable(oneOf(...REVIEW_REASONS)),
    /** How often that was so: the number of its newest review. */
    reviews: count(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  unique: { reference: ['merchant', 'reference', 'round'] },
  mutable: [
    'status',
    'closed',
    'authorized',
    'captured',
    'capturePending',
    'released',
    'refunded',
    'refundPending',
    'disputed',
    'disputeState',
    'refunds',
    'method',
    'decline',
    'converted',
    'authorizedUntil',
    'parkedUntil',
    'needsReview',
    'reviews',
    'updatedAt',
    'version',
  ],
})
export type PaymentRow = Row<typeof payments>

/** The one attempt whose authorisation counts. The database admits one a payment. */
export const paymentWinners = defineTable('payment_winners', {
  columns: { merchant: text(), payment: id('pay'), attempt: id('att') },
  key: ['merchant', 'payment'],
  contended: true,
})

/**
 * One mutating command at one gateway account: the unit of uncertainty. Inserted, with the very request, before anything is sent.
 * `due` is the lease of a call in flight, and after it the instant of the next resolution; null when nothing is left to do.
 */
export const attempts = defineTable('attempts', {
  columns: {
    merchant: text(),
    payment: id('pay'),
    id: id('att'),
    kind: oneOf(...ATTEMPT_KINDS),
    /** Ordered by us, or reported to us. */
    origin: oneOf('florin', 'external'),
    gateway: text(),
    account: text(),
    amount: amount(),
    currency: text(),
    /** The charge that a capture, cancel, refund or increment acts on. */
    parent: nullable(id('att')),
    /** Capture: whether it releases the remainder. */
    final: flag(),
    /** Of a charge with a stored method: schemes count the tries of a card. */
    paymentMethod: nullable(id('pm')),
    /** Why this gateway, for `explain`: only names and numbers. */
    routing: nullable(json<Readonly<Record<string, unknown>>>()),
    /** The idempotency key, as `[operation, key]`, whose answer this attempt's outcome decides. */
    origination: nullable(json<readonly [operation: string, key: string]>()),
    createdAt: instant(),
    state: oneOf(...ATTEMPT_STATES),
    /** The prepared request that may be sent again; replaced by the next step's or a completion's. */
    request: sealed(),
    gatewayId: nullable(text()),
    awaits: nullable(oneOf('customer', 'gateway')),
    /** The customer's action while one is awaited. */
    action: nullable(sealed()),
    decline: nullable(json<Decline>()),
    /** What the gateway really did, where it differs from `amount`. */
    applied: nullable(amount()),
    expiresAt: nullable(instant()),
    /** Its place in its gateway's queue while `due` is set (see `placeIn`); null with it. */
    queue: nullable(text()),
    due: nullable(instant()),
    tries: count(),
    /** Since when the gateway is known to replay a failure under this attempt's key: from then on it is only looked up. */
    replayedAt: nullable(instant()),
    /** When, by the gateway's clock, the newest report that decided about this attempt happened. */
    factAt: nullable(instant()),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'payment', 'id'],
  index: { queue: ['queue'], id: ['id'], method: ['paymentMethod', 'merchant', 'id'] },
  mutable: [
    'state',
    'request',
    'gatewayId',
    'awaits',
    'action',
    'decline',
    'applied',
    'expiresAt',
    'queue',
    'due',
    'tries',
    'replayedAt',
    'factAt',
    'updatedAt',
    'version',
  ],
})
export type AttemptRow = Row<typeof attempts>

/** Which attempt a gateway's own id belongs to. */
export const gatewayRefs = defineTable('gateway_refs', {
  columns: {
    merchant: text(),
    gateway: text(),
    account: text(),
    reference: text(),
    attempt: id('att'),
    payment: id('pay'),
    kind: oneOf(...ATTEMPT_KINDS),
  },
  key: ['merchant', 'gateway', 'account', 'reference', 'attempt'],
  index: { reference: ['gateway', 'account', 'reference'] },
})
export type GatewayRefRow = Row<typeof gatewayRefs>

export const PROOFS = ['voided', 'declined', 'never_existed', 'refunded'] as const
export type Proof = (typeof PROOFS)[number]

/** A duty to reverse an abandoned attempt. Discharged only by proof. */
export const obligations = defineTable('obligations', {
  columns: {
    merchant: text(),
    id: id('obl'),
    payment: id('pay'),
    attempt: id('att'),
    gateway: text(),
    createdAt: instant(),
    /**
     * A cancel made from this instant on cannot overtake its charge: the gateway has told of the charge by then, or the time is over in
     * which it may still be at work on it.
     */
    sureFrom: instant(),
    proof: nullable(oneOf(...PROOFS)),
    /** Its place in its gateway's queue while `due` is set (see `placeIn`); null with it. */
    queue: nullable(text()),
    due: nullable(instant()),
    tries: count(),
    needsReview: flag(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'payment', 'id'],
  index: { queue: ['queue'] },
  mutable: ['sureFrom', 'proof', 'queue', 'due', 'tries', 'needsReview', 'updatedAt', 'version'],
})
export type ObligationRow = Row<typeof obligations>

/** One buyer act over several orders of several sellers. */
export const checkouts = defineTable('checkouts', {
  columns: { merchant: text(), id: id('chk'), payment: id('pay'), reference: text(), createdAt: instant() },
  key: ['merchant', 'id'],
})

/** One seller's order within a checkout, with counters of its own that sum to the payment's. */
export const allocations = defineTable('allocations', {
  columns: {
    merchant: text(),
    payment: id('pay'),
    id: id('alc'),
    seller: text(),
    reference: text(),
    round: count(),
    amount: amount(),
    captured: amount(),
    capturePending: amount(),
    refunded: amount(),
    refundPending: amount(),
    version: count(),
  },
  key: ['merchant', 'payment', 'id'],
  unique: { reference: ['merchant', 'seller', 'reference', 'round'] },
  mutable: ['captured', 'capturePending', 'refunded', 'refundPending', 'version'],
})
export type AllocationRow = Row<typeof allocations>

/** How a capture or refund is shared among allocations, decided in its intent. */
export const shares = defineTable('shares', {
  columns: { merchant: text(), payment: id('pay'), attempt: id('att'), allocation: id('alc'), amount: amount() },
  key: ['merchant', 'payment', 'attempt', 'allocation'],
})
export type ShareRow = Row<typeof shares>
