import { pendingOf, platformFees, trading } from '../ledger/index.ts'
import { convert, multiply, percent, type Rounding, rate } from '../money/index.ts'
import type { AccountRef, Posting } from '../records/index.ts'

/** How the money of a payment is turned into its settlement currency: fixed when the payment is created. */
export interface SettleTerms {
  readonly currency: string
  readonly quote: string
  readonly rate: string
  readonly feePercent: string
  readonly rounding: Rounding
}

/** One amount into another currency through the pair's trading accounts: a posting in each. */
export const tradePostings = (trade: {
  readonly from: { readonly account: AccountRef; readonly currency: string; readonly amount: bigint }
  readonly to: { readonly account: AccountRef; readonly currency: string; readonly amount: bigint }
}): readonly Posting[] => {
  const { from, to } = trade
  const [sold, bought] = [trading, trading].map((of, index) =>
    of(from.currency, to.currency, index === 0 ? from.currency : to.currency),
  ) as [AccountRef, AccountRef]
  const made: Posting[] = [
    { debit: from.account, credit: sold, amount: from.amount, currency: from.currency, phase: 'posted' },
    { debit: bought, credit: to.account, amount: to.amount, currency: to.currency, phase: 'posted' },
  ]
  return made.filter((posting) => posting.amount > 0n)
}

/** What all of so much comes to in the settlement currency, and the fee of that. Minor units; below zero the other way round. */
const worthOf = (amount: bigint, from: string, terms: SettleTerms) => {
  const size = amount < 0n ? -amount : amount
  const to = convert(size, from, terms.currency, rate(terms.rate), terms.rounding)
  const fee = multiply(to, percent(terms.feePercent), terms.rounding)
  return amount < 0n ? { to: -to, fee: -fee } : { to, fee }
}

/** What of a payment has come to the merchant in the settlement currency, after the conversion's fee. Minor units. */
export const settledAmount = (converted: bigint, from: string, terms: SettleTerms): bigint => {
  const { to, fee } = worthOf(converted, from, terms)
  return to - fee
}

/** Net minor units that postings bring onto an account, holds left aside. */
const broughtTo = (postings: readonly Posting[], account: string): bigint =>
  postings.reduce((sum, { debit, credit, amount, phase }) => {
    if (phase !== 'posted' && phase !== 'settled') return sum
    return sum + (credit.account === account ? amount : 0n) - (debit.account === account ? amount : 0n)
  }, 0n)

/** A booking's conversion. */
export interface Settled {
  readonly postings: readonly Posting[]
  /** What of the payment's own currency is converted by now, over all its bookings; minor units. */
  readonly converted: bigint
}

/**
 * Turns what a booking changes of the merchant's pending money into the settlement currency, in the same transaction. Reckoned over all
 * bookings of the payment together: what is converted after this one less what was before. So whatever is taken back in however many parts
 * leaves not a cent behind, and the conversion's fee follows the money both ways.
 */
export const settleBooking = (
  postings: readonly Posting[],
  currency: string,
  terms: SettleTerms,
  before: bigint,
): Settled => {
  const own = pendingOf(null, currency)
  const change = broughtTo(postings, own.account)
  const converted = before + change
  const [was, is] = [worthOf(before, currency, terms), worthOf(converted, currency, terms)]
  const [to, fee] = [is.to - was.to, is.fee - was.fee]
  const other = pendingOf(null, terms.currency)
  return {
    converted,
    postings: [
      ...leg(own, trading(currency, terms.currency, currency), change, currency),
      ...leg(trading(currency, terms.currency, terms.currency), other, to, terms.currency),
      ...leg(other, platformFees(terms.currency), fee, terms.currency),
    ],
  }
}

/** Moves an amount from one account to the other; one below zero the other way, zero not at all. */
const leg = (from: AccountRef, to: AccountRef, amount: bigint, currency: string): readonly Posting[] => {
  if (amount === 0n) return []
  const [debit, credit] = amount > 0n ? [from, to] : [to, from]
  return [{ debit, credit, amount: amount < 0n ? -amount : amount, currency, phase: 'posted' }]
}
