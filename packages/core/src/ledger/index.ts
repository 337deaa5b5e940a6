export { type LedgerTransactionRow, ledgerTransactions, type PostingText } from './records.ts'
