import { FlorinError } from '../../kernel/index.ts'
import { type LedgerTransactionRow, ledgerTransactions } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { type Report, reportOf } from '../../reports/index.ts'
import { type AccountRow, accounts, type EntryRow, entries } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { firstFrom } from './first-entry.ts'

/** Which entries of which account: from an instant on, and before another; null: without a bound. */
export interface AccountStatementQuery {
  readonly merchant: string
  readonly account: string
  readonly from: number | null
  readonly to: number | null
}

/** A line of an account statement: the balance at its beginning, each entry, the balance at its end. Amounts are decimal strings. */
export type AccountStatementRow = {
  readonly row: 'opening' | 'entry' | 'closing'
  /** When it was recorded, ISO 8601 in UTC; null for a balance. */
  readonly at: string | null
  /** The entry's number in the account; of a balance that of the last entry before it. */
  readonly version: number
  readonly transaction: string | null
  /** Why money moved, and what it is about. */
  readonly type: string | null
  readonly subject: string | null
  readonly side: 'debit' | 'credit' | null
  readonly phase: EntryRow['phase'] | null
  readonly amount: string | null
  /** Posted, and the net of holds, after it; on the account's normal side. */
  readonly balance: string
  readonly held: string
  readonly currency: string
}

const COLUMNS = [
  'row',
  'at',
  'version',
  'transaction',
  'type',
  'subject',
  'side',
  'phase',
  'amount',
  'balance',
  'held',
  'currency',
] as const

/**
 * The entries of an account between two instants, with the balances before and after. It ends with what is there when it begins. Statements
 * of instants that follow on each other follow on each other too: each opens with the balance that the one before closed with, and no
 * entry is in two or in none, as long as the servers' clocks are within a day of each other. Throws `not_found` for an account to which
 * nothing was ever posted.
 */
export const accountStatement = (context: FlowContext, query: AccountStatementQuery): Report<AccountStatementRow> =>
  reportOf(COLUMNS, () => rowsOf(context, query))

interface Standing {
  readonly version: number
  readonly balance: bigint
  readonly pending: bigint
}

async function* rowsOf(context: FlowContext, query: AccountStatementQuery): AsyncGenerator<AccountStatementRow> {
  const { storage } = context
  const { merchant, account, from, to } = query
  const [row] = await storage.load(accounts, [{ merchant, account }])
  if (row === undefined) {
    throw new FlorinError(
      'not_found',
      `merchant '${merchant}' has no ledger account '${account.slice(0, 200)}': nothing was posted to it`,
      { details: { path: 'account' } },
    )
  }
  const start = from === null ? 1 : await firstFrom(context, row, from)
  let last = await standingAt(context, row, start - 1)
  yield balanceRow('opening', row.currency, last)
  const rest = { index: 'key', equals: { merchant, account }, from: start, to: row.version } as const
  rows: for await (const page of start > row.version ? [] : storage.scan(entries, rest)) {
    const booked = await transactionsIn(context, page)
    for (const entry of page) {
      if (to !== null && entry.at >= to) break rows
      last = entry
      yield entryRow(row.currency, entry, booked.get(entry.transaction))
    }
  }
  yield balanceRow('closing', row.currency, last)
}

const standingAt = async (
  { storage }: FlowContext,
  { merchant, account }: AccountRow,
  version: number,
): Promise<Standing> => {
  if (version === 0) return { version, balance: 0n, pending: 0n }
  const [entry] = await storage.load(entries, [{ merchant, account, version }])
  if (entry !== undefined) return entry
  throw new FlorinError('storage_corrupt', `entry ${version} of ledger account '${account}' is missing: run verify`)
}

/** The transactions of a page of entries, read at once. */
const transactionsIn = async (
  { storage }: FlowContext,
  page: readonly EntryRow[],
): Promise<ReadonlyMap<string, LedgerTransactionRow>> => {
  const keys = new Map(page.map(({ merchant, transaction }) => [transaction, { merchant, reference: transaction }]))
  const rows = await storage.load(ledgerTransactions, [...keys.values()])
  return new Map(rows.filter((row) => row !== undefined).map((row) => [row.reference, row]))
}

const balanceRow = (
  row: 'opening' | 'closing',
  currency: string,
  { version, balance, pending }: Standing,
): AccountStatementRow => ({
  row,
  ...{ at: null, version, transaction: null, type: null, subject: null, side: null, phase: null, amount: null },
  balance: formatAmount(balance, currency),
  held: formatAmount(pending, currency),
  currency,
})

const entryRow = (
  currency: string,
  entry: EntryRow,
  booked: LedgerTransactionRow | undefined,
): AccountStatementRow => ({
  row: 'entry',
  at: new Date(entry.at).toISOString(),
  version: entry.version,
  transaction: entry.transaction,
  type: booked?.type ?? null,
  subject: booked?.subject ?? null,
  side: entry.side,
  phase: entry.phase,
  amount: formatAmount(entry.amount, currency),
  balance: formatAmount(entry.balance, currency),
  held: formatAmount(entry.pending, currency),
  currency,
})
