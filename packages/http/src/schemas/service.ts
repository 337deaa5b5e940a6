import { z } from 'zod'
import { PROBLEMS } from '../problems/codes.ts'
import { instant } from './scalars.ts'

const rate = z.number().nullable()

const changed = {
  gateway: z.string(),
  account: z.string(),
  at: instant,
  rates: z
    .object({
      overMs: z.number(),
      calls: z.number(),
      errorRate: rate,
      timeoutRate: rate,
      unknownRate: rate,
      successRate: rate,
    })
    .meta({ description: 'What it was judged by: shares of the calls of the time before.' }),
}

const breaker = z.enum(['closed', 'open', 'half_open'])
const health = z.enum(['healthy', 'degraded', 'reduced', 'excluded', 'restored'])

const breakerMove = z.object({
  of: z.literal('breaker'),
  ...changed,
  from: breaker,
  to: breaker,
  why: z.enum([
    ...['failure_rate', 'unknown_rate', 'connect_failures', 'probe_failed'],
    ...['probe_lost', 'open_time_over', 'probes_went_well'],
  ] as const),
  openUntil: instant.nullable(),
})

const healthMove = z.object({
  of: z.literal('health'),
  ...changed,
  from: health,
  to: health,
  why: z.enum(['errors', 'timeouts', 'failing', 'recovered', 'quiet', 'calm']),
})

/** Whether the service can work. */
export const healthView = z.object({
  status: z.enum(['ok', 'failing']),
  storage: z.string().exactOptional(),
  servers: z.int().exactOptional(),
  gateways: z.array(z.string()).exactOptional(),
  accounts: z
    .array(
      z.object({
        gateway: z.string(),
        account: z.string(),
        health,
        since: instant,
        breaker,
        breakerOpenUntil: instant.nullable(),
        callsInFlight: z.int(),
        calls: z.int(),
        errors: z.int(),
        timeouts: z.int(),
        unknown: z.int(),
        changes: z
          .array(z.discriminatedUnion('of', [breakerMove, healthMove]))
          .meta({ description: 'The last ones, the newest first.' }),
      }),
    )
    .meta({ description: 'How each gateway account does; counts are of the last five minutes.' })
    .exactOptional(),
  queued: z.int().meta({ description: 'Changes that wait to be committed.' }).exactOptional(),
  callsInFlight: z.int().exactOptional(),
  unsealed: z
    .object({ events: z.int(), lagMs: z.int() })
    .nullable()
    .meta({ description: 'Events that have no position in the stream yet, and the age of the oldest.' })
    .exactOptional(),
  replicas: z
    .array(
      z.object({
        name: z.string(),
        status: z.enum(['ok', 'away', 'apart']),
        behindBytes: z.int().nullable(),
        lagMs: z.int().nullable(),
      }),
    )
    .meta({ description: 'Copies of the database that reads may go to.' })
    .exactOptional(),
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
