import { appendEvent } from '../../events/index.ts'
import { type Exchange, type FxQuoteRow, fxQuotes, priceOf } from '../../fx/index.ts'
import { FlorinError, isId } from '../../kernel/index.ts'
import { formatAmount } from '../../money/index.ts'
import { append } from '../../records/index.ts'
import { type FlowContext, intentOf, type Reading } from '../context.ts'

/** A promised rate. JSON-safe: amounts and rates are decimal strings, instants ISO 8601 in UTC. */
export interface FxQuoteView {
  readonly object: 'fx_quote'
  readonly id: string
  readonly from: string
  readonly to: string
  /** Units of `to` for one of `from`: the merchant's, and the market's before the spread. */
  readonly rate: string
  readonly midRate: string
  readonly spread: string
  /** What is exchanged, what comes of it, the fee beside it, and what leaves the wallet: sell and fee. */
  readonly sell: string
  readonly buy: string
  readonly fee: string
  readonly total: string
  readonly source: string
  readonly asOf: string
  readonly status: 'open' | 'used' | 'expired'
  readonly createdAt: string
  readonly expiresAt: string
  readonly usedFor?: string
  readonly usedAt?: string
}

const iso = (at: number): string => new Date(at).toISOString()

const statusOf = (row: FxQuoteRow, now: number): FxQuoteView['status'] => {
  if (row.state === 'used') return 'used'
  return row.expiresAt <= now ? 'expired' : 'open'
}

/** A quote as its host sees it at this instant. */
export const quoteView = (row: FxQuoteRow, now: number): FxQuoteView => {
  const sold = (minor: bigint): string => formatAmount(minor, row.soldCurrency)
  return {
    object: 'fx_quote',
    id: row.id,
    from: row.soldCurrency,
    to: row.boughtCurrency,
    rate: row.rate,
    midRate: row.midRate,
    spread: row.spread,
    sell: sold(row.sold),
    buy: formatAmount(row.bought, row.boughtCurrency),
    fee: sold(row.fee),
    total: sold(row.sold + row.fee),
    source: row.source,
    asOf: iso(row.asOf),
    status: statusOf(row, now),
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
    ...(row.usedFor === null ? {} : { usedFor: row.usedFor }),
    ...(row.usedAt === null ? {} : { usedAt: iso(row.usedAt) }),
  }
}

/** Prices an exchange at a fresh rate, as the merchant's terms say. Nothing is stored. */
export const priceQuote = async (context: FlowContext, merchant: string, exchange: Exchange): Promise<FxQuoteRow> => {
  const terms = context.fx.termsOf(merchant)
  const { from, to } = exchange
  const known = await context.fx.rates.rate({ from, to })
  const { rate, sold, bought, fee } = priceOf(exchange, known.rate, terms)
  const now = context.runtime.clock.now()
  return {
    merchant,
    id: context.runtime.ids.make('fxq'),
    sold,
    soldCurrency: from,
    bought,
    boughtCurrency: to,
    midRate: known.rate,
    rate,
    spread: terms.spread,
    fee,
    feePercent: terms.fee,
    rounding: terms.rounding,
    source: known.source,
    asOf: known.asOf,
    createdAt: now,
    expiresAt: Math.min(now + terms.quoteMs, known.freshUntil),
    state: 'open',
    usedFor: null,
    usedAt: null,
    version: 1,
  }
}

/** What an event says of a quote. */
export const quoteData = (row: FxQuoteRow): Readonly<Record<string, unknown>> => {
  const { object: _, status, createdAt, ...data } = quoteView(row, row.createdAt)
  return data
}

/** Promises a rate, for a while and for one use. */
export const makeQuote = async (context: FlowContext, merchant: string, exchange: Exchange): Promise<FxQuoteView> => {
  const row = await priceQuote(context, merchant, exchange)
  const event = { merchant, subject: row.id, version: 1, id: context.runtime.ids.make('evt'), at: row.createdAt }
  const effects = [append(fxQuotes, row), appendEvent({ ...event, type: 'fx.quoted', data: quoteData(row) })]
  await context.committer.commit({ guards: [], effects }, intentOf(context, merchant))
  return quoteView(row, row.createdAt)
}

/** The row of a quote; refuses an id that this merchant does not have. */
export const loadQuote = async (context: Reading, merchant: string, id: string): Promise<FxQuoteRow> => {
  const [row] = isId('fxq', id) ? await context.storage.load(fxQuotes, [{ merchant, id }]) : []
  if (row !== undefined) return row
  throw new FlorinError('not_found', `there is no quote '${id.slice(0, 64)}'`)
}

/** Refuses a quote that is over: a rate is promised until an instant, and not a moment longer. */
export const refuseExpired = (row: FxQuoteRow, now: number): void => {
  if (row.expiresAt > now) return
  throw new FlorinError('quote_expired', `quote ${row.id} expired at ${iso(row.expiresAt)}: ask for a new one`, {
    details: { quote: row.id },
  })
}
