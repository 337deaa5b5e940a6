import { z } from 'zod'
import {
  convertQuote,
  type ExposureView,
  exposureOf,
  type FlowContext,
  type FxQuoteView,
  loadQuote,
  makeQuote,
  quoteView,
} from '../flows/index.ts'
import type { Exchange } from '../fx/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { currencyOf, parsePositiveAmount } from '../money/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { createHedges, type Hedges } from './hedges.ts'
import { textInput } from './input.ts'

const code = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code in capitals, such as 'EUR'")
const amountText = (of: string) =>
  z
    .string()
    .max(64)
    .meta({ description: `Decimal string in \`${of}\`.`, example: '49.90' })
    .optional()

/** An exchange to quote: so much of `from`, or as much as gives so much of `to`. */
export const fxQuoteInput = z.strictObject({
  from: code,
  to: code,
  amount: amountText('from'),
  target: amountText('to'),
})
/** An exchange to quote, as a caller writes it. */
export type FxQuoteInput = z.input<typeof fxQuoteInput>

/** Whose wallet a conversion is of: a seller's, or the merchant's own. */
export const fxConvertInput = z.strictObject({
  seller: textInput(64)
    .regex(/^[\w.-]+$/)
    .optional(),
})
/** Whose wallet a conversion is of, as a caller writes it. */
export type FxConvertInput = z.input<typeof fxConvertInput>

/** Money of one currency for money of another. */
export interface Fx {
  /**
   * Promises a rate for a while: the market's, less the merchant's spread, with the fee beside it. Good for one conversion, or one payment.
   * @throws FlorinError `rate_unavailable` where no provider has a fresh rate that can be believed; `invalid_request`
   */
  quote(input: FxQuoteInput): Promise<FxQuoteView>
  /** A quote as it stands now. Throws `not_found`. */
  get(quote: string): Promise<FxQuoteView>
  /**
   * Exchanges money that is available in a wallet at a quote's rate, in one commit. Done again for the same wallet it gives what it did; of two
   * servers one does it.
   * @throws FlorinError `quote_expired`; `amount_too_large` where the wallet has less; `idempotency_mismatch` for a quote that was used for
   * something else; `not_found`
   */
  convert(quote: string, input?: FxConvertInput): Promise<FxQuoteView>
  /** Trades that you made to close what conversions have left open. */
  readonly hedges: Hedges
  /** What conversions have left open and hedges have not closed, by pair: what is held of a currency, and below zero what is owed of it. */
  exposure(): Promise<readonly ExposureView[]>
}

interface Caller {
  readonly context: FlowContext
  /** Reads that see what the caller must have seen. */
  readonly reads: FlowContext
  readonly merchant: string
}

const wrong = (path: string, message: string): FlorinError =>
  new FlorinError('invalid_request', `${path}: ${message}`, { details: { path } })

const exchangeOf = (input: unknown): Exchange => {
  const given = parseInput(fxQuoteInput, input)
  const from = currencyOf(given.from, 'from').code
  const to = currencyOf(given.to, 'to').code
  if (from === to) throw wrong('to', `${to} is what is sold already: name another currency`)
  const { amount, target } = given
  if (amount !== undefined && target === undefined) return { from, to, sell: parsePositiveAmount(amount, from) }
  if (target !== undefined && amount === undefined) return { from, to, buy: parsePositiveAmount(target, to, 'target') }
  throw wrong('amount', 'give `amount` in what is sold, or `target` in what is bought: one of them')
}

export const createFx = ({ context, reads, merchant }: Caller): Fx =>
  Object.freeze<Fx>({
    quote: async (input) => makeQuote(context, merchant, exchangeOf(input)),
    get: async (quote) =>
      quoteView(await loadQuote(reads, merchant, nameInput(quote, 'quote')), context.runtime.clock.now()),
    convert: async (quote, input = {}) => {
      const { seller = null } = parseInput(fxConvertInput, input)
      return convertQuote(context, merchant, nameInput(quote, 'quote'), seller)
    },
    hedges: createHedges({ context, reads, merchant }),
    exposure: async () => exposureOf(reads, merchant),
  })
