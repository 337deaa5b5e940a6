import { DISPUTE_REPORTS, DISPUTE_STAGES } from '../gateways/index.ts'
import {
  amount,
  bytes,
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
import { DISPUTE_ACT_STATES } from './machine.ts'
import { DISPUTE_STATES, type DisputeOwner } from './model.ts'

/** Why a buyer disputes, as the gateway has it. */
export interface DisputeReason {
  /** The network's code. */
  readonly code: string | null
  readonly text: string | null
}

/**
 * A buyer's bank takes a payment back, or asks about it. What was told is kept in registers, each with when the gateway said it, so that
 * reports end in the same row in whatever order they come; `state` and the counters follow from them. `version` rises by one per event.
 */
export const disputes = defineTable('disputes', {
  columns: {
    merchant: text(),
    id: id('dis'),
    payment: id('pay'),
    /** The charge in dispute. */
    attempt: id('att'),
    gateway: text(),
    account: text(),
    /** The dispute's id at the gateway. */
    reference: text(),
    currency: text(),
    /** Whose money it is about, decided once. Empty: of a charge that counts for nobody, whose money is in suspense. */
    owners: json<readonly DisputeOwner[]>(),
    createdAt: instant(),
    state: oneOf(...DISPUTE_STATES),
    stage: oneOf(...DISPUTE_STAGES),
    /** The newest report about who has to act, or won, and the stage that it was about. */
    report: oneOf(...DISPUTE_REPORTS),
    reportStage: oneOf(...DISPUTE_STAGES),
    amount: amount(),
    reason: json<DisputeReason>(),
    network: nullable(text()),
    evidenceDueAt: nullable(instant()),
    /** As told: null where that was not, or without an amount of its own. */
    withdrawn: nullable(amount()),
    reinstated: nullable(amount()),
    /**
     * When each of these was told, by the gateway's clock; `warned`, the deadline that the merchant was told of; and what lines of the
     * gateway's reports charge, minor units, as `line/` and the line's id.
     */
    told: json<Readonly<Record<string, number>>>(),
    /** Another currency than its payment's, in which nothing is booked. */
    foreign: flag(),
    /** Taken from its owners, and frozen while it is open. */
    taken: amount(),
    /** Taken back by the gateway. */
    withheld: amount(),
    /** Of both: gone for good, as far as is known. */
    lost: amount(),
    /** What its webhooks say that the gateway charged for it; below zero where it gave back more. Lines of reports hold over it. */
    gatewayFee: minor(),
    /** What the merchant was charged for it. */
    merchantFee: amount(),
    /** The act that is on its way. */
    act: nullable(id('act')),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  unique: { reference: ['merchant', 'gateway', 'account', 'reference'] },
  index: {
    payment: ['merchant', 'payment', 'id'],
    state: ['merchant', 'state', 'id'],
    told: ['gateway', 'account', 'reference'],
  },
  mutable: [
    'state',
    'stage',
    'report',
    'reportStage',
    'amount',
    'reason',
    'network',
    'evidenceDueAt',
    'withdrawn',
    'reinstated',
    'told',
    'foreign',
    'taken',
    'withheld',
    'lost',
    'gatewayFee',
    'merchantFee',
    'act',
    'updatedAt',
    'version',
  ],
})
/** A dispute, as stored. */
export type DisputeRow = Row<typeof disputes>

/** What speaks against a dispute: texts by name, and files, all of it sealed. A later one in the same place counts in its stead. */
export const disputeEvidence = defineTable('dispute_evidence', {
  columns: {
    merchant: text(),
    dispute: id('dis'),
    id: id('evd'),
    of: oneOf('text', 'file'),
    /** The text's name, or the file's kind. */
    name: text(),
    /** Bytes. */
    size: count(),
    digest: bytes(),
    addedAt: instant(),
    content: sealed(),
  },
  key: ['merchant', 'dispute', 'id'],
})
/** One piece of evidence, as stored. */
export type DisputeEvidenceRow = Row<typeof disputeEvidence>

/** What can be done about a dispute at the gateway. */
export const DISPUTE_ACTS = ['accept_dispute', 'submit_evidence'] as const

/**
 * One command about a dispute: inserted with its very request before anything is sent, and sent again until something definitive is known.
 */
export const disputeActs = defineTable('dispute_acts', {
  columns: {
    merchant: text(),
    dispute: id('dis'),
    /** The idempotency key at the gateway, where it has such. */
    id: id('act'),
    kind: oneOf(...DISPUTE_ACTS),
    stage: oneOf(...DISPUTE_STAGES),
    /** Who wanted it: a caller, or the merchant's policy. */
    by: oneOf('caller', 'policy'),
    /** Of what is sent: the same again is the same act. */
    fingerprint: bytes(),
    createdAt: instant(),
    state: oneOf(...DISPUTE_ACT_STATES),
    /** Of the requests that make it up, the one that is sent now; 0 for the first. */
    step: count(),
    tries: count(),
    /** The gateway's code where it refused, or why it was not needed any more. */
    code: nullable(text()),
    /** The command and the request of this step. */
    request: sealed(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'dispute', 'id'],
  mutable: ['state', 'step', 'tries', 'code', 'request', 'updatedAt', 'version'],
})
/** An act, as stored. */
export type DisputeActRow = Row<typeof disputeActs>
