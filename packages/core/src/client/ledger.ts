import { z } from 'zod'
import type { FlowContext, PageView } from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import {
  asOf,
  type BalanceView,
  balances,
  balanceView,
  type EntryView,
  entryView,
  type Moment,
  openHolds,
  statement,
} from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import { nameInput, parseInput } from './gate.ts'

/** A hold on a payment's authorised money; `amount` is a decimal string. */
export interface HoldView {
  readonly debit: string
  readonly credit: string
  readonly amount: string
  readonly currency: string
}

/** An account's balance at an earlier moment. Amounts are decimal strings. */
export interface PastBalanceView {
  readonly account: string
  readonly currency: string
  readonly posted: string
  readonly pending: string
}

/** Who owns what. Read-only: the books are written by what happens to payments. */
export interface Ledger {
  /** Balances of the merchant's accounts, by path; `under` names a branch such as `merchant`. */
  balances(filter?: {
    readonly under?: string
    readonly currency?: string
    /** Accounts to look at, 1 to 1,000; 1,000 if absent. */
    readonly limit?: number
    readonly after?: string
  }): Promise<PageView<BalanceView>>
  /** An account's entries, newest first unless told otherwise. */
  statement(
    account: string,
    options?: { readonly order?: 'newest' | 'oldest'; readonly limit?: number; readonly after?: string },
  ): Promise<PageView<EntryView>>
  /** An account's balance as of one of its versions, or of a position in the event stream; never of a wall-clock time (see the guide). */
  asOf(account: string, moment: Moment): Promise<PastBalanceView>
  /** What is still held for a payment. */
  holds(payment: string): Promise<readonly HoldView[]>
}

const page = { limit: z.number().int().min(1).max(1_000).optional(), after: z.string().optional() }
const balancesInput = z.strictObject({ under: z.string().optional(), currency: z.string().optional(), ...page })
const statementInput = z.strictObject({ order: z.enum(['newest', 'oldest']).optional(), ...page })

const count = z.number().int().min(0)
const momentInput = z.strictObject({
  moment: z.union(
    [z.strictObject({ version: count }), z.strictObject({ position: count, partition: count.default(0) })],
    'must be { version } of the account, or { position } in the stream of events',
  ),
})

const list = <T>(data: readonly T[], next: string | undefined): PageView<T> => ({
  object: 'list',
  data,
  ...(next === undefined ? {} : { next }),
})

export const createLedger = ({ storage }: FlowContext, merchant: string): Ledger =>
  Object.freeze<Ledger>({
    balances: async (filter = {}) => {
      parseInput(balancesInput, filter)
      const page = await balances(storage, merchant, filter)
      return list(page.rows.map(balanceView), page.next)
    },
    statement: async (account, options = {}) => {
      if (nameInput(account, 'account') === '') {
        throw new FlorinError('invalid_request', 'account: give an account path, as `balances` lists them')
      }
      parseInput(statementInput, options)
      const page = await statement(storage, merchant, account, options)
      return list(page.rows.map(entryView), page.next)
    },
    asOf: async (account, moment) => {
      const when = parseInput(momentInput, { moment }).moment
      const past = await asOf(storage, merchant, nameInput(account, 'account'), when)
      const show = (minor: bigint): string => formatAmount(minor, past.currency)
      return { account, currency: past.currency, posted: show(past.posted), pending: show(past.pending) }
    },
    holds: async (payment) => {
      const holds = await openHolds(storage, merchant, nameInput(payment, 'payment'))
      return holds.map((hold) => ({ ...hold, amount: formatAmount(hold.amount, hold.currency) }))
    },
  })
