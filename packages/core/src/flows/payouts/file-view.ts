import { toHex } from '../../kernel/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { PayoutFileRow } from '../../payouts/index.ts'

/** What a file holds for one day; a bank may book it as one. */
export interface PayoutBatchView {
  /** By which the bank names it. */
  readonly id: string
  readonly executeOn: string
  readonly currency: string
  readonly total: string
  readonly payouts: number
}

/** A file of payouts as its host sees it, without its content. JSON-safe. */
export interface PayoutFileView {
  readonly object: 'payout_file'
  readonly id: string
  readonly reference: string
  readonly rail: string
  readonly name: string
  readonly contentType: string
  readonly payouts: number
  readonly batches: readonly PayoutBatchView[]
  /** SHA-256 of the content, in hex. */
  readonly sha256: string
  readonly createdAt: string
}

/** A file with its content, the same bytes whenever it is asked for. */
export interface PayoutFileContent extends PayoutFileView {
  readonly content: string
}

export const payoutFileView = (row: PayoutFileRow): PayoutFileView => ({
  object: 'payout_file',
  id: row.id,
  reference: row.reference,
  rail: row.rail,
  name: row.name,
  contentType: row.contentType,
  payouts: row.payouts,
  batches: row.batches.map(({ id, executeOn, currency, total, payouts }) => ({
    ...{ id, executeOn, currency, total: formatAmount(BigInt(total), currency), payouts: payouts.length },
  })),
  sha256: toHex(row.digest),
  createdAt: new Date(row.createdAt).toISOString(),
})
