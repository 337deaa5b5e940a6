import { type Random, randomBelow, step } from '../kernel/index.ts'
import {
  BREAKER,
  type BreakerChange,
  type BreakerEvent,
  type BreakerReason,
  type BreakerState,
} from './breaker-state.ts'
import { CounterRing } from './counter-ring.ts'
import type { Outcome } from './outcome.ts'
import type { BreakerSettings } from './settings.ts'
import { BUCKET_MS } from './window.ts'
import { WORK, type WorkKind } from './work.ts'

/** Leave to make one call. Give it back once: by `settle` with what came of it, or by `release` where nothing was sent. */
export interface Permit {
  /** Counts the breaker's moves: what was let through before the last one says nothing about the present. */
  readonly generation: number
  /** Since when a probe is out; null for an ordinary call. */
  readonly probeSince: number | null
}

/** What a breaker would say to a charge: `probe` only sometimes, and only to a few. */
export type BreakerLeave = 'yes' | 'probe' | 'no'

/** A breaker as health shows it. JSON-safe. */
export interface BreakerView {
  readonly state: BreakerState
  readonly since: number
  readonly openUntil: number | null
  readonly probesOut: number
  readonly probesGood: number
}

const CALLS = 0
const FAILURES = 1
const UNKNOWNS = 2

const FAILED: ReadonlySet<Outcome> = new Set(['error', 'timeout', 'refused'])

/**
 * The circuit breaker of one gateway account (FAILURES 2.15). It opens on the rate of failures, on the rate of unknown outcomes, and on
 * connections that fail one after the other; it refuses new money only, never lookup, void, resolution, a capture, or the buyer's
 * completion. A decline or a pending answer is an answer: never held against the gateway.
 *
 * Time is given, and must not be earlier than what was given before by more than a clock's correction. Nothing here waits, so of
 * concurrent callers each is told at once, and no more probes are out than allowed.
 */
export class Breaker {
  readonly #settings: BreakerSettings
  readonly #random: Random
  readonly #onChange: (change: BreakerChange) => void
  readonly #ring: CounterRing
  #state: BreakerState = 'closed'
  #since: number
  #openUntil = 0
  /** How often it opened without having stayed closed for a while in between. */
  #openings = 0
  #connectFailures = 0
  /** What every ordinary call is given: the same object until the breaker moves, so the happy path makes none. */
  #ordinary: Permit = { generation: 0, probeSince: null }
  readonly #probes = new Set<Permit>()
  #probesGood = 0
  #asks = 0
  #lastProbeAt = Number.NEGATIVE_INFINITY

  constructor(settings: BreakerSettings, random: Random, now: number, onChange: (change: BreakerChange) => void) {
    this.#settings = settings
    this.#random = random
    this.#onChange = onChange
    this.#since = now
    this.#ring = new CounterRing(3, BUCKET_MS, [settings.windowMs])
  }

