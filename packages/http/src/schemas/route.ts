import { z } from 'zod'
import { instant } from './scalars.ts'

const part = z.number().min(0).max(1)

/** Where a payment goes, and why. */
export const routeView = z.object({
  object: z.literal('route'),
  at: instant,
  rule: z.string().nullable().meta({ description: 'The rule that decided, if one matched.' }),
  by: z.enum(['name', 'order', 'split', 'score']).meta({ description: 'How the candidates are ordered.' }),
  explored: z.boolean().meta({ description: 'The first candidate stands there by a draw, to learn about it.' }),
  candidates: z.array(
    z.object({
      gateway: z.string(),
      account: z.string(),
      health: z.enum(['healthy', 'degraded', 'reduced', 'excluded', 'restored']),
      score: z.object({ total: part, success: part, latency: part, cost: part }).exactOptional(),
      note: z.enum(['explored', 'probe', 'set_back', 'last_resort']).exactOptional(),
    }),
  ),
  refused: z.array(
    z.object({
      gateway: z.string(),
      account: z.string(),
      code: z.enum([
        'not_named',
        'account_unknown',
        'rule',
        'method',
        'currency',
        'amount_low',
        'amount_high',
        'separate_capture',
        'no_token',
        'scheme_cap',
        'tried',
        'breaker_open',
        'excluded',
      ]),
      why: z.string(),
    }),
  ),
  text: z.string().meta({ description: 'All of it for people.' }),
})
