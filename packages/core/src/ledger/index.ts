export { type AccountKey, accountKey, accountsOf, type Booked, book } from './book.ts'
export {
  gatewayCosts,
  merchantAvailable,
  merchantPending,
  platformFees,
  receivable,
  sellerAvailable,
  sellerPending,
  suspense,
} from './chart.ts'
export { type Fee, feeOf } from './fee.ts'
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
export {
  ledgerTransaction,
  type NewTransaction,
  sameTransaction,
  type TransactionContent,
  transactionDigest,
} from './transaction.ts'
