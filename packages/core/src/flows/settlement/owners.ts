import { pendingOf } from '../../ledger/index.ts'
import { planFor, type SettlementPlan } from '../../settlement/index.ts'
import { type AccountRow, accounts, type Storage } from '../../storage/index.ts'

/** An owner's pending account. */
export interface PendingAccount {
  readonly merchant: string
  /** A seller by name; null: the merchant itself. */
  readonly seller: string | null
  readonly currency: string
  readonly account: string
  /** Its newest version. */
  readonly version: number
}

const SELLER = /^seller\/([^/]+)\/pending\/[A-Z]{3}$/

/** A merchant's pending accounts: its own first, then those of its sellers, by path. */
export async function* pendingAccounts(
  storage: Pick<Storage, 'scan'>,
  merchant: string,
): AsyncGenerator<readonly PendingAccount[]> {
  for (const under of ['merchant/pending', 'seller']) {
    const query = { index: 'key', equals: { merchant }, from: `${under}/`, to: `${under}/~` } as const
    for await (const page of storage.scan(accounts, query)) {
      yield page.map(pendingAccount).filter((one) => one !== undefined)
    }
  }
}

const pendingAccount = ({ merchant, account, currency, version }: AccountRow): PendingAccount | undefined => {
  if (account === pendingOf(null, currency).account) return { merchant, seller: null, currency, account, version }
  const name = SELLER.exec(account)?.[1]
  if (name === undefined) return undefined
  return { merchant, seller: decodeURIComponent(name), currency, account, version } // the chart writes UTF-8 as %XX
}

/** Those that this plan settles. */
export const settledBy = (
  plans: readonly SettlementPlan[],
  plan: SettlementPlan,
  { seller, currency }: PendingAccount,
): boolean => planFor(plans, seller, currency)?.name === plan.name
