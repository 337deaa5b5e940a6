import { balances } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Reading } from '../context.ts'

/** What a merchant's fees earned in a currency, beside what gateways charged. Decimal strings. */
export interface MarginView {
  readonly currency: string
  readonly fees: string
  readonly costs: string
  /** Fees less costs. */
  readonly margin: string
}

const PAGE = 1_000
const COSTS = /^gateway\/[^/]+\/[^/]+\/costs\//

/** Sums what stands booked, by currency: fees are what merchants paid, costs what gateways are known to have charged. */
export const marginOf = async (context: Reading, merchant: string): Promise<readonly MarginView[]> => {
  const sums = new Map<string, { fees: bigint; costs: bigint }>()
  const add = (currency: string, side: 'fees' | 'costs', amount: bigint): void => {
    const sum = sums.get(currency) ?? { fees: 0n, costs: 0n }
    sum[side] += amount
    sums.set(currency, sum)
  }
  for (const under of ['platform/fees', 'gateway']) {
    for (let after: string | undefined; ; ) {
      const filter = { under, limit: PAGE, ...(after === undefined ? {} : { after }) }
      const page = await balances(context.storage, merchant, filter)
      for (const { account, currency, posted } of page.rows) {
        if (under === 'platform/fees') add(currency, 'fees', posted)
        else if (COSTS.test(account)) add(currency, 'costs', posted)
      }
      after = page.next
      if (after === undefined) break
    }
  }
  return [...sums.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { fees, costs }]) => {
      const show = (minor: bigint): string => formatAmount(minor, currency)
      return { currency, fees: show(fees), costs: show(costs), margin: show(fees - costs) }
    })
}
