import { gatewayCosts, gatewayTransit, receivable, suspense, trading } from '../ledger/index.ts'
import type { AccountRef, Posting } from '../records/index.ts'
import type { StatementLine } from '../statements/index.ts'
import { type Books, within } from './books.ts'
import type { LineResult } from './model.ts'

/** What of a line decides where it is booked: a line as read, or as stored. */
export type BookedLine = Pick<StatementLine, 'kind' | 'currency' | 'gross' | 'fee' | 'net'>

/** What a line of a gateway turned out to be about, as far as its booking goes. */
export interface LineBooking {
  readonly gateway: string
  readonly account: string
  readonly line: BookedLine
  /** The payout that it belongs to; null while it only stands on the gateway's balance. */
  readonly batch: string | null
  readonly result: LineResult
  /** What our books have of it, with its sign; null where they have nothing. */
  readonly ours: { readonly amount: bigint; readonly currency: string } | null
  /** The cost that was booked when it was captured. */
  readonly accrued: bigint
}

/** The accounts of a gateway's lines in one currency. */
interface Accounts {
  readonly owed: AccountRef
  readonly costs: AccountRef
  readonly transit: AccountRef
  readonly nobodys: AccountRef
}

// As many as there are gateway accounts and currencies: a name is made once, not once a line, and looked up without making one.
const made = new Map<string, Map<string, Map<string, Accounts>>>()

const accountsOf = (gateway: string, account: string, currency: string): Accounts => {
  const known = made.get(gateway)?.get(account)?.get(currency)
  if (known !== undefined) return known
  const accounts = {
    owed: receivable(gateway, account, currency),
    costs: gatewayCosts(gateway, account, currency),
    transit: gatewayTransit(gateway, account, currency),
    nobodys: suspense(currency),
  }
  within(within(made, gateway), account).set(currency, accounts)
  return accounts
}

/** Whether a line tells of what was sent to the bank: that is booked by batch. */
export const isPayout = ({ kind }: Pick<StatementLine, 'kind'>): boolean =>
  kind === 'payout' || kind === 'payout_undone'

/** What the gateway kept by a line. */
export const lineCost = ({ kind, gross, fee, net }: Pick<BookedLine, 'kind' | 'gross' | 'fee' | 'net'>): bigint =>
  kind === 'fee' ? -net : (fee ?? gross - net)

const NOBODYS: ReadonlySet<LineResult> = new Set(['missing_here', 'duplicate'])

/**
 * Books a line in a merchant's part of the books, once in its life. What the gateway owed is settled: the net is on its way to the bank, the
 * cost is trued up, a tolerated difference is a cost too; and what is about nothing of ours is nobody's money. So the receivable is left
 * with what differs, and with nothing where all is well.
 */
export const bookLine = (books: Books, merchant: string, booking: LineBooking): void => {
  const { gateway, account, line, batch, result, ours, accrued } = booking
  const { currency, gross, net } = line
  if (isPayout(line)) return
  const { owed, costs, transit, nobodys } = accountsOf(gateway, account, currency)
  if (batch !== null) books.move(merchant, transit, owed, net, currency)
  const known = ours !== null && ours.currency !== currency ? 0n : accrued
  books.move(merchant, costs, owed, known === 0n ? lineCost(line) : lineCost(line) - known, currency)
  if (NOBODYS.has(result)) return books.move(merchant, owed, nobodys, gross, currency)
  if (ours === null) return
  if (ours.currency === currency) {
    if (result !== 'amount_differs') books.move(merchant, owed, costs, gross - ours.amount, currency)
    return
  }
  // The buyer paid in another currency: that gateway account's debt in it is over, for what it gave in this one.
  const there = receivable(gateway, account, ours.currency)
  books.move(merchant, there, gatewayCosts(gateway, account, ours.currency), accrued, ours.currency) // the cost is known in this one now
  books.move(merchant, trading(ours.currency, currency, ours.currency), there, ours.amount, ours.currency)
  books.move(merchant, owed, trading(ours.currency, currency, currency), gross, currency)
}

/** What would put an amount right that differs: the receivable is left with the difference until somebody decides. */
export const differencePosting = (
  at: { readonly gateway: string; readonly account: string },
  currency: string,
  difference: bigint,
): Posting => {
  const owed = receivable(at.gateway, at.account, currency)
  const costs = gatewayCosts(at.gateway, at.account, currency)
  return difference > 0n
    ? { debit: owed, credit: costs, amount: difference, currency, phase: 'posted' }
    : { debit: costs, credit: owed, amount: -difference, currency, phase: 'posted' }
}
