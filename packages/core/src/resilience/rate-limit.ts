import type { Gateway } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import type { RateSettings } from './settings.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Rank } from './work.ts'

/** What a gateway accepts from one account, in calls. */
export interface RateLimit {
  readonly perSecond: number
  readonly burst: number
}

/** The limit of one account: what the host says of it, of its gateway, or of all; else what the gateway declares. Null: none. */
export const limitOf = (
  { accounts, limit }: Pick<RateSettings, 'accounts' | 'limit'>,
  gateway: string,
  account: string,
  declared: RateLimit | undefined,
): RateLimit | null => {
  const own = (name: string) => (Object.hasOwn(accounts, name) ? accounts[name] : undefined)
  const told = own(`${gateway}/${account}`) ?? own(gateway) ?? limit ?? declared ?? 'none'
  return told === 'none' ? null : told
}

/**
 * Refuses limits for gateways and accounts that are not there: a limit that nobody keeps would be found out by its 429s.
 * @throws FlorinError `configuration`
 */
export const checkRateAccounts = (
  gateways: ReadonlyMap<string, Pick<Gateway, 'accounts'>>,
  limits: RateSettings['accounts'],
): void => {
  const known = [...gateways].flatMap(([name, { accounts }]) => [name, ...accounts.map((one) => `${name}/${one}`)])
  const odd = Object.keys(limits).find((name) => !known.includes(name))
  if (odd === undefined) return
  const path = `resilience.rate.accounts.${odd}`
  throw new FlorinError(
    'configuration',
    `${path}: there is no such gateway or account; there are ${known.join(', ')}`,
    {
      details: { path },
    },
  )
}

/** A rate limit as health shows it. JSON-safe. */
export interface RateView {
  readonly perSecond: number | null
  /** Calls that new charges could make at once. */
  readonly available: number | null
  /** Until when the gateway asked to be left alone. */
  readonly frozenUntil: number | null
}

/**
 * Keeps our calls within what a gateway accepts from one account, so that it need not answer 429. A share is kept for outcomes and
 * recovery, which may also use what intents leave over. After a 429 the account is left alone for as long as the gateway asks.
 *
 * The limit holds in this process. Several processes share an account's limit: give each its part.
 */
export class RateLimiter {
  readonly #limit: RateLimit | null
  readonly #settings: RateSettings
  readonly #common: TokenBucket | null
  readonly #kept: TokenBucket | null
  #frozenUntil = 0

  constructor(limit: RateLimit | null, settings: RateSettings, now: number) {
    this.#limit = limit
    this.#settings = settings
    const share = settings.reservedShare
    // A bucket that cannot hold one token gives none at once: too small a burst is not divided.
    const divided = limit !== null && limit.burst * share >= 1 && limit.burst * (1 - share) >= 1
    this.#kept = divided ? new TokenBucket(limit.perSecond * share, limit.burst * share, now) : null
    const rest = divided ? 1 - share : 1
    this.#common = limit === null ? null : new TokenBucket(limit.perSecond * rest, limit.burst * rest, now)
  }

  /** Takes leave for one call: after so many milliseconds (0: at once), or undefined where that is longer than the rank may wait. */
  take(rank: Rank, now: number): number | undefined {
    const frozenMs = (this.frozenUntil(now) ?? now) - now
    const bucket = this.#bucketFor(rank, now)
    const waitMs = bucket === null ? frozenMs : bucket.waitMs(now)
    if (waitMs > this.#settings.patienceMs[rank]) return undefined
    bucket?.take(now)
    return waitMs
  }

  /** Leaves the gateway alone for so long: it answered 429. Never longer than `maxFreezeMs`, whatever it asked for. */
  freeze(ms: number, now: number): void {
    const until = now + Math.min(Math.max(0, ms), this.#settings.maxFreezeMs)
    if (until <= (this.frozenUntil(now) ?? now)) return
    this.#pause(until, now)
  }

  /** Null where it is not frozen. */
  frozenUntil(now: number): number | null {
    const leftMs = this.#frozenUntil - now
    if (leftMs <= 0) return null
    if (leftMs <= this.#settings.maxFreezeMs) return this.#frozenUntil
    this.#pause(now, now) // the clock stepped back: nobody asked for so long
    return null
  }

  view(now: number): RateView {
    const frozenUntil = this.frozenUntil(now)
    return {
      perSecond: this.#limit?.perSecond ?? null,
      available: this.#common?.available(now) ?? null,
      frozenUntil,
    }
  }

  #pause(until: number, now: number): void {
    this.#frozenUntil = until
    this.#common?.pause(until, now)
    this.#kept?.pause(until, now)
  }

  #bucketFor(rank: Rank, now: number): TokenBucket | null {
    if (this.#common === null || this.#kept === null || rank === 'intent') return this.#common
    return this.#common.waitMs(now) < this.#kept.waitMs(now) ? this.#common : this.#kept
  }
}
