import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

const rate = z.string().meta({ description: 'Units of `to` for one of `from`.', examples: ['0.9154'] })

/** A promised rate. */
export const fxQuoteView = z.object({
  object: z.literal('fx_quote'),
  id: z.string(),
  from: currency,
  to: currency,
  rate,
  midRate: rate,
  spread: z.string().meta({ description: "Percent, taken off the market's rate." }),
  sell: amount,
  buy: amount,
  fee: amount.meta({ description: 'In `from`, beside what is sold.' }),
  total: amount.meta({ description: 'What leaves the wallet.' }),
  source: z.string(),
  asOf: instant,
  status: z.enum(['open', 'used', 'expired']),
  createdAt: instant,
  expiresAt: instant,
  usedFor: z.string().exactOptional(),
  usedAt: instant.exactOptional(),
})

/** A trade that hedged a position. */
export const fxHedgeView = z.object({
  object: z.literal('fx_hedge'),
  reference: z.string(),
  pair: z.string().meta({ examples: ['EUR-USD'] }),
  from: currency,
  to: currency,
  sold: amount.meta({ description: 'In `from`.' }),
  bought: amount.meta({ description: 'In `to`.' }),
  rate,
  fee: z.object({ amount, currency }).exactOptional(),
  counterparty: z.string(),
  by: z.string(),
  executedAt: instant,
  bookedAt: instant,
})

/** Trades that hedged positions. */
export const fxHedgePage = pageOf(fxHedgeView)

/** What is open of every pair. */
export const fxExposureView = z.array(
  z.object({
    pair: z.string().meta({ examples: ['EUR-USD'] }),
    positions: z.array(z.object({ currency, amount })).meta({ description: 'Below zero: owed.' }),
    hedged: z
      .array(z.object({ counterparty: z.string(), currency, amount }))
      .meta({ description: 'What counterparties are to bring, below zero to get, until a bank shows it.' }),
  }),
)
