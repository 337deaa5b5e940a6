import { z } from 'zod'
import { routeView } from './route.ts'
import { amount, currency, instant } from './scalars.ts'

/** One posting. */
export const postingView = z.object({
  debit: z.string(),
  credit: z.string(),
  amount,
  currency,
  phase: z.string(),
})

/** One command at one gateway. */
export const attemptView = z.object({
  id: z.string(),
  kind: z.enum(['authorize', 'sale', 'capture', 'cancel', 'refund', 'increment']),
  state: z.enum([
    'sent',
    'pending',
    'unknown',
    'abandoned',
    'applied',
    'undone',
    'rejected',
    'not_sent',
    'reversed',
    'never_existed',
  ]),
  gateway: z.string(),
  account: z.string(),
  amount,
  currency,
  createdAt: instant,
  external: z.boolean().meta({ description: 'Somebody did it at the gateway, and it was reported.' }),
  parent: z.string().meta({ description: 'The charge that it acts on.' }).exactOptional(),
  after: z.string().meta({ description: 'The charge in whose place it was made.' }).exactOptional(),
  because: z.string().meta({ description: 'Why that charge was left.' }).exactOptional(),
  route: routeView.exactOptional(),
})

/** One thing that happened. */
export const timelineEntry = z.object({
  version: z.int(),
  at: instant,
  type: z.string().meta({ examples: ['payment.captured'] }),
  data: z.record(z.string(), z.unknown()),
  postings: z.array(postingView).meta({ description: 'What this step booked.' }),
})

/** What happened to a payment, in order. */
export const timelineView = z.object({
  object: z.literal('timeline'),
  payment: z.string(),
  entries: z.array(timelineEntry),
  attempts: z.array(attemptView).meta({ description: 'Every command at a gateway, and why it went there.' }),
})
