import { FlorinError } from '../kernel/index.ts'

/**
 * Counters over rolling horizons: a ring of time buckets, and for every horizon a running total that gains what is added and loses what
 * grows too old. Adding and reading take constant time, whatever was counted; memory is fixed at construction.
 *
 * A horizon of N buckets covers the current bucket, however full, and the N - 1 before it. Time that steps back a little is taken for the
 * newest instant seen; time that steps back by more than the longest horizon starts everything anew. Counts are whole numbers, so a total
 * is exact and never drifts.
 */
export class CounterRing {
  readonly #bucketMs: number
  readonly #fields: number
  readonly #buckets: number
  readonly #ring: Float64Array
  readonly #horizons: readonly Horizon[]
  /** The number of the newest bucket: time divided by the width of a bucket. */
  #newest = Number.NEGATIVE_INFINITY

  constructor(fields: number, bucketMs: number, horizonsMs: readonly number[]) {
    this.#fields = fields
    this.#bucketMs = bucketMs
    this.#horizons = horizonsMs.map((ms) => {
      const buckets = ms / bucketMs
      if (!Number.isSafeInteger(buckets) || buckets < 1)
        throw new FlorinError('internal', `a horizon of ${ms} ms is no whole number of buckets of ${bucketMs} ms`)
      return { ms, buckets, totals: new Float64Array(fields) }
    })
    this.#buckets = Math.max(...this.#horizons.map(({ buckets }) => buckets))
    this.#ring = new Float64Array(this.#buckets * fields)
  }

  /** Adds to one counter in the bucket of `now`. */
  add(field: number, amount: number, now: number): void {
    this.#moveTo(now)
    const at = this.#offset(this.#newest) + field
    this.#ring[at] = (this.#ring[at] as number) + amount
    for (const { totals } of this.#horizons) totals[field] = (totals[field] as number) + amount
  }

  /** The totals of a horizon that was declared, by field. The same array at every call: read it, do not keep it. */
  totals(horizonMs: number, now: number): Readonly<Float64Array> {
    this.#moveTo(now)
    for (const { ms, totals } of this.#horizons) if (ms === horizonMs) return totals
    throw new FlorinError('internal', `${horizonMs} ms is no horizon of this window`)
  }

  clear(): void {
    this.#ring.fill(0)
    for (const { totals } of this.#horizons) totals.fill(0)
  }

  #offset(bucket: number): number {
    const at = bucket % this.#buckets
    return (at < 0 ? at + this.#buckets : at) * this.#fields
  }

  #moveTo(now: number): void {
    const bucket = Math.floor(now / this.#bucketMs)
    const steps = bucket - this.#newest
    if (steps === 0 || (steps < 0 && steps > -this.#buckets)) return
    if (steps < 0 || steps >= this.#buckets) {
      this.clear()
      this.#newest = bucket
      return
    }
    for (let step = 0; step < steps; step++) this.#step()
  }

  /** Begins the next bucket: each horizon loses the one that falls out of it, and the oldest of the ring is used again. */
  #step(): void {
    const next = this.#newest + 1
    for (const { buckets, totals } of this.#horizons) {
      const leaving = this.#offset(next - buckets)
      for (let field = 0; field < this.#fields; field++)
        totals[field] = (totals[field] as number) - (this.#ring[leaving + field] as number)
    }
    const at = this.#offset(next)
    this.#ring.fill(0, at, at + this.#fields)
    this.#newest = next
  }
}

interface Horizon {
  readonly ms: number
  readonly buckets: number
  readonly totals: Float64Array
}
