import { formatAmount } from '../money/index.ts'
import { type AccountRow, accounts, type Page, type Storage } from '../storage/index.ts'
import { availableOf, pendingOf, postedOf } from './counters.ts'

/** An account as it stands, in minor units on its normal side. */
export interface Balance {
  readonly account: string
  readonly currency: string
  readonly side: 'debit' | 'credit'
  /** Final money. */
  readonly posted: bigint
  /** The net of all holds. */
  readonly pending: bigint
  /** What may still leave: posted, less the holds against it. */
  readonly available: bigint
  /** How many entries the account has had; names this state for `asOf`. */
  readonly version: number
}

/** A balance with decimal strings, fit for JSON. */
export interface BalanceView {
  readonly account: string
  readonly currency: string
  readonly side: 'debit' | 'credit'
  readonly posted: string
  readonly pending: string
  readonly available: string
  readonly version: number
}

export interface BalanceFilter {
  /** Only accounts under this path: `seller/ann` gives `seller/ann/pending/EUR`, and not those of `seller/anna`. */
  readonly under?: string
  /** Only accounts in this currency. A page may then hold fewer than `limit`, also before the last. */
  readonly currency?: string
  /** Accounts to look at, 1 to 1,000; 1,000 if absent. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly after?: string
}

/** A merchant's accounts with their balances, by path. Accounts that nothing was ever posted to do not exist yet. */
export const balances = async (
  storage: Pick<Storage, 'find'>,
  merchant: string,
  filter: BalanceFilter = {},
): Promise<Page<Balance>> => {
  const { under, currency, limit = 1000, after } = filter
  const page = await storage.find(accounts, {
    index: 'key',
    equals: { merchant },
    limit,
    ...(under === undefined ? {} : { from: `${under}/`, to: `${under}/~` }), // no character of a path sorts above '~'
    ...(after === undefined ? {} : { after }),
  })
  const wanted = currency === undefined ? page.rows : page.rows.filter((row) => row.currency === currency)
  const rows = wanted.map(balanceOf)
  return page.next === undefined ? { rows } : { rows, next: page.next }
}

/** The balance that a row of `accounts` says. */
export const balanceOf = (row: AccountRow): Balance => ({
  account: row.account,
  currency: row.currency,
  side: row.side,
  posted: postedOf(row),
  pending: pendingOf(row),
  available: availableOf(row),
  version: row.version,
})

/** The JSON-safe form. Throws as `formatAmount` for a currency that is not in ISO 4217. */
export const balanceView = (balance: Balance): BalanceView => {
  const text = (minor: bigint): string => formatAmount(minor, balance.currency)
  return {
    ...balance,
    posted: text(balance.posted),
    pending: text(balance.pending),
    available: text(balance.available),
  }
}
