import { FlorinError } from '../kernel/index.ts'
import { convert, divide, exponentOf, multiply, parseAmount, percent, type Rounding, rate } from '../money/index.ts'
import { lessSpread } from './digits.ts'
import type { CurrencyPair } from './provider.ts'

/** What a conversion costs, as data per merchant. */
export interface FxTerms {
  /** Percent that is taken off the market's rate: `'0.5'`. */
  readonly spread: string
  /** Percent of what is sold, as a posting of its own. */
  readonly fee: string
  /** A fixed part of that fee, decimal strings by the sold currency. */
  readonly fixedFee: Readonly<Record<string, string>>
  /** How what is bought is rounded to the minor unit. */
  readonly rounding: Rounding
  /** How long a quote is good for, milliseconds. */
  readonly quoteMs: number
}

/** What is to be exchanged: so much of the sold currency, or as much as gives so much of the bought one. Minor units. */
export type Exchange = CurrencyPair & ({ readonly sell: bigint } | { readonly buy: bigint })

/** The figures of a quote. Minor units. */
export interface Price {
  readonly rate: string
  readonly sold: bigint
  readonly bought: bigint
  readonly fee: bigint
}

/** Prices an exchange at the market's rate: the spread first, then one rounding, then the fee on what is sold. */
export const priceOf = (exchange: Exchange, midRate: string, terms: FxTerms): Price => {
  const { from, to } = exchange
  const ours = lessSpread(midRate, terms.spread)
  const sold = 'sell' in exchange ? exchange.sell : soldFor(exchange.buy, exchange, ours)
  const bought = 'buy' in exchange ? exchange.buy : convert(sold, from, to, rate(ours), terms.rounding)
  if (bought <= 0n)
    throw new FlorinError('invalid_request', `amount: at ${ours} nothing of ${to} is left of it: exchange more`, {
      details: { path: 'amount' },
    })
  const fixed = terms.fixedFee[from]
  const fee = multiply(sold, percent(terms.fee), terms.rounding) + (fixed === undefined ? 0n : parseAmount(fixed, from))
  return { rate: ours, sold, bought, fee }
}

/** The least that gives so much: rounded up, or the platform would pay the rest. */
const soldFor = (bought: bigint, { from, to }: CurrencyPair, text: string): bigint => {
  const { coefficient, scale } = rate(text)
  const shift = exponentOf(from) - exponentOf(to) + scale
  const scaled = shift >= 0 ? bought * 10n ** BigInt(shift) : bought
  return divide(scaled, shift >= 0 ? coefficient : coefficient * 10n ** BigInt(-shift), 'up')
}
