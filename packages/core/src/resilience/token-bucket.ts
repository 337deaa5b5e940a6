/**
 * A token bucket that may be booked ahead: a taker is told how long to wait for its token. Over any time `w` in milliseconds at most
 * `burst + perSecond * w / 1000` tokens become due.
 */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #level: number
  #at: number
  /** Nothing is gained before this instant. */
  #pausedUntil = Number.NEGATIVE_INFINITY

  constructor(perSecond: number, burst: number, now: number) {
    this.#perMs = perSecond / 1_000
    this.#burst = burst
    this.#level = burst
    this.#at = now
  }

  /** How long a token taken now would have to be waited for. */
  waitMs(now: number): number {
    this.#fill(now)
    const missing = Math.max(0, 1 - this.#level)
    return Math.max(0, this.#pausedUntil - now) + Math.ceil(missing / this.#perMs)
  }

  /** Takes the token that `waitMs` was asked about. */
  take(now: number): void {
    this.#fill(now)
    this.#level -= 1
  }

  /** Tokens that can be had at once. */
  available(now: number): number {
    this.#fill(now)
    return now < this.#pausedUntil ? 0 : Math.max(0, Math.floor(this.#level))
  }

  /** Gives nothing until then, and begins empty: whoever was told to wait does not come back with a burst. */
  pause(until: number, now: number): void {
    this.#fill(now)
    this.#level = Math.min(0, this.#level)
    this.#pausedUntil = until
  }

  /** A clock that steps back adds nothing, and counts on from there. */
  #fill(now: number): void {
    const gained = (now - Math.max(this.#at, this.#pausedUntil)) * this.#perMs
    if (gained > 0) this.#level = Math.min(this.#burst, this.#level + gained)
    this.#at = now
  }
}
