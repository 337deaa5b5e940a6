import { amount, count, defineTable, id, instant, minor, nullable, oneOf, type Row, text } from '../records/index.ts'

/** A rate that a merchant was promised, for a while and for one use. */
export const fxQuotes = defineTable('fx_quotes', {
  columns: {
    merchant: text(),
    id: id('fxq'),
    /** What is given away, and what is got for it. */
    sold: amount(),
    soldCurrency: text(),
    bought: amount(),
    boughtCurrency: text(),
    /** Units of what is bought for one of what is sold: the market's, and the merchant's with the spread taken off. */
    midRate: text(),
    rate: text(),
    /** Percent. */
    spread: text(),
    /** Of the sold currency, taken beside what is sold. */
    fee: amount(),
    /** Percent, for payments whose captures are converted one by one. */
    feePercent: text(),
    rounding: text(),
    source: text(),
    asOf: instant(),
    createdAt: instant(),
    expiresAt: instant(),
    state: oneOf('open', 'used'),
    /** The payment, or `merchant` or `seller/<name>` of the wallet. */
    usedFor: nullable(text()),
    usedAt: nullable(instant()),
    version: count(),
  },
  key: ['merchant', 'id'],
  mutable: ['state', 'usedFor', 'usedAt', 'version'],
})
export type FxQuoteRow = Row<typeof fxQuotes>

/** Whether what is held of a pair is beyond its threshold; a row from the first time that it was. */
export const fxHedges = defineTable('fx_hedges', {
  columns: {
    merchant: text(),
    pair: text(),
    state: oneOf('within', 'exceeded'),
    /** What was held when it moved, minor units of the threshold's currency; below zero: owed. */
    position: minor(),
    updatedAt: instant(),
    version: count(),
  },
  key: ['merchant', 'pair'],
  contended: true,
  mutable: ['state', 'position', 'updatedAt', 'version'],
})
export type FxHedgeRow = Row<typeof fxHedges>
