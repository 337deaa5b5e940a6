import { formatAmount } from '../../money/index.ts'
import {
  dueOf,
  type LineKind,
  type SettlementLine,
  type SettlementRow,
  type SettlementState,
} from '../../settlement/index.ts'

/** A settlement, fit for JSON. Amounts are decimal strings, signed as the owner sees them. */
export interface SettlementView {
  readonly object: 'settlement'
  readonly id: string
  /** Whose money: a seller's, or the merchant's own (null). */
  readonly seller: string | null
  readonly currency: string
  readonly plan: string
  readonly state: SettlementState
  /** Versions of the owner's pending account: it holds the entries after the first, up to the last. */
  readonly fromVersion: number
  readonly toVersion: number
  readonly scheduledFor: string | null
  readonly cutOffAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly lines: number
  readonly carriedIn: string
  readonly captures: string
  readonly fees: string
  readonly refunds: string
  readonly disputes: string
  readonly adjustments: string
  /** What an earlier reserve covered of what the owner owed. */
  readonly reserveCover: string
  /** The sum of all of the above. */
  readonly due: string
  /** What `due` is divided into: what became available, what is kept in reserve, and what the next settlement begins with. */
  readonly paid: string
  readonly reserved: string
  readonly carriedOut: string
  readonly movedAt: string | null
  readonly reserve: { readonly state: 'none' | 'held' | 'released'; readonly due: string | null }
  /** The payout that was ordered for it. */
  readonly payout: string | null
  readonly failure: string | null
}

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

export const settlementView = (row: SettlementRow): SettlementView => {
  const { id, seller, currency, plan, state, fromVersion, toVersion, lines, payout, failure } = row
  const text = (minor: bigint): string => formatAmount(minor, currency)
  return {
    ...{ object: 'settlement', id, seller, currency, plan, state, fromVersion, toVersion },
    scheduledFor: isoOrNull(row.scheduledFor),
    cutOffAt: isoOrNull(row.cutOffAt),
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    lines,
    carriedIn: text(row.carriedIn),
    captures: text(row.captures),
    fees: text(row.fees),
    refunds: text(row.refunds),
    disputes: text(row.disputes),
    adjustments: text(row.adjustments),
    reserveCover: text(row.reserveCover),
    due: text(dueOf(row)),
    paid: text(row.paid),
    reserved: text(row.reserved),
    carriedOut: text(row.carriedOut),
    movedAt: isoOrNull(row.movedAt),
    reserve: { state: row.reserveState, due: isoOrNull(row.reserveDue) },
    payout,
    failure,
  }
}

/** One line of a settlement: what one ledger transaction did to the owner's pending money. */
export interface SettlementLineView {
  readonly at: string
  readonly kind: LineKind
  /** What it is about: a payment, mostly. */
  readonly subject: string
  readonly transaction: string
  readonly type: string
  readonly amount: string
}

export const lineView = (line: SettlementLine, currency: string): SettlementLineView => {
  const { at, kind, subject, transaction, type, amount } = line
  return { at: iso(at), kind, subject, transaction, type, amount: formatAmount(amount, currency) }
}
