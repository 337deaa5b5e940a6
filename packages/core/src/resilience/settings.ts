import { z } from 'zod'
import { FlorinError } from '../kernel/index.ts'
import { retryPolicySchema } from './retry-policy.ts'
import { BUCKET_MS } from './window.ts'

const HOUR_MS = 3_600_000

const span = (defaultMs: number) => z.number().int().min(1).max(HOUR_MS).default(defaultMs)
const count = (usual: number, most = 100_000) => z.number().int().min(1).max(most).default(usual)
const share = (usual: number) => z.number().gt(0).max(1).default(usual)
/** Milliseconds for each rank of work. */
const byRank = (outcome: number, recovery: number, intent: number) => {
  const ms = (usual: number) => z.number().int().min(0).max(HOUR_MS).default(usual)
  return z.strictObject({ outcome: ms(outcome), recovery: ms(recovery), intent: ms(intent) }).prefault({})
}

const breaker = z
  .strictObject({
    /** 60 s: an outage is seen within a minute, and one bad second of a busy shop does not count alone. */
    windowMs: span(60_000).refine((ms) => ms % BUCKET_MS === 0 && ms <= 900_000, {
      error: `must be a multiple of ${BUCKET_MS} up to 900000`,
    }),
    /** 10: below that, chance decides. A shop with fewer calls a minute is protected by `connectFailures` and by its health states. */
    minimumCalls: count(10),
    /** Half: a gateway that fails every second call is still worth more than none, one that fails more is not. */
    failureRate: share(0.5),
    /** A quarter: an unknown outcome costs more than a failure, it holds the buyer's money and must be resolved or reversed. */
    unknownRate: share(0.25),
    /** 5 in a row: nobody is there, whatever the volume. */
    connectFailures: count(5),
    /** 5 s: most trouble is over sooner (a deploy, a failover), and a probe costs at most one buyer's first try. */
    openMs: span(5_000),
    /** 60 s: the bound of the doubling, so that a gateway that came back is found within about a minute. */
    maxOpenMs: span(60_000),
    /** 3: enough to see more than one of the gateway's machines, few enough to lose. */
    probesAtOnce: count(3, 1_000),
    /** A quarter of what asks while half open; the others are routed elsewhere. */
    probeShare: share(0.25),
    /** 1 s: whatever asks after a pause this long is a probe, so that a quiet shop does not wait for its turn. */
    probeEveryMs: span(1_000),
    /** 5 good probes in a row: at a true failure rate of a half, three in a hundred recoveries are mistaken. */
    closeAfter: count(5, 1_000),
    /** 30 s: a probe that was not heard of for so long is lost, and counts as failed. */
    probeLostMs: span(30_000),
  })
  .refine((value) => value.maxOpenMs >= value.openMs, { error: 'must be at least openMs', path: ['maxOpenMs'] })

const bulkhead = z
  .strictObject({
    /** 100 over all gateways: what the transport has sockets for. */
    total: count(100),
    /** 50 for one gateway: one that hangs leaves the others their half. */
    perGateway: count(50),
    /**
     * A tenth of the places is kept for outcomes, and another for outcomes and recovery: charges that hang for 80 s must not stand in the
     * way of a void.
     */
    reservedShare: z.number().min(0).max(0.4).default(0.1),
    queue: z
      .strictObject({
        /** 1,000: never refused in practice, there are no more of them than charges before. */
        outcome: count(1_000),
        /** 200: recovery comes back by itself. */
        recovery: count(200),
        /** 50: one more round of calls; who would wait longer is better served elsewhere. */
        intent: count(50),
      })
      .prefault({}),
    /** 10 s, 10 s, 1 s: an outcome or lookup is worth waiting for; a buyer is better sent to another gateway, or told. */
    queueMs: byRank(10_000, 10_000, 1_000),
  })
  .refine((value) => value.perGateway <= value.total, { error: 'must not exceed total', path: ['perGateway'] })

const limit = z.union(
  [
    z.literal('none'),
    z.strictObject({
      perSecond: z.number().positive().max(100_000),
      burst: z.number().min(1).max(100_000),
    }),
  ],
  { error: "must be 'none' or { perSecond, burst }" },
)

const rate = z.strictObject({
  /**
   * Calls a second and at once, for each account, in place of what the gateway declares; `none` for no limit. Several processes that use
   * one account divide it among themselves.
   */
  limit: limit.optional(),
  /** The same for one gateway (`stripe`) or one of its accounts (`stripe/eu`), which goes before everything else. */
  accounts: z.record(z.string(), limit).default({}),
  /** A fifth for voids, captures and lookups: at a gateway's limit of 25 a second (Stripe's sandbox) that is 5. */
  reservedShare: z.number().min(0).max(0.5).default(0.2),
  /** How long a call may wait for its turn, by rank; as in the queue. */
  patienceMs: byRank(10_000, 10_000, 1_000),
  /** 1 s: when a 429 does not say how long. Gateways count by the second. */
  freezeMs: span(1_000),
  /** 60 s: whatever a 429 asks for, then we look again. */
  maxFreezeMs: span(60_000),
})

const retries = z.strictObject({
  /** Full jitter from 200 ms, three tries, 5 s in all: within the caller's 10 s, with time left for a failover. */
  policy: retryPolicySchema.prefault({ kind: 'exponential' }),
  /** One retry for ten calls: what a gateway in trouble can bear, and still twice the share of calls that fail on a bad day. */
  budgetShare: z.number().min(0).max(1).default(0.1),
  /** 10 in hand at the start, and 100 at most: a quiet shop may retry, and a busy one cannot save up a storm. */
  budgetStart: z.number().int().min(0).max(10_000).default(10),
  budgetMost: z.number().int().min(1).max(10_000).default(100),
})

const schema = z.strictObject({
  /** 10 s: an answer that takes longer is a timeout for the buyer, and counts as one at once, though the call goes on (FAILURES 2.6). */
  lateMs: span(10_000),
  breaker: breaker.prefault({}),
  bulkhead: bulkhead.prefault({}),
  rate: rate.prefault({}),
  retries: retries.prefault({}),
  /**
   * Whether servers on one storage tell each other every second what they saw of the gateways, so that breakers and routing weigh what all
   * of them saw. If absent: where the storage is one that servers share (PostgreSQL).
   */
  shared: z.boolean().optional(),
})

/** What a host may set; everything has a default. */
export type ResilienceOptions = z.input<typeof schema>
/** The settings, checked and complete. */
export type ResilienceSettings = Readonly<z.output<typeof schema>>
/** Those of the breaker. */
export type BreakerSettings = Readonly<ResilienceSettings['breaker']>
/** Those of the bulkhead. */
export type BulkheadSettings = Readonly<ResilienceSettings['bulkhead']>
/** Those of the rate limit. */
export type RateSettings = Readonly<ResilienceSettings['rate']>

/** The one gate for these options. Throws `configuration`, naming the field. */
export const resolveResilience = (options: ResilienceOptions = {}): ResilienceSettings => {
  const parsed = schema.safeParse(options)
  if (parsed.success) return deepFreeze(parsed.data)
  const [issue] = parsed.error.issues
  const path = ['resilience', ...(issue?.path ?? [])].join('.')
  throw new FlorinError('configuration', `${path}: ${issue?.message ?? 'is not valid'}`, { details: { path } })
}

const deepFreeze = <T extends object>(value: T): T => {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member)
  return Object.freeze(value)
}
