import type { LedgerTransactionRow, PostingText } from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import { accountKind } from './account-kind.ts'

/** What a merchant, with its sellers, earned in one currency and period. Amounts are decimal strings; refunds and the like count above zero. */
export type EarningsRow = {
  readonly merchant: string
  /** `2026-11`, `2026-11-21`, or `all`. */
  readonly period: string
  readonly currency: string
  /** Captured, less what was taken back by the gateway. */
  readonly gross: string
  readonly refunds: string
  /** Frozen by disputes that are open or lost. */
  readonly disputes: string
  /** What the platform took. */
  readonly fees: string
  /** `gross` less `refunds`, `disputes` and `fees`: what the owners of the money have earned. */
  readonly net: string
  /** What gateways charged. */
  readonly gatewayCosts: string
  /** `fees` less `gatewayCosts`: what the platform has earned. */
  readonly margin: string
  /** Gained (or lost, below zero) in this currency by exchanging another. */
  readonly exchanged: string
  readonly paidOut: string
  /** Everything else that came to the owners (or left them, below zero): corrections, and money that matched nothing before. */
  readonly other: string
}

/** The columns of an earnings report. */
export const EARNINGS_COLUMNS = [
  'merchant',
  'period',
  'currency',
  'gross',
  'refunds',
  'disputes',
  'fees',
  'net',
  'gatewayCosts',
  'margin',
  'exchanged',
  'paidOut',
  'other',
] as const satisfies readonly (keyof EarningsRow)[]

/** Sums of a period, minor units. What owners hold rises by `gross - refunds - disputes - fees + exchanged - paidOut + other`. */
export interface Earned {
  gross: bigint
  refunds: bigint
  disputes: bigint
  fees: bigint
  gatewayCosts: bigint
  exchanged: bigint
  paidOut: bigint
  other: bigint
}

const nothing = (): Earned => ({
  gross: 0n,
  refunds: 0n,
  disputes: 0n,
  fees: 0n,
  gatewayCosts: 0n,
  exchanged: 0n,
  paidOut: 0n,
  other: 0n,
})

type Counted = Pick<LedgerTransactionRow, 'type' | 'postings' | 'metadata'>

/** Adds what a transaction earned to the sums of its currencies. */
export const addEarned = (sums: Map<string, Earned>, transaction: Counted): void => {
  const isRefund = transaction.type.startsWith('refund') || transaction.metadata?.purpose === 'refund'
  for (const posting of transaction.postings) {
    const [, , amount, currency, phase] = posting
    if (phase !== 'posted' && phase !== 'settled') continue // a hold is nobody's money yet
    const sum = sums.get(currency) ?? nothing()
    sums.set(currency, sum)
    addPosting(sum, posting, BigInt(amount), isRefund)
  }
}

const addPosting = (sum: Earned, [debit, credit]: PostingText, amount: bigint, isRefund: boolean): void => {
  const [from, to] = [accountKind(debit).is, accountKind(credit).is]
  if (from === to) return
  if (to === 'fees') sum.fees += amount
  if (from === 'fees') sum.fees -= amount
  if (from === 'costs') sum.gatewayCosts += amount
  if (to === 'costs') sum.gatewayCosts -= amount
  if (from === 'owner') change(sum, to, -amount, isRefund)
  else if (to === 'owner') change(sum, from, amount, isRefund)
  // A fee that somebody else paid is none of the owners'.
  else if (to === 'fees') sum.other += amount
  else if (from === 'fees') sum.other -= amount
}

/** Owners gain so much from an account of this kind, or lose it to there. */
const change = (sum: Earned, other: string, gained: bigint, isRefund: boolean): void => {
  switch (other) {
    case 'receivable':
      if (isRefund) sum.refunds -= gained
      else sum.gross += gained
      return
    case 'frozen':
      sum.disputes -= gained
      return
    case 'fees':
      return // counted as such already
    case 'bank':
      if (isRefund) sum.refunds -= gained
      else sum.paidOut -= gained
      return
    case 'trading':
      sum.exchanged += gained
      return
    default:
      sum.other += gained
  }
}

/** A row of the report. */
export const earningsRow = (merchant: string, period: string, currency: string, sum: Earned): EarningsRow => {
  const text = (minor: bigint): string => formatAmount(minor, currency)
  const { gross, refunds, disputes, fees, gatewayCosts } = sum
  return {
    ...{ merchant, period, currency },
    gross: text(gross),
    refunds: text(refunds),
    disputes: text(disputes),
    fees: text(fees),
    net: text(gross - refunds - disputes - fees),
    gatewayCosts: text(gatewayCosts),
    margin: text(fees - gatewayCosts),
    exchanged: text(sum.exchanged),
    paidOut: text(sum.paidOut),
    other: text(sum.other),
  }
}
