import { z } from 'zod'
import { type Random, randomBelow } from '../kernel/index.ts'

const MOST_TRIES = 20
const MOST_MS = 3_600_000

const tries = z.number().int().min(1).max(MOST_TRIES).default(3)
const ms = (usual: number) => z.number().int().min(0).max(MOST_MS).default(usual)
const bounds = {
  /** Tries in all, the first included. 3: the third rarely helps, a fourth hardly ever. */
  tries,
  /** From the first try on; no wait begins that would end later. 5 s: half of what a caller waits. */
  totalMs: ms(5_000),
}

/** How long to wait between tries, as data. */
export const retryPolicySchema = z.discriminatedUnion('kind', [
  /** At once. For one lost connection, not for a gateway in trouble. */
  z.strictObject({ kind: z.literal('immediate'), ...bounds }),
  /** The same wait every time. */
  z.strictObject({ kind: z.literal('fixed'), ...bounds, delayMs: ms(500) }),
  /** A wait that grows by a step: `firstMs`, `firstMs + stepMs` … up to `maxMs`. */
  z.strictObject({ kind: z.literal('incremental'), ...bounds, firstMs: ms(200), stepMs: ms(300), maxMs: ms(2_000) }),
  /** Anywhere between zero and a bound that grows by `factor`: full jitter, so that those who failed together do not come back together. */
  z.strictObject({
    kind: z.literal('exponential'),
    ...bounds,
    baseMs: ms(200),
    factor: z.number().min(1).max(10).default(2),
    maxMs: ms(2_000),
  }),
])

/** A policy as a host writes it. */
export type RetryPolicyInput = z.input<typeof retryPolicySchema>
/** A policy, checked and complete. */
export type RetryPolicy = Readonly<z.output<typeof retryPolicySchema>>

/** How long to wait before the `retry`th retry (from 1). Pure but for the jitter's randomness. */
export const retryDelayMs = (policy: RetryPolicy, retry: number, random: Random): number => {
  switch (policy.kind) {
    case 'immediate':
      return 0
    case 'fixed':
      return policy.delayMs
    case 'incremental':
      return Math.min(policy.maxMs, policy.firstMs + policy.stepMs * (retry - 1))
    case 'exponential':
      return randomBelow(random, Math.min(policy.maxMs, policy.baseMs * policy.factor ** (retry - 1)) + 1)
  }
}
