import { type Counters, heldOf, LaterTransactions, laterCounters, postedOf } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { type Report, reportOf } from '../../reports/index.ts'
import { type AccountRow, accounts } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { equalsOf, placeOf, type Scope } from './moment.ts'

/** An account in a trial balance, or at its end a currency's total, which has neither merchant nor account. Amounts are decimal strings. */
export type TrialBalanceRow = {
  readonly row: 'account' | 'total'
  readonly merchant: string | null
  readonly account: string | null
  readonly currency: string
  /** The account's normal side. */
  readonly side: 'debit' | 'credit' | null
  /** Everything that was ever debited, and credited. Of a total both are the same. */
  readonly debits: string
  readonly credits: string
  /** On the account's normal side; of a total `debits` less `credits`, which is zero. */
  readonly balance: string
  /** The net of all holds, on the same side. */
  readonly held: string
}

const COLUMNS = ['row', 'merchant', 'account', 'currency', 'side', 'debits', 'credits', 'balance', 'held'] as const

interface Total {
  debits: bigint
  credits: bigint
  held: bigint
}

/**
 * Every account by its path, and at the end each currency's total. All of it is as of one position of the event stream, however much is
 * committed while it is read: what came later is taken off.
 */
export const trialBalance = (context: FlowContext, scope: Scope): Report<TrialBalanceRow> =>
  reportOf(COLUMNS, () => rowsOf(context, scope))

async function* rowsOf(context: FlowContext, scope: Scope): AsyncGenerator<TrialBalanceRow> {
  const { storage } = context
  const later = new LaterTransactions(storage, await placeOf(context, scope), scope.merchant)
  const totals = new Map<string, Total>()
  for await (const page of storage.scan(accounts, { index: 'key', equals: equalsOf(scope) })) {
    await later.look()
    for (const row of page) {
      const counters = less(row, await laterCounters(storage, row, later))
      if (counters === null) continue
      addTo(totals, row.currency, counters)
      yield accountRow(row, counters)
    }
  }
  for (const currency of [...totals.keys()].sort()) {
    const total = totals.get(currency)
    if (total !== undefined) yield totalRow(currency, total)
  }
}

/** The counters as they were; null for an account that there was not yet. */
const less = (row: AccountRow, undone: Counters): Counters | null => {
  const counters = {
    debitsPosted: row.debitsPosted - undone.debitsPosted,
    creditsPosted: row.creditsPosted - undone.creditsPosted,
    debitsPending: row.debitsPending - undone.debitsPending,
    creditsPending: row.creditsPending - undone.creditsPending,
  }
  const isEmpty = Object.values(counters).every((one) => one === 0n)
  return isEmpty && Object.values(undone).some((one) => one !== 0n) ? null : counters
}

const addTo = (totals: Map<string, Total>, currency: string, counters: Counters): void => {
  const total = totals.get(currency) ?? { debits: 0n, credits: 0n, held: 0n }
  totals.set(currency, total)
  total.debits += counters.debitsPosted
  total.credits += counters.creditsPosted
  total.held += counters.debitsPending - counters.creditsPending
}

const accountRow = ({ merchant, account, currency, side }: AccountRow, counters: Counters): TrialBalanceRow => ({
  row: 'account',
  ...{ merchant, account, currency, side },
  debits: formatAmount(counters.debitsPosted, currency),
  credits: formatAmount(counters.creditsPosted, currency),
  balance: formatAmount(postedOf({ ...counters, side }), currency),
  held: formatAmount(heldOf({ ...counters, side }), currency),
})

const totalRow = (currency: string, { debits, credits, held }: Total): TrialBalanceRow => ({
  row: 'total',
  ...{ merchant: null, account: null, currency, side: null },
  debits: formatAmount(debits, currency),
  credits: formatAmount(credits, currency),
  balance: formatAmount(debits - credits, currency),
  held: formatAmount(held, currency),
})
