import { balanceOf, type Owner, pendingOf } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { ownerText, payouts } from '../../payouts/index.ts'
import { type AccountRow, accounts } from '../../storage/index.ts'
import type { Reading } from '../context.ts'
import type { PageView } from '../payments/read.ts'

/** What an owner has in one currency, and where. Amounts are decimal strings; negative is what the owner owes. */
export interface WalletBalance {
  readonly currency: string
  /** Captured, less fees and refunds, and not settled yet. */
  readonly pending: string
  /** Settled: may be paid out. */
  readonly available: string
  /** Kept back for what may come. */
  readonly reserved: string
  /** Frozen by open disputes. */
  readonly frozen: string
  /** Ordered to be paid out, and not proven to have left. */
  readonly onItsWay: string
  /** Paid out to bank accounts, and not come back. */
  readonly paidOut: string
}

/** The money of one owner. */
export interface WalletView {
  readonly object: 'wallet'
  /** A seller; null: the merchant itself. */
  readonly seller: Owner
  readonly balances: readonly WalletBalance[]
}

const PLACES = {
  pending: 'pending',
  available: 'available',
  reserve: 'reserved',
  frozen: 'frozen',
  payouts: 'onItsWay',
} as const

type Place = (typeof PLACES)[keyof typeof PLACES]
type Sums = Record<Place | 'paidOut', bigint>

const MOST_ACCOUNTS = 1_000 // of one owner: five a currency

const pathOf = (segment: string | null): string => (segment === null ? 'merchant' : `seller/${segment}`)

/** The wallet of an owner, by the name of its path in the chart of accounts. Empty where nothing was ever booked. */
const walletAt = async (
  { storage }: Pick<Reading, 'storage'>,
  merchant: string,
  segment: string | null,
): Promise<WalletView> => {
  const path = pathOf(segment)
  const range = { from: `${path}/`, to: `${path}/~` } // no character of a path sorts above '~'
  const page = await storage.find(accounts, { index: 'key', equals: { merchant }, ...range, limit: MOST_ACCOUNTS })
  const sums = new Map<string, Sums>()
  const of = (currency: string): Sums => {
    const known = sums.get(currency) ?? {
      pending: 0n,
      available: 0n,
      reserved: 0n,
      frozen: 0n,
      onItsWay: 0n,
      paidOut: 0n,
    }
    sums.set(currency, known)
    return known
  }
  for (const row of page.rows as readonly AccountRow[]) {
    const place = row.account.slice(path.length + 1).split('/')[0] as keyof typeof PLACES
    const { currency, posted } = balanceOf(row)
    if (Object.hasOwn(PLACES, place)) of(currency)[PLACES[place]] += posted
  }
  const seller = segment === null ? null : decodeURIComponent(segment) // the chart writes UTF-8 as %XX
  const query = { index: 'owner', equals: { merchant, owner: ownerText(seller) } } as const
  for await (const rows of storage.scan(payouts, query)) {
    for (const { state, purpose, currency, amount } of rows) {
      if (state === 'paid' && purpose === 'payout') of(currency).paidOut += amount
    }
  }
  return { object: 'wallet', seller, balances: [...sums].sort(byCurrency).map(balanceView) }
}

const byCurrency = ([a]: readonly [string, Sums], [b]: readonly [string, Sums]): number => (a < b ? -1 : 1)

const balanceView = ([currency, sums]: readonly [string, Sums]): WalletBalance => {
  const text = (minor: bigint): string => formatAmount(minor, currency)
  return {
    currency,
    pending: text(sums.pending),
    available: text(sums.available),
    reserved: text(sums.reserved),
    frozen: text(sums.frozen),
    onItsWay: text(sums.onItsWay),
    paidOut: text(sums.paidOut),
  }
}

const SEGMENT = /^seller\/([^/]+)\//

/** The wallet of a seller, or of the merchant itself (null). */
export const walletOf = (context: Pick<Reading, 'storage'>, merchant: string, seller: Owner): Promise<WalletView> =>
  walletAt(context, merchant, seller === null ? null : segmentOf(seller))

/** The name within a path, as the chart of accounts writes it. */
const segmentOf = (seller: string): string => pendingOf(seller, 'EUR').account.split('/')[1] as string

/** The wallets of a merchant's sellers, by path; `after` is the `next` of the page before. */
export const listWallets = async (
  context: Pick<Reading, 'storage'>,
  merchant: string,
  { limit, after }: { readonly limit: number; readonly after: string | null },
): Promise<PageView<WalletView>> => {
  const names: string[] = []
  let from = after === null ? 'seller/' : `seller/${after}/~`
  while (names.length <= limit) {
    const query = { index: 'key', equals: { merchant }, from, to: 'seller/~', limit: 1 } as const
    const [row] = (await context.storage.find(accounts, query)).rows as readonly AccountRow[]
    const name = row === undefined ? undefined : SEGMENT.exec(row.account)?.[1]
    if (name === undefined) break
    names.push(name)
    from = `seller/${name}/~`
  }
  const shown = names.slice(0, limit)
  const data = await Promise.all(shown.map((name) => walletAt(context, merchant, name)))
  const last = shown.at(-1)
  return { object: 'list', data, ...(names.length > limit && last !== undefined ? { next: last } : {}) }
}
