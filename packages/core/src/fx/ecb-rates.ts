import { Decimal } from 'decimal.js'
import { FlorinError } from '../kernel/index.ts'
import type { CurrencyPair, RateProvider, RateReport } from './provider.ts'

/** Where the daily document comes from. */
export interface EcbRates {
  /** Gives the document's text: fetches it, or reads a copy. The address is https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml */
  readonly load: (signal: AbortSignal) => Promise<string>
  /** 4 days if absent: they are set about 16:00 CET on working days (TARGET), and Easter has four days without one. */
  readonly freshForMs?: number | undefined
}

const DAY_MS = 86_400_000
const PUBLISHED_MS = 54_000_000 // 15:00 UTC: 16:00 CET, the earliest that the day's rates are known
const MOST_CHARACTERS = 100_000 // the document has about 1,600
const MOST_ENTRIES = 200

const DAY = /<Cube\s+time\s*=\s*["'](\d{4}-\d{2}-\d{2})["']\s*>/
const ENTRY = /<Cube\s+currency\s*=\s*["']([A-Z]{3})["']\s+rate\s*=\s*["'](\d{1,9}(?:\.\d{1,9})?)["']\s*\/>/g

const Exact = Decimal.clone({ defaults: true, precision: 40, rounding: Decimal.ROUND_HALF_EVEN })

/** Reads the day and what one EUR is worth; a document that does not look as it should is refused whole. */
export const readEcb = (text: string): { readonly asOf: number; readonly rates: ReadonlyMap<string, string> } => {
  const day = text.length > MOST_CHARACTERS ? null : DAY.exec(text)
  const asOf = day === null ? Number.NaN : Date.parse(`${day[1]}T00:00:00Z`) + PUBLISHED_MS
  const rates = new Map<string, string>([['EUR', '1']])
  if (!Number.isNaN(asOf)) {
    for (const [, code = '', value = ''] of text.matchAll(ENTRY)) {
      if (rates.size > MOST_ENTRIES || Number(value) === 0) throw unreadable()
      rates.set(code, value)
    }
  }
  if (rates.size === 1) throw unreadable()
  return { asOf, rates }
}

const unreadable = (): FlorinError =>
  new FlorinError(
    'rate_unavailable',
    "the document is not the ECB's daily reference rates: give the text of eurofxref-daily.xml as it is",
  )

/**
 * The European Central Bank's reference rates, crossed by EUR to 12 digits. For information and for books: nobody trades at them, so the
 * spread of a quote has to cover what the market does until the next ones. Florin fetches nothing: `load` does.
 */
export const ecbRates = ({ load, freshForMs = 4 * DAY_MS }: EcbRates): RateProvider => ({
  name: 'ecb',
  freshForMs,
  rates: async (pairs, signal) => {
    const { asOf, rates } = readEcb(await load(signal))
    return pairs.flatMap((pair) => crossed(pair, asOf, rates))
  },
})

const crossed = (
  { from, to }: CurrencyPair,
  asOf: number,
  rates: ReadonlyMap<string, string>,
): readonly RateReport[] => {
  const [sold, bought] = [rates.get(from), rates.get(to)]
  if (sold === undefined || bought === undefined) return []
  const rate = new Exact(bought).dividedBy(sold).toSignificantDigits(12).toDecimalPlaces(18).toFixed()
  return [{ from, to, rate, asOf }]
}
