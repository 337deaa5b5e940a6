import {
  amount,
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
import { SETTLEMENT_STATES } from './machine.ts'
import type { SettlementTerms } from './plan.ts'

/** Why a settlement failed. */
export const SETTLEMENT_FAILURES = ['books_differ', 'payout_refused'] as const

/**
 * What one owner's pending account brought in one currency from one of its versions to another, and what became of it. Ranges follow one
 * another without a gap, so that every entry is in exactly one settlement; entries never change, so they are its lines, and there is
 * no second copy of them that could disagree. Amounts are signed as the owner sees them.
 */
export const settlements = defineTable('settlements', {
  columns: {
    merchant: text(),
    id: id('stl'),
    /** Whose money: a seller's, or the merchant's own (null). */
    seller: nullable(text()),
    currency: text(),
    /** The path of the owner's pending account. */
    account: text(),
    plan: text(),
    terms: json<SettlementTerms>(),
    /** The account's version after which it begins, and with which it ends. */
    fromVersion: count(),
    toVersion: count(),
    /** What the settlement before left: owed by the owner if it is negative. */
    carriedIn: minor(),
    scheduledFor: nullable(instant()),
    cutOffAt: nullable(instant()),
    createdAt: instant(),
    state: oneOf(...SETTLEMENT_STATES),
    /** The version up to which it is calculated; the sums below hold what is before. */
    calculatedTo: count(),
    lines: count(),
    captures: minor(),
    fees: minor(),
    refunds: minor(),
    disputes: minor(),
    adjustments: minor(),
    /** Out of an earlier reserve, to cover what was owed. */
    reserveCover: minor(),
    /** What earlier settlements moved away within the range; no line of this one. */
    settledBefore: minor(),
    reserved: amount(),
    /** What became available: all of the above, less what is reserved and what is carried. */
    paid: amount(),
    carriedOut: minor(),
    movedAt: nullable(instant()),
    reserveState: oneOf('none', 'held', 'released'),
    /** When the reserve is released by itself. */
    reserveDue: nullable(instant()),
    /** The payout that was ordered for it. */
    payout: nullable(text()),
    failure: nullable(oneOf(...SETTLEMENT_FAILURES)),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'id'],
  unique: { range: ['merchant', 'account', 'fromVersion'] },
  index: { state: ['merchant', 'state', 'id'] },
  mutable: [
    'state',
    'calculatedTo',
    'lines',
    'captures',
    'fees',
    'refunds',
    'disputes',
    'adjustments',
    'reserveCover',
    'settledBefore',
    'reserved',
    'paid',
    'carriedOut',
    'movedAt',
    'reserveState',
    'reserveDue',
    'payout',
    'failure',
    'updatedAt',
    'version',
  ],
})
export type SettlementRow = Row<typeof settlements>

/** Where a merchant's plan stands in its calendar. `version` rises by one per event. */
export const settlementSchedules = defineTable('settlement_schedules', {
  columns: {
    merchant: text(),
    plan: text(),
    id: id('stp'),
    createdAt: instant(),
    /** Digest of the calendar that `nextAt` follows. */
    calendar: text(),
    nextAt: instant(),
    lastAt: nullable(instant()),
    /** The planned instant that was last reported as missed. */
    missedAt: nullable(instant()),
    version: count(),
  },
  key: ['merchant', 'plan'],
  contended: true,
  mutable: ['calendar', 'nextAt', 'lastAt', 'missedAt', 'version'],
})
export type SettlementScheduleRow = Row<typeof settlementSchedules>
