export { asOf, type Moment, type PastBalance } from './as-of.ts'
export { type Balance, type BalanceFilter, type BalanceView, balanceOf, balances, balanceView } from './balances.ts'
export { type AccountKey, accountKey, accountsOf, type Booked, book } from './book.ts'
export {
  availableOf,
  bankAccount,
  frozenOf,
  gatewayCosts,
  gatewayDisputed,
  gatewayTransit,
  hedgeCosts,
  hedgeTrades,
  merchantAvailable,
  merchantPending,
  monthVolume,
  type Owner,
  payoutsOf,
  pendingOf,
  platformFees,
  receivable,
  reserveOf,
  sellerAvailable,
  sellerPending,
  suspense,
  trading,
  volumeCounted,
} from './chart.ts'
export { type Counters, pendingOf as heldOf, postedOf } from './counters.ts'
export { type Fee, feeOf } from './fee.ts'
export { checkPlace, LaterTransactions, laterCounters, newestPosition, type Place } from './later.ts'
export { type LedgerTransactionRow, ledgerTransactions, type PostingText } from './records.ts'
export {
  type At,
  type CapturedShare,
  capturePostings,
  captureUndonePostings,
  costPostings,
  holdPostings,
  refundPostings,
  refundUndonePostings,
  releasePostings,
  type Share,
} from './rules.ts'
export { type EntryView, entryView, type StatementOptions, statement } from './statement.ts'
export { movedTo, type OpenHold, openHolds, openHoldsOf, transactionsOf } from './subject.ts'
export {
  ledgerTransaction,
  type NewTransaction,
  sameTransaction,
  type TransactionContent,
  transactionDigest,
} from './transaction.ts'
export { type VerifyLedgerOptions, verifyLedger } from './verify.ts'
export { type LedgerEvent, type LedgerEvents, ledgerEvents } from './verify-events.ts'
export type { LedgerProblem, LedgerProblemKind, LedgerReport } from './verify-report.ts'
