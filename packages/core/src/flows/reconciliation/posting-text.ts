import { FlorinError } from '../../kernel/index.ts'
import type { SuggestedPosting } from '../../reconciliation/index.ts'
import type { AccountRef, Posting } from '../../records/index.ts'

/** Accounts that hold what is ours; all others hold what we owe, or earned. */
const DEBIT =
  /^(?:gateway\/[^/]+\/[^/]+\/(?:receivable|costs|transit|disputed)|bank\/[^/]+|hedge\/[^/]+\/[^/]+)\/[^/]+$/
const CREDIT =
  /^(?:merchant\/(?:pending|available|frozen|reserve|payouts)|seller\/[^/]+\/(?:pending|available|frozen|reserve|payouts)|trading\/[^/]+|platform\/fees|suspense)\/[^/]+$/

/** An account of the chart by its path. @throws FlorinError `invalid_request` for a path that the chart does not have, or of another currency */
export const accountOfPath = (path: string, currency: string, field: string): AccountRef => {
  const side = DEBIT.test(path) ? 'debit' : CREDIT.test(path) ? 'credit' : null
  if (side !== null && path.endsWith(`/${currency}`)) return { account: path, side, floor: null }
  throw new FlorinError(
    'invalid_request',
    `${field}: '${path.slice(0, 80)}' is no account in ${currency}: give one of the chart of accounts, such as suspense/${currency}`,
    { details: { path: field } },
  )
}

/** The posting that a text stands for. */
export const postingOfText = ({ debit, credit, amount, currency }: Omit<SuggestedPosting, 'why'>): Posting => ({
  debit: accountOfPath(debit, currency, 'posting.debit'),
  credit: accountOfPath(credit, currency, 'posting.credit'),
  amount: BigInt(amount),
  currency,
  phase: 'posted',
})
