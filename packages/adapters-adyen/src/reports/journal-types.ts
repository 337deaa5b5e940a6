import type { LineKind } from '@florin/core/statements'

/**
 * What a journal type is about (docs.adyen.com, settlement details report, journal types; 2026-11-21). A deposit is money of ours that Adyen
 * holds back: nothing is earned or lost by it. What is not named here counts all the same, as something that Adyen put right.
 */
const KINDS: Readonly<Record<string, LineKind>> = {
  Settled: 'capture',
  SettledInInstallments: 'capture',
  SettledExternallyWithInfo: 'capture',
  SettledReversed: 'capture_undone',
  Refunded: 'refund',
  RefundedExternallyWithInfo: 'refund',
  RefundedReversed: 'refund_undone',
  Chargeback: 'dispute',
  SecondChargeback: 'dispute',
  ChargebackExternallyWithInfo: 'dispute',
  ChargebackReversed: 'dispute_won',
  ChargebackReversedExternallyWithInfo: 'dispute_won',
  Fee: 'fee',
  MiscCosts: 'fee',
  PaymentCost: 'fee',
  InvoiceDeduction: 'fee',
  AuthorisationSchemeFee: 'fee',
  MerchantPayout: 'payout',
  BankInstructionReturned: 'payout_undone',
  Balancetransfer: 'transfer',
  DepositCorrection: 'transfer',
  InternalCompanyPayout: 'transfer',
}

/** The kind of a line by its journal type. */
export const kindOf = (type: string): LineKind =>
  Object.hasOwn(KINDS, type) ? (KINDS[type] ?? 'adjustment') : 'adjustment'

const OF_PAYMENTS: ReadonlySet<LineKind> = new Set([
  'capture',
  'capture_undone',
  'refund',
  'refund_undone',
  'dispute',
  'dispute_won',
])

/** Whether a line is about a payment: then its references are Adyen's, and not words. */
export const isOfPayment = (kind: LineKind): boolean => OF_PAYMENTS.has(kind)
