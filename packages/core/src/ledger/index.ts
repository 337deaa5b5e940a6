export { type AccountKey, accountKey, accountsOf, type Booked, book } from './book.ts'
export { type LedgerTransactionRow, ledgerTransactions, type PostingText } from './records.ts'
