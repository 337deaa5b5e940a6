import { balances } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Reading } from '../context.ts'

/** What conversions have left open in a pair. Decimal strings: what is held of a currency, below zero what is owed of it. */
export interface ExposureView {
  /** Two codes in the order of the alphabet: `EUR-USD`. */
  readonly pair: string
  readonly positions: readonly { readonly currency: string; readonly amount: string }[]
}

/** One currency's side of a pair, minor units. */
export interface Position {
  readonly pair: string
  readonly currency: string
  readonly amount: bigint
}

const PAGE = 1_000

/** What the trading accounts of a merchant hold; of one pair only where it is named. */
export const positionsOf = async (context: Reading, merchant: string, pair?: string): Promise<readonly Position[]> => {
  const found: Position[] = []
  const under = pair === undefined ? 'trading' : `trading/${pair}`
  for (let after: string | undefined; ; ) {
    const filter = { under, limit: PAGE, ...(after === undefined ? {} : { after }) }
    const page = await balances(context.storage, merchant, filter)
    for (const { account, currency, posted } of page.rows)
      found.push({ pair: account.split('/')[1] ?? '', currency, amount: posted })
    after = page.next
    if (after === undefined) return found
  }
}

/** The open positions of a merchant's conversions, by pair. */
export const exposureOf = async (context: Reading, merchant: string): Promise<readonly ExposureView[]> => {
  const pairs = new Map<string, { currency: string; amount: string }[]>()
  for (const { pair, currency, amount } of await positionsOf(context, merchant)) {
    const positions = pairs.get(pair) ?? []
    positions.push({ currency, amount: formatAmount(amount, currency) })
    pairs.set(pair, positions)
  }
  return [...pairs].map(([pair, positions]) => ({ pair, positions }))
}
