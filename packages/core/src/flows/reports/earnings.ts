import { LaterTransactions, type LedgerTransactionRow, ledgerTransactions } from '../../ledger/index.ts'
import {
  addEarned,
  EARNINGS_COLUMNS,
  type Earned,
  type EarningsRow,
  earningsRow,
  type Period,
  periodNamer,
  type Report,
  reportOf,
} from '../../reports/index.ts'
import type { FlowContext } from '../context.ts'
import { equalsOf, placeOf, type Scope } from './moment.ts'

/** Which earnings to report. */
export interface EarningsQuery extends Scope {
  readonly by: Period
  readonly zone: string
  /** Instants: from this one on, and before that one; null: without a bound. By the date at which money moved for the business. */
  readonly from: number | null
  readonly to: number | null
}

/**
 * What each merchant earned, by period and currency, merchant after merchant. It reads every ledger transaction of theirs, and keeps one
 * merchant's sums. As of one position of the event stream, as the trial balance is.
 */
export const earnings = (context: FlowContext, query: EarningsQuery): Report<EarningsRow> =>
  reportOf(EARNINGS_COLUMNS, () => rowsOf(context, query))

async function* rowsOf(context: FlowContext, query: EarningsQuery): AsyncGenerator<EarningsRow> {
  const { storage } = context
  const { from, to, by, zone } = query
  const nameOf = periodNamer(by, zone)
  const later = new LaterTransactions(storage, await placeOf(context, query), query.merchant)
  const wanted = ({ merchant, reference, effectiveAt: at }: LedgerTransactionRow): boolean =>
    (from === null || at >= from) && (to === null || at < to) && !later.has(merchant, reference)
  let merchant: string | null = null
  let sums = new Map<string, Map<string, Earned>>()
  for await (const page of storage.scan(ledgerTransactions, { index: 'key', equals: equalsOf(query) })) {
    await later.look()
    for (const transaction of page) {
      if (transaction.merchant !== merchant) {
        if (merchant !== null) yield* merchantRows(merchant, sums)
        merchant = transaction.merchant
        sums = new Map()
      }
      if (!wanted(transaction)) continue
      const period = nameOf(transaction.effectiveAt)
      const of = sums.get(period) ?? new Map<string, Earned>()
      addEarned(of, transaction)
      if (of.size > 0) sums.set(period, of)
    }
  }
  if (merchant !== null) yield* merchantRows(merchant, sums)
}

function* merchantRows(merchant: string, sums: ReadonlyMap<string, ReadonlyMap<string, Earned>>) {
  const periods = [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [period, byCurrency] of periods) {
    for (const currency of [...byCurrency.keys()].sort()) {
      const sum = byCurrency.get(currency)
      if (sum !== undefined) yield earningsRow(merchant, period, currency, sum)
    }
  }
}
