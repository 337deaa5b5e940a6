import type { EarningsRow, Report, ReportRow, TrialBalanceRow } from '@florin/core'
import { parseAmount } from '@florin/core'
import { card, type World, type WorldOptions, world } from '../world.ts'

/** All rows of a report. */
export const rowsOf = async <R extends ReportRow>(w: World, report: Report<R>): Promise<readonly R[]> =>
  w.run(
    (async () => {
      const rows: R[] = []
      for await (const row of report) rows.push(row)
      return rows
    })(),
  )

/** A stream of text as a whole. */
export const textOf = (w: World, pieces: AsyncIterable<string>): Promise<string> =>
  w.run(
    (async () => {
      let text = ''
      for await (const piece of pieces) text += piece
      return text
    })(),
  )

/** Two merchants; the first pays 2.9 % and 0.25 for captures. */
export const platform = (more: WorldOptions = {}): Promise<World> => {
  const fee = { basisPoints: 290, fixed: { EUR: '0.25' } }
  return world({ ...more, options: { ...more.options, merchants: { mer_default: { fee }, mer_two: {} } } })
}

let orders = 0

/** A captured payment of a merchant. */
export const paid = async (w: World, amount: string, more: object = {}, merchant = 'mer_default') => {
  orders += 1
  const input = { reference: `report-${orders}`, amount, currency: 'EUR', method: card(), ...more }
  return w.run(w.florin.for(merchant).payments.create(input as never))
}

export const minor = (text: string, currency: string): bigint =>
  text.startsWith('-') ? -parseAmount(text.slice(1), currency as 'EUR') : parseAmount(text, currency as 'EUR')

const OWNED = /^(merchant|seller\/[^/]+)\/(pending|available|reserve|payouts)\//
const sumBy = (rows: readonly TrialBalanceRow[], wanted: (account: string) => boolean): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const { account, currency, balance } of rows) {
    if (account === null || !wanted(account)) continue
    sums.set(currency, (sums.get(currency) ?? 0n) + minor(balance, currency))
  }
  return sums
}

/** What owners hold, what the platform took, and what gateways charged: by the trial balance, and by the earnings. */
export const bothWays = (trial: readonly TrialBalanceRow[], earned: readonly EarningsRow[]) => {
  const balances = {
    owners: sumBy(trial, (account) => OWNED.test(account)),
    fees: sumBy(trial, (account) => account.startsWith('platform/fees/')),
    costs: sumBy(trial, (account) => /^gateway\/.*\/costs\//.test(account)),
  }
  const sums = { owners: new Map<string, bigint>(), fees: new Map<string, bigint>(), costs: new Map<string, bigint>() }
  for (const { currency, net, exchanged, paidOut, other, fees, gatewayCosts } of earned) {
    const of = (text: string): bigint => minor(text, currency)
    const add = (to: Map<string, bigint>, by: bigint): void => void to.set(currency, (to.get(currency) ?? 0n) + by)
    add(sums.owners, of(net) + of(exchanged) - of(paidOut) + of(other))
    add(sums.fees, of(fees))
    add(sums.costs, of(gatewayCosts))
  }
  const plain = (all: typeof sums) =>
    Object.fromEntries(
      Object.entries(all).map(([name, map]) => [name, Object.fromEntries([...map].filter(([, sum]) => sum !== 0n))]),
    )
  return { balances: plain(balances), sums: plain(sums) }
}
