import { FlorinError, type Random, randomBelow } from '../kernel/index.ts'
import type { JobRow } from '../storage/index.ts'

/** What went wrong in a worker. */
export interface JobFailure {
  readonly error: unknown
  /** Null: jobs could not be leased at all. */
  readonly job: JobRow | null
  /** When the job runs again; null where that is not known (its lease brings it back). */
  readonly again: number | null
  /** Its tries ran out, and it now runs only once a day: somebody should look. */
  readonly exhausted: boolean
}

export interface WorkerOptions {
  /** Handlers that run at once. 16: enough to keep a gateway call in flight while others wait, few enough for any database pool. */
  readonly concurrency?: number
  /** How long a leased job is this worker's. 120 s: longer than the slowest gateway call (FAILURES 2.6: 90 s). */
  readonly leaseMs?: number
  /** How long `start` waits when nothing is due. 1 s: timers are minutes and days. */
  readonly pollMs?: number
  /** Failed tries after which a job is put off to the next day. 12: with the backoff below, after about three hours. */
  readonly maxTries?: number
  /** The longest wait before the second try; doubles with every try. 2 s. */
  readonly firstBackoffMs?: number
  /** The bound of that doubling. 1 h. */
  readonly maxBackoffMs?: number
  /** Jobs that one `tick` runs at most. 1,000: a serverless host's turn must end. */
  readonly tickLimit?: number
  /** Told of every failure; must not throw. */
  readonly onError?: (failure: JobFailure) => void
}

export type WorkerSettings = Required<WorkerOptions>

const DEFAULTS = {
  concurrency: 16,
  leaseMs: 120_000,
  pollMs: 1_000,
  maxTries: 12,
  firstBackoffMs: 2_000,
  maxBackoffMs: 3_600_000,
  tickLimit: 1_000,
} as const

/** An exhausted job is never dropped: it tries once a day until somebody mends the cause. */
const EXHAUSTED_MS = 86_400_000

/** The options with their defaults. Throws `configuration` for a number that is not a whole one from 1. */
export const resolveSettings = (options: WorkerOptions = {}): WorkerSettings => {
  const numbers = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const given = options[name]
    if (given === undefined) continue
    if (!Number.isSafeInteger(given) || given < 1) {
      throw new FlorinError('configuration', `job worker: ${name} is ${given}; give a whole number from 1`)
    }
    Object.assign(numbers, { [name]: given })
  }
  return Object.freeze({ ...numbers, onError: options.onError ?? (() => {}) })
}

/**
 * When a job that failed its `tries`th try runs again. Full jitter: anywhere up to the doubled bound, so that jobs that failed
 * together (a gateway went down) do not come back together.
 */
export const retryAt = (
  settings: Pick<WorkerSettings, 'maxTries' | 'firstBackoffMs' | 'maxBackoffMs'>,
  random: Random,
  now: number,
  tries: number,
): { readonly again: number; readonly exhausted: boolean } => {
  if (tries >= settings.maxTries) return { again: now + EXHAUSTED_MS, exhausted: true }
  const bound = Math.min(settings.maxBackoffMs, settings.firstBackoffMs * 2 ** Math.min(tries - 1, 40))
  return { again: now + 1 + randomBelow(random, bound), exhausted: false }
}
