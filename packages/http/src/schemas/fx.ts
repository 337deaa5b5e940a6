import { z } from 'zod'
import { amount, currency, instant } from './scalars.ts'

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
