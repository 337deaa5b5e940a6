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

/** Changes whenever the fields do: a server of another release may count differently, and its tallies are left alone. */
export const TALLY_LAYOUT = 1

/** Counts of one account over a short time: field, amount, field, amount … Small where little happened, and JSON-safe. */
export type Tally = readonly number[]

/** How many calls a tally holds, as a breaker counts them: those that say something about the gateway. */
export const weighed = (
  tally: Tally,
): { readonly calls: number; readonly failures: number; readonly unknown: number } => {
  const of = (...fields: readonly number[]): number => {
    let sum = 0
    for (let at = 0; at < tally.length; at += 2)
      if (fields.includes(tally[at] as number)) sum += tally[at + 1] as number
    return sum
  }
  const failures = of(FIELD.error, FIELD.timeout, FIELD.refused)
  return { calls: failures + of(FIELD.success, FIELD.decline, FIELD.pending), failures, unknown: of(UNKNOWN) }
}

/** It comes from a table that other releases, and people, may have written to. */
const isTally = (tally: Tally): boolean =>
  Array.isArray(tally) &&
  tally.length % 2 === 0 &&
  tally.every((value, at) => Number.isSafeInteger(value) && value >= 0 && (at % 2 === 1 || value < FIELDS))

const COST_UNIT = 1_000_000 // shares are summed in millionths: whole numbers, so that sums stay exact

/** The outcomes of one gateway account over the last quarter of an hour. Fixed memory (about 50 kB); everything in constant time. */
export class OutcomeWindow {
  readonly #ring = new CounterRing(FIELDS, BUCKET_MS, HORIZONS_MS)
  /** What was recorded here since the last tally. */
  readonly #untold = new Float64Array(FIELDS)

  record(outcome: Outcome, now: number): void {
    this.#add(FIELD[outcome], 1, now)
  }

  /** Beside its outcome: nobody knows whether the call took effect. */
  recordUnknown(now: number): void {
    this.#add(UNKNOWN, 1, now)
  }

  recordLatency(ms: number, now: number): void {
    const whole = Math.max(0, Math.round(ms))
    this.#add(LATENCY_SUM, whole, now)
    this.#add(LATENCY_COUNT, 1, now)
    this.#add(BINS + latencyBin(whole), 1, now)
  }

  /** What the gateway kept of an amount; both in minor units of one currency. */
  recordCost(cost: bigint, amount: bigint, now: number): void {
    if (amount <= 0n || cost < 0n) return
    this.#add(COST_SUM, Number((cost * BigInt(COST_UNIT)) / amount), now)
    this.#add(COST_COUNT, 1, now)
  }

  /** What was recorded here since the tally before: for the windows of other servers. What was absorbed is not told again. */
  tally(): Tally {
    const told: number[] = []
    for (const [field, amount] of this.#untold.entries()) if (amount !== 0) told.push(field, amount)
    this.#untold.fill(0)
    return told
  }

  /** Counts what another server recorded as if it had been recorded here now. A tally that is none counts nothing, and gives false. */
  absorb(tally: Tally, now: number): boolean {
    if (!isTally(tally)) return false
    for (let at = 0; at < tally.length; at += 2) this.#ring.add(tally[at] as number, tally[at + 1] as number, now)
    return true
  }

  #add(field: number, amount: number, now: number): void {
    this.#ring.add(field, amount, now)
    this.#untold[field] = (this.#untold[field] as number) + amount
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
