import { z } from 'zod'
import { amount, currency, instant } from './scalars.ts'

/** One posting. */
export const postingView = z.object({
  debit: z.string(),
  credit: z.string(),
  amount,
  currency,
  phase: z.string(),
})

/** What happened to a payment, in order. */
export const timelineView = z.object({
  object: z.literal('timeline'),
  payment: z.string(),
  entries: z.array(
    z.object({
      version: z.int(),
      at: instant,
      type: z.string().meta({ examples: ['payment.captured'] }),
      data: z.record(z.string(), z.unknown()),
      postings: z.array(postingView).meta({ description: 'What this step booked.' }),
    }),
  ),
})
