import { FlorinError } from '../kernel/index.ts'
import { rate } from '../money/index.ts'
import { shortened } from './digits.ts'
import type { CurrencyPair, RateProvider } from './provider.ts'

/** Rates that stand still. */
export interface StaticRates {
  /** By pair, the other way round too: `{ 'EUR/USD': '1.0842' }` is what one EUR is worth in USD. */
  readonly rates: Readonly<Record<string, string>>
  /** When they were so, UTC milliseconds; absent: they are always of now. */
  readonly asOf?: number | undefined
  readonly name?: string | undefined
  /** For `asOf` in its absence. */
  readonly now: () => number
}

const PAIR = /^[A-Z]{3}\/[A-Z]{3}$/

/**
 * A provider of rates that are written down: for tests, for pegged currencies, and for rates that a contract fixes. The other way round is the
 * inverse, to 12 digits.
 * @throws FlorinError `configuration` for a pair that is none, or a rate that is none
 */
export const staticRates = ({ rates, asOf, name = 'static', now }: StaticRates): RateProvider => {
  for (const [pair, text] of Object.entries(rates)) {
    if (!PAIR.test(pair))
      throw new FlorinError('configuration', `rates: '${pair.slice(0, 20)}' is no pair: write it like 'EUR/USD'`)
    rate(text)
  }
  const textOf = ({ from, to }: CurrencyPair): string | undefined => {
    const direct = rates[`${from}/${to}`]
    if (direct !== undefined) return direct
    const other = rates[`${to}/${from}`]
    return other === undefined ? undefined : shortened(rate(other).inverse())
  }
  return {
    name,
    rates: async (pairs) =>
      pairs.flatMap((pair) => {
        const text = textOf(pair)
        return text === undefined ? [] : [{ from: pair.from, to: pair.to, rate: text, asOf: asOf ?? now() }]
      }),
  }
}