  /** What a new charge would be told now, without asking for it: for routing. */
  leave(now: number): BreakerLeave {
    this.#tick(now)
    if (this.#state === 'closed') return 'yes'
    return this.#state === 'half_open' && this.#hasProbe ? 'probe' : 'no'
  }

  /** Whether `kind` would be refused for good now. A call that would have to be a probe is not: it may ask. */
  refuses(kind: WorkKind, now: number): boolean {
    return WORK[kind].breaker === 'obeys' && this.leave(now) === 'no'
  }

  /** Leave for one call, or undefined: not now, and nothing may be sent. */
  admit(kind: WorkKind, now: number): Permit | undefined {
    this.#tick(now)
    if (this.#state === 'closed' || WORK[kind].breaker === 'passes') return this.#ordinary
    if (this.#state === 'open' || !this.#hasProbe || !this.#isProbesTurn(now)) return undefined
    const permit: Permit = { generation: this.#ordinary.generation, probeSince: now }
    this.#probes.add(permit)
    this.#lastProbeAt = now
    return permit
  }

  /** Gives a permit back unused. */
  release(permit: Permit): void {
    this.#probes.delete(permit)
  }

  /** Reports what came of a call. Late reports, and a second one for the same probe, change nothing. */
  settle(permit: Permit, kind: WorkKind, outcome: Outcome, now: number): void {
    this.#tick(now)
    if (permit.generation !== this.#ordinary.generation) return
    if (permit.probeSince !== null) return this.#settleProbe(permit, outcome, now)
    if (this.#state !== 'closed') return
    this.#connectFailures = outcome === 'refused' ? this.#connectFailures + 1 : 0
    if (this.#connectFailures >= this.#settings.connectFailures) return this.#trip('connect_failures', now)
    if (!WORK[kind].evidence || outcome === 'busy') return
    this.#ring.add(CALLS, 1, now)
    if (!FAILED.has(outcome)) return
    this.#ring.add(FAILURES, 1, now)
    this.#judge(now)
  }

  /** Reports, after `settle`, that nobody knows whether the call took effect. */
  unknown(permit: Permit, kind: WorkKind, now: number): void {
    this.#tick(now)
    if (permit.generation !== this.#ordinary.generation || permit.probeSince !== null) return
    if (this.#state !== 'closed' || !WORK[kind].evidence) return
    this.#ring.add(UNKNOWNS, 1, now)
    this.#judge(now)
  }

  /**
   * Weighs what another server saw from `from` on like what was seen here, so that few calls at each of many servers are enough. What it
   * saw before this breaker last moved says nothing about the present, and probes are this server's own.
   */
  absorb(
    seen: { readonly calls: number; readonly failures: number; readonly unknown: number },
    from: number,
    now: number,
  ): void {
    this.#tick(now)
    if (this.#state !== 'closed' || from < this.#since) return
    this.#ring.add(CALLS, seen.calls, now)
    this.#ring.add(FAILURES, seen.failures, now)
    this.#ring.add(UNKNOWNS, seen.unknown, now)
    if (seen.failures + seen.unknown > 0) this.#judge(now)
  }

  view(now: number): BreakerView {
    this.#tick(now)
    return {
      state: this.#state,
      since: this.#since,
      openUntil: this.#state === 'open' ? this.#openUntil : null,
      probesOut: this.#probes.size,
      probesGood: this.#probesGood,
    }
  }

  get #hasProbe(): boolean {
    return this.#probes.size < this.#settings.probesAtOnce
  }

  /** A share of what asks, and whatever asks when there was no probe for a while, so that a quiet shop need not wait for its turn. */
  #isProbesTurn(now: number): boolean {
    const every = Math.ceil(1 / this.#settings.probeShare)
    const turn = this.#asks % every === 0
    this.#asks += 1
    return turn || Math.abs(now - this.#lastProbeAt) >= this.#settings.probeEveryMs
  }

  #settleProbe(permit: Permit, outcome: Outcome, now: number): void {
    if (!this.#probes.delete(permit)) return
    if (FAILED.has(outcome)) return this.#trip('probe_failed', now)
    if (outcome === 'busy') return // told to come again later: neither sick nor well
    this.#probesGood += 1
    if (this.#probesGood >= this.#settings.closeAfter) this.#move('heal', 'probes_went_well', now)
  }

  #judge(now: number): void {
    const { minimumCalls, windowMs, failureRate, unknownRate } = this.#settings
    const totals = this.#ring.totals(windowMs, now)
    const calls = totals[CALLS] as number
    if (calls < minimumCalls) return
    if ((totals[FAILURES] as number) >= failureRate * calls) return this.#trip('failure_rate', now)
    if ((totals[UNKNOWNS] as number) >= unknownRate * calls) this.#trip('unknown_rate', now)
  }

  /** What time alone changes: the end of the open time, probes that were never heard of again, and a clock that stepped back. */
  #tick(now: number): void {
    if (this.#state === 'closed') return
    if (this.#state === 'open') {
      if (this.#openUntil - now > this.#settings.maxOpenMs * 2) this.#openUntil = now + this.#settings.maxOpenMs
      if (now >= this.#openUntil) this.#move('cool', 'open_time_over', now)
      return
    }
    for (const { probeSince } of this.#probes) {
      if (probeSince === null || Math.abs(now - probeSince) < this.#settings.probeLostMs) return // the oldest comes first
      return this.#trip('probe_lost', now)
    }
  }

  #trip(reason: BreakerReason, now: number): void {
    const { openMs, maxOpenMs } = this.#settings
    if (this.#state === 'closed' && now - this.#since >= maxOpenMs) this.#openings = 0
    const usual = Math.min(maxOpenMs, openMs * 2 ** Math.min(this.#openings, 30))
    this.#openings += 1
    // Between three quarters and five quarters: many servers that opened together do not probe together.
    this.#openUntil = now + Math.ceil(usual * 0.75) + randomBelow(this.#random, usual / 2)
    this.#move('trip', reason, now)
  }

  #move(event: BreakerEvent, reason: BreakerReason, now: number): void {
    const from = this.#state
    this.#state = step<BreakerState, BreakerEvent>(BREAKER, from, event)
    this.#since = now
    this.#ordinary = { generation: this.#ordinary.generation + 1, probeSince: null }
    this.#probes.clear()
    this.#probesGood = 0
    this.#asks = 0
    this.#lastProbeAt = Number.NEGATIVE_INFINITY
    this.#connectFailures = 0
    this.#ring.clear()
    const openUntil = this.#state === 'open' ? this.#openUntil : null
    try {
      this.#onChange({ from, to: this.#state, reason, at: now, openUntil })
    } catch {
      // A listener that throws must not cost a payment its answer; the host's own wrapper reports it.
    }
  }
}
