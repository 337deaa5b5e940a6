import { isFlorinError, type Runtime, randomBelow } from '../kernel/index.ts'
import type { Bounds } from './bounds.ts'
import type { Pending } from './pending.ts'

/**
 * How long to wait before a rejected change is tried again, or undefined when it is not. Trying again is safe whatever became of the
 * first try: had it been durable after all, the guards of the second would lose, and the caller reads what is there. Full jitter, so
 * that many processes do not come back to a recovering database in step.
 */
export const retryDelay = (item: Pending, error: unknown, bounds: Bounds, runtime: Runtime): number | undefined => {
  if (item.lane === 'intent') return undefined // nothing happened, and its caller can decide better
  if (isFlorinError(error, 'internal') || isFlorinError(error, 'closed')) return undefined // time heals neither
  const now = runtime.clock.now()
  if (item.tries === 0) item.failedAt = now
  if (now - item.failedAt >= bounds.retryForMs) return undefined
  const ceiling = Math.min(bounds.retryCapMs, bounds.retryBaseMs * 2 ** Math.min(item.tries, 30))
  item.tries += 1
  return 1 + randomBelow(runtime.random, ceiling)
}
