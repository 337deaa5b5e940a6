import { formatAmount } from '../../money/index.ts'
import { ownerOf, type PayoutPurpose, type PayoutRow, type PayoutState } from '../../payouts/index.ts'

/** A payout as its host sees it. JSON-safe: the amount is a decimal string, instants are ISO 8601 in UTC. */
export interface PayoutView {
  readonly object: 'payout'
  readonly id: string
  readonly reference: string
  readonly status: PayoutState
  /** The seller whose money it is; absent for the merchant's own. */
  readonly owner?: string
  readonly amount: string
  readonly currency: string
  readonly destination: { readonly id: string; readonly type: 'iban'; readonly country: string; readonly last4: string }
  readonly purpose: PayoutPurpose
  /** Of a refund: the payment whose buyer gets it. */
  readonly payment?: string
  readonly rail: string
  /** The file that it went out in. */
  readonly file?: string
  /** Why it failed or came back, by the bank's code or ours. */
  readonly code?: string
  /** The same in words, as the bank has it or a person found out: told of one payout, and not in a list of them. */
  readonly note?: string
  /** A person should look: nobody can be asked what became of it. */
  readonly needsReview: boolean
  readonly createdAt: string
  readonly updatedAt: string
  readonly version: number
}

const iso = (at: number): string => new Date(at).toISOString()

export const payoutView = (row: PayoutRow): PayoutView => {
  const owner = ownerOf(row)
  return {
    object: 'payout',
    id: row.id,
    reference: row.reference,
    status: row.state,
    ...(owner === null ? {} : { owner }),
    amount: formatAmount(row.amount, row.currency),
    currency: row.currency,
    destination: { id: row.destination, ...row.summary },
    purpose: row.purpose,
    ...(row.payment === null ? {} : { payment: row.payment }),
    rail: row.rail,
    ...(row.file === null ? {} : { file: row.file }),
    ...(row.code === null ? {} : { code: row.code }),
    needsReview: row.needsReview,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    version: row.version,
  }
}
