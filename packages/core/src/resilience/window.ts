import { CounterRing } from './counter-ring.ts'
import { LATENCY_BINS, latencyBin, latencyQuantile } from './latency.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'

/** The width of a bucket. 5 s: the shortest horizon, a minute, then forgets in steps of a twelfth. */
export const BUCKET_MS = 5_000
/** The horizons over which there are sums: what the breaker, the health states and scoring look at. */
export const HORIZONS_MS = [60_000, 300_000, 600_000, 900_000] as const
/** One of them. */
export type HorizonMs = (typeof HORIZONS_MS)[number]

/** What there is to know of a gateway account over a horizon. JSON-safe; rates are null where nothing was counted. */
export interface WindowStats extends Readonly<Record<Outcome, number>> {
  readonly calls: number
  /** Calls of which nobody knows whether they took effect; each is also an error or a timeout. */
  readonly unknown: number
  /** (errors + refused) / calls. */
  readonly errorRate: number | null
  readonly timeoutRate: number | null
  readonly unknownRate: number | null
  /** Calls that got a proper answer, a decline included, of those that are decided. */
  readonly successRate: number | null
  /** successes / (successes + declines). */
  readonly approvalRate: number | null
  readonly meanMs: number | null
  /** An estimate: within the same bin of answer times, which are a factor of two wide at most. */
  readonly p95Ms: number | null
  /** What the gateway kept of what it took, where it says so: 0.029 is 2.9 %. */
  readonly costShare: number | null
}

const FIELD = Object.fromEntries(OUTCOMES.map((name, at) => [name, at])) as Readonly<Record<Outcome, number>>
const UNKNOWN = OUTCOMES.length
const LATENCY_SUM = UNKNOWN + 1
const LATENCY_COUNT = UNKNOWN + 2
const COST_SUM = UNKNOWN + 3
const COST_COUNT = UNKNOWN + 4
const BINS = UNKNOWN + 5
const FIELDS = BINS + LATENCY_BINS

const COST_UNIT = 1_000_000 // shares are summed in millionths: whole numbers, so that sums stay exact

/** The outcomes of one gateway account over the last quarter of an hour. Fixed memory (about 50 kB); everything in constant time. */
export class OutcomeWindow {
  readonly #ring = new CounterRing(FIELDS, BUCKET_MS, HORIZONS_MS)

  record(outcome: Outcome, now: number): void {
    this.#ring.add(FIELD[outcome], 1, now)
  }

  /** Beside its outcome: nobody knows whether the call took effect. */
  recordUnknown(now: number): void {
    this.#ring.add(UNKNOWN, 1, now)
  }

  recordLatency(ms: number, now: number): void {
    const whole = Math.max(0, Math.round(ms))
    this.#ring.add(LATENCY_SUM, whole, now)
    this.#ring.add(LATENCY_COUNT, 1, now)
    this.#ring.add(BINS + latencyBin(whole), 1, now)
  }

  /** What the gateway kept of an amount; both in minor units of one currency. */
  recordCost(cost: bigint, amount: bigint, now: number): void {
    if (amount <= 0n || cost < 0n) return
    this.#ring.add(COST_SUM, Number((cost * BigInt(COST_UNIT)) / amount), now)
    this.#ring.add(COST_COUNT, 1, now)
  }

  stats(horizonMs: HorizonMs, now: number): WindowStats {
    const totals = this.#ring.totals(horizonMs, now)
    const of = (field: number): number => totals[field] as number
    const [success, decline, pending] = [of(FIELD.success), of(FIELD.decline), of(FIELD.pending)]
    const [busy, error, timeout] = [of(FIELD.busy), of(FIELD.error), of(FIELD.timeout)]
    const refused = of(FIELD.refused)
    const unknown = of(UNKNOWN)
    const calls = success + decline + pending + busy + error + timeout + refused
    const answered = success + decline + pending
    const costs = of(COST_COUNT)
    return {
      ...{ calls, success, decline, pending, busy, error, timeout, refused, unknown },
      errorRate: rate(error + refused, calls),
      timeoutRate: rate(timeout, calls),
      unknownRate: rate(unknown, calls),
      successRate: rate(answered, calls - busy),
      approvalRate: rate(success, success + decline),
      meanMs: rate(of(LATENCY_SUM), of(LATENCY_COUNT)),
      p95Ms: latencyQuantile(totals, BINS, 0.95),
      costShare: costs === 0 ? null : of(COST_SUM) / costs / COST_UNIT,
    }
  }
}

const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
