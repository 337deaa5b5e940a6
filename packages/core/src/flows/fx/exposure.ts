import { balances } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Reading } from '../context.ts'

/** An amount of a currency; below zero what is owed of it. */
export interface PositionView {
  readonly currency: string
  readonly amount: string
}

/** What conversions have left open in a pair, and hedges have not closed. Decimal strings: what is held of a currency, below zero what is owed of it. */
export interface ExposureView {
  /** Two codes in the order of the alphabet: `EUR-USD`. */
  readonly pair: string
  readonly positions: readonly PositionView[]
  /** What counterparties of hedges are to bring, below zero to get, that no bank has shown yet. The positions are without it. */
  readonly hedged: readonly (PositionView & { readonly counterparty: string })[]
}

/** One currency's side of a pair, minor units. */
export interface Position {
  readonly pair: string
  readonly currency: string
  readonly amount: bigint
}

const PAGE = 1_000

/** Accounts under a path, as far as they are of pairs: each with the parts of its path after that. */
async function* accountsUnder(context: Reading, merchant: string, under: string) {
  for (let after: string | undefined; ; ) {
    const page = await balances(context.storage, merchant, {
      under,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    })
    yield* page.rows
    after = page.next
    if (after === undefined) return
  }
}

/** What the trading accounts of a merchant hold; of one pair only where it is named. */
export const positionsOf = async (context: Reading, merchant: string, pair?: string): Promise<readonly Position[]> => {
  const found: Position[] = []
  const under = pair === undefined ? 'trading' : `trading/${pair}`
  for await (const { account, currency, posted } of accountsUnder(context, merchant, under))
    found.push({ pair: account.split('/')[1] ?? '', currency, amount: posted })
  return found
}

/** The open positions of a merchant's conversions, by pair. */
export const exposureOf = async (context: Reading, merchant: string): Promise<readonly ExposureView[]> => {
  const pairs = new Map<string, { positions: PositionView[]; hedged: (PositionView & { counterparty: string })[] }>()
  for (const { pair, currency, amount } of await positionsOf(context, merchant)) {
    const open = pairs.get(pair) ?? { positions: [], hedged: [] }
    open.positions.push({ currency, amount: formatAmount(amount, currency) })
    pairs.set(pair, open)
  }
  for await (const { account, currency, posted } of accountsUnder(context, merchant, 'hedge')) {
    const [, pair = '', counterparty = ''] = account.split('/')
    if (posted !== 0n) pairs.get(pair)?.hedged.push({ counterparty, currency, amount: formatAmount(posted, currency) })
  }
  return [...pairs].map(([pair, open]) => ({ pair, ...open }))
}
