import type { Phase } from '../records/index.ts'
import { bytes, defineTable, instant, json, nullable, type Row, text } from '../records/index.ts'

/** `[debit account, credit account, minor units as text, currency, phase]` */
export type PostingText = readonly [debit: string, credit: string, amount: string, currency: string, phase: Phase]

/** Why money moved. One per reference and merchant; `digest` covers everything but the recorded date. Append-only. */
export const ledgerTransactions = defineTable('ledger_transactions', {
  columns: {
    merchant: text(),
    /** Unique per merchant: `att_…/capture`. The transaction's name. */
    reference: text(),
    /** The payment or other noun that it is about. */
    subject: text(),
    type: text(),
    postings: json<readonly PostingText[]>(),
    metadata: nullable(json<Readonly<Record<string, string>>>()),
    /** The instant at which it counts for the business. */
    effectiveAt: instant(),
    recordedAt: instant(),
    digest: bytes(),
  },
  key: ['merchant', 'reference'],
  contended: true,
  index: { subject: ['merchant', 'subject', 'reference'] },
})
export type LedgerTransactionRow = Row<typeof ledgerTransactions>
