import { type StatementReader, tableReader } from '@florin/core/statements'
import { settlementLine } from './settlement-line.ts'

/** What a reader has to be told. */
export interface SettlementDetailOptions {
  /** Minutes ahead of UTC by the names that the column `TimeZone` has, beside those that are known, and before them: `{ IST: 330 }`. */
  readonly timeZones?: Readonly<Record<string, number>>
}

const REQUIRED = [
  'Merchant Account',
  'Psp Reference',
  'Merchant Reference',
  'Creation Date',
  'TimeZone',
  'Type',
  'Modification Reference',
  'Gross Currency',
  'Gross Debit (GC)',
  'Gross Credit (GC)',
  'Net Currency',
  'Net Debit (NC)',
  'Net Credit (NC)',
  'Commission (NC)',
  'Markup (NC)',
  'Scheme Fees (NC)',
  'Interchange (NC)',
  'Modification Merchant Reference',
  'Batch Number',
] as const

/**
 * Reads Adyen's settlement detail report as CSV, of one batch or of many (docs.adyen.com/reporting/settlement-reconciliation/
 * transaction-level/settlement-details-report). Its columns may stand in any order. Amounts are major units; the costs of a payment are what
 * lies between its gross and its net. Safe for concurrent use; flat in memory.
 *
 * @example
 * const reader = adyenSettlementDetail()
 * for await (const items of reader.read(createReadStream('settlement_detail_report_batch_238.csv'))) …
 */
export const adyenSettlementDetail = ({ timeZones = {} }: SettlementDetailOptions = {}): StatementReader =>
  tableReader({
    format: 'adyen_settlement_detail',
    required: REQUIRED,
    line: (row) => settlementLine(row, timeZones),
  })
