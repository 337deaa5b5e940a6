import { z } from 'zod'
import { PROBLEMS } from '../problems/codes.ts'
import { instant } from './scalars.ts'

/** Whether the service can work. */
export const healthView = z.object({
  status: z.enum(['ok', 'failing']),
  storage: z.string().exactOptional(),
  gateways: z.array(z.string()).exactOptional(),
  accounts: z
    .array(
      z.object({
        gateway: z.string(),
        account: z.string(),
        health: z.enum(['healthy', 'degraded', 'reduced', 'excluded', 'restored']),
        since: instant,
        breaker: z.enum(['closed', 'open', 'half_open']),
        callsInFlight: z.int(),
        calls: z.int(),
        errors: z.int(),
        timeouts: z.int(),
        unknown: z.int(),
      }),
    )
    .meta({ description: 'How each gateway account does; counts are of the last five minutes.' })
    .exactOptional(),
  queued: z.int().meta({ description: 'Changes that wait to be committed.' }).exactOptional(),
  callsInFlight: z.int().exactOptional(),
})

/** What the sender of a webhook is told. */
export const webhookReceipt = z.object({
  received: z.literal(true),
  duplicate: z.boolean().meta({ description: 'This very delivery was received before.' }),
  quarantined: z.boolean().meta({ description: 'It is about another account or mode: it is kept, and not acted on.' }),
})

/** An error (RFC 9457). */
export const problemView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(PROBLEMS) as [keyof typeof PROBLEMS, ...(keyof typeof PROBLEMS)[]]).meta({
    description: 'Stable: programs switch over it. More codes may come.',
  }),
  detail: z.string().meta({ description: 'What was wrong, which value, and what to do; for people.' }),
  path: z.string().optional().meta({ description: 'The field or header that is wrong.' }),
  payment: z.string().optional().meta({ description: 'The payment that is in the way.' }),
  retryAfterMs: z.number().optional().meta({ description: 'When to ask again, as `Retry-After` says in seconds.' }),
})
