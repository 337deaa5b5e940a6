import { hedgeCosts, hedgeTrades } from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import { ratio } from './digits.ts'
import { pairName } from './hedge.ts'
import { tradePostings } from './settle.ts'

/** A trade that was made to hedge a position. Minor units. */
export interface HedgeTrade {
  /** Who made it with us, by a name of the host's. */
  readonly counterparty: string
  readonly from: string
  readonly to: string
  /** What was given away of `from`, and what is got of `to` for it. */
  readonly sold: bigint
  readonly bought: bigint
  /** What the counterparty charges for it, in a currency of its own. */
  readonly fee: { readonly amount: bigint; readonly currency: string } | null
}

/**
 * What a hedge books: the position falls by what was sold, and rises by what was bought; until a bank shows the money, the counterparty owes
 * what was bought, and is owed what was sold and its fee.
 */
export const hedgePostings = ({ counterparty, from, to, sold, bought, fee }: HedgeTrade): readonly Posting[] => {
  const pair = pairName(from, to)
  const trade = tradePostings({
    from: { account: hedgeTrades(pair, counterparty, to), currency: to, amount: bought },
    to: { account: hedgeTrades(pair, counterparty, from), currency: from, amount: sold },
  })
  if (fee === null || fee.amount === 0n) return trade
  const { amount, currency } = fee
  const [debit, credit] = [hedgeCosts(counterparty, currency), hedgeTrades(pair, counterparty, currency)]
  return [...trade, { debit, credit, amount, currency, phase: 'posted' }]
}

/** Units of `to` for one of `from`, to 12 digits. */
export const tradeRate = ({ from, to, sold, bought }: HedgeTrade): string =>
  ratio(formatAmount(bought, to), formatAmount(sold, from))
