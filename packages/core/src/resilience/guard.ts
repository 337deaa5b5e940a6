import type { Answer, Gateway } from '../gateways/index.ts'
import { type Runtime, sleep } from '../kernel/index.ts'
import { Breaker, type BreakerLeave, type BreakerView, type Permit } from './breaker.ts'
import type { BreakerChange } from './breaker-state.ts'
import type { Bulkhead, BulkheadView, Compartment } from './bulkhead.ts'
import { type Link, LinkedList } from './linked-list.ts'
import { type Exchange, isUnknown, outcomeOf, throttledForMs } from './outcome.ts'
import { limitOf, RateLimiter, type RateView } from './rate-limit.ts'
import { RetryBudget } from './retry-budget.ts'
import type { ResilienceSettings } from './settings.ts'
import { SHED } from './shed.ts'
import { type HorizonMs, OutcomeWindow, type Tally, type WindowStats, weighed } from './window.ts'
import { WORK, type WorkKind } from './work.ts'

/** A call as far as a guard looks at it. */
export interface GuardedCall {
  readonly kind: WorkKind
  readonly account: string
  /** Merchants take turns where calls have to wait. */
  readonly merchant: string
  /** How long an answer is waited for, once it is sent. */
  readonly answerWithinMs: number
  /** What is charged, in minor units: for the gateway's share of it. */
  readonly amount?: bigint | undefined
}

/** One account as health shows it. JSON-safe. */
export interface AccountView {
  readonly breaker: BreakerView
  readonly rate: RateView
  /** Sent, and not answered yet within `lateMs`. */
  readonly inFlight: number
  readonly minute: WindowStats
  readonly quarterHour: WindowStats
}

/** A gateway as health shows it. JSON-safe. */
export interface GuardView {
  readonly gateway: string
  readonly bulkhead: BulkheadView
  readonly retriesLeft: number
  /** By account; one that was never used is missing. */
  readonly accounts: Readonly<Record<string, AccountView>>
}

/** A breaker's move, whose breaker it is, and what happened in the minute before. */
export interface GuardChange extends BreakerChange {
  readonly gateway: string
  readonly account: string
  readonly minute: WindowStats
}

/** What stands between Florin and one gateway. */
export interface Guard {
  /**
   * Makes a call if it may be made: `send` is called at most once, with the instant until which to wait. Otherwise the answer is
   * `not_sent` with `breaker_open`, `bulkhead_full` or `rate_limited`, and `send` was never called. Rejects only where `send` rejects.
   */
  run(call: GuardedCall, send: (deadline: number) => Promise<Exchange>): Promise<Answer>
  /** Whether a new charge would be let through now; for routing. */
  leave(account: string): BreakerLeave
  /** What happened lately. */
  stats(account: string, horizonMs: HorizonMs): WindowStats
  /** What was seen of each account here since the last time it was asked: for the guards of other servers. */
  tallies(): readonly AccountTally[]
  /** Weighs what another server saw of an account from `from` on, as if it had been seen here. */
  absorb(account: string, tally: Tally, from: number): void
  /** What retries there are to spend. */
  readonly retries: RetryBudget
  snapshot(): GuardView
}

/** What one server saw of one account. */
export interface AccountTally {
  readonly account: string
  readonly tally: Tally
}

/** What a guard is made of. */
export interface GuardParts {
  /** The gateway's name in the configuration. */
  readonly name: string
  readonly gateway: Pick<Gateway, 'accounts' | 'capabilities'>
  readonly settings: ResilienceSettings
  readonly runtime: Pick<Runtime, 'clock' | 'scheduler' | 'random'>
  /** Shared by the guards of all gateways. */
  readonly bulkhead: Bulkhead
  /** Hears of every move of a breaker, at once; what it throws is dropped. */
  readonly onChange?: ((change: GuardChange) => void) | undefined
}

/** Guards one gateway: breaker and rate limit by account, bulkhead and retry budget for all of it. */
export const createGuard = (parts: GuardParts): Guard => {
  const guard = new GatewayGuard(parts)
  return Object.freeze<Guard>({
    run: (call, send) => guard.run(call, send),
    leave: (account) => guard.leave(account),
    stats: (account, horizonMs) => guard.stats(account, horizonMs),
    tallies: () => guard.tallies(),
    absorb: (account, tally, from) => guard.absorb(account, tally, from),
    retries: guard.retries,
    snapshot: () => guard.snapshot(),
  })
}

/** What there is for one account. */
interface Lane {
  readonly breaker: Breaker
  readonly rate: RateLimiter
  readonly window: OutcomeWindow
  /** Calls that are not late, oldest first. */
  readonly inFlight: LinkedList<Flight>
}

/** A call on its way. */
interface Flight {
  readonly kind: WorkKind
  readonly permit: Permit
  readonly sentAt: number
  readonly lateAt: number
}

/** The lane of accounts that are not configured (any more): old attempts are still resolved through them. */
const OTHERS = '(others)'

class GatewayGuard {
  readonly retries: RetryBudget
  readonly #parts: GuardParts
  readonly #compartment: Compartment
  readonly #accounts: ReadonlySet<string>
  readonly #lanes = new Map<string, Lane>()

  constructor(parts: GuardParts) {
    this.#parts = parts
    this.#accounts = new Set(parts.gateway.accounts)
    this.#compartment = parts.bulkhead.compartment()
    this.retries = new RetryBudget(parts.settings.retries)
  }

  async run(call: GuardedCall, send: (deadline: number) => Promise<Exchange>): Promise<Answer> {
    const { clock } = this.#parts.runtime
    const { rank } = WORK[call.kind]
    const lane = this.#lane(call.account)
    this.#countLate(lane, clock.now())
    if (lane.breaker.refuses(call.kind, clock.now())) return SHED.breaker_open
    if (!this.#compartment.tryEnter(rank) && !(await this.#compartment.enter(rank, call.merchant)))
      return SHED.bulkhead_full
    try {
      const waitMs = lane.rate.take(rank, clock.now())
      if (waitMs === undefined || (waitMs > 0 && !(await this.#comesToItsTurn(lane, waitMs)))) return SHED.rate_limited
      const permit = lane.breaker.admit(call.kind, clock.now()) // last: it may have opened while this call waited
      return permit === undefined ? SHED.breaker_open : await this.#send(lane, call, permit, send)
    } finally {
      this.#compartment.leave(rank)
    }
  }

  leave(account: string): BreakerLeave {
    const now = this.#parts.runtime.clock.now()
    const lane = this.#lane(account)
    this.#countLate(lane, now)
    return lane.rate.frozenUntil(now) === null ? lane.breaker.leave(now) : 'no'
  }

  stats(account: string, horizonMs: HorizonMs): WindowStats {
    const now = this.#parts.runtime.clock.now()
    const lane = this.#lane(account)
    this.#countLate(lane, now)
    return lane.window.stats(horizonMs, now)
  }

  tallies(): readonly AccountTally[] {
    const now = this.#parts.runtime.clock.now()
    const told: AccountTally[] = []
    for (const [account, lane] of this.#lanes) {
      this.#countLate(lane, now)
      const tally = lane.window.tally()
      if (tally.length > 0 && account !== OTHERS) told.push({ account, tally })
    }
    return told
  }

  absorb(account: string, tally: Tally, from: number): void {
    if (!this.#accounts.has(account)) return // configured there, not here
    const now = this.#parts.runtime.clock.now()
    const lane = this.#lane(account)
    if (lane.window.absorb(tally, now)) lane.breaker.absorb(weighed(tally), from, now)
  }

  snapshot(): GuardView {
    const now = this.#parts.runtime.clock.now()
    const accounts: Record<string, AccountView> = {}
    for (const [account, lane] of this.#lanes) {
      this.#countLate(lane, now)
      accounts[account] = {
        breaker: lane.breaker.view(now),
        rate: lane.rate.view(now),
        inFlight: lane.inFlight.size,
        minute: lane.window.stats(60_000, now),
        quarterHour: lane.window.stats(900_000, now),
      }
    }
    return { gateway: this.#parts.name, bulkhead: this.#compartment.view(), retriesLeft: this.retries.left, accounts }
  }

  async #send(
    lane: Lane,
    call: GuardedCall,
    permit: Permit,
    send: (deadline: number) => Promise<Exchange>,
  ): Promise<Answer> {
    const { kind, answerWithinMs } = call
    const sentAt = this.#parts.runtime.clock.now()
    const lateAt = sentAt + Math.min(this.#parts.settings.lateMs, answerWithinMs)
    const flight = lane.inFlight.push({ kind, permit, sentAt, lateAt })
    if (kind !== 'resolve') this.retries.deposit()
    try {
      const exchange = await send(sentAt + answerWithinMs)
      this.#settle(lane, call, flight, exchange)
      return exchange.answer
    } catch (error) {
      this.#settle(lane, call, flight, THREW)
      throw error
    }
  }

  /** Waits for the rate limit; false where a 429 came in meanwhile. */
  async #comesToItsTurn(lane: Lane, waitMs: number): Promise<boolean> {
    const { clock, scheduler } = this.#parts.runtime
    await sleep(scheduler, waitMs)
    return lane.rate.frozenUntil(clock.now()) === null
  }

  #settle(lane: Lane, call: GuardedCall, flight: Link<Flight>, exchange: Exchange): void {
    const now = this.#parts.runtime.clock.now()
    const { kind, permit, sentAt, lateAt } = flight.item
    this.#countLate(lane, now)
    const { evidence } = WORK[kind]
    if (lane.inFlight.remove(flight)) {
      const outcome = outcomeOf(exchange, now - sentAt, lateAt - sentAt)
      if (outcome === null) return lane.breaker.release(permit)
      if (evidence) lane.window.record(outcome, now)
      if (evidence && outcome !== 'refused') lane.window.recordLatency(now - sentAt, now)
      lane.breaker.settle(permit, kind, outcome, now)
    }
    if (evidence && isUnknown(exchange)) {
      lane.window.recordUnknown(now)
      lane.breaker.unknown(permit, kind, now)
    }
    const throttledMs = throttledForMs(exchange, now, this.#parts.settings.rate.freezeMs)
    if (throttledMs !== undefined) lane.rate.freeze(throttledMs, now)
    const { answer } = exchange
    if (answer.effect !== 'applied' || answer.cost === undefined) return
    const amount = answer.amount ?? call.amount
    if (amount !== undefined) lane.window.recordCost(answer.cost, amount, now)
  }

  /** Counts calls as timeouts once they are late, not when they end: a gateway that hangs is known after seconds. */
  #countLate(lane: Lane, now: number): void {
    for (let first = lane.inFlight.first; first !== null && first.item.lateAt <= now; first = lane.inFlight.first) {
      const { kind, permit, sentAt } = first.item
      lane.inFlight.remove(first)
      if (WORK[kind].evidence) {
        lane.window.record('timeout', now)
        lane.window.recordLatency(now - sentAt, now)
      }
      lane.breaker.settle(permit, kind, 'timeout', now)
    }
  }

  #lane(account: string): Lane {
    const name = this.#accounts.has(account) ? account : OTHERS
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const { settings, runtime, gateway, onChange } = this.#parts
    const now = runtime.clock.now()
    const window = new OutcomeWindow()
    const told = (change: BreakerChange): void =>
      onChange?.({ ...change, gateway: this.#parts.name, account: name, minute: window.stats(60_000, change.at) })
    const limit = limitOf(settings.rate, this.#parts.name, name, gateway.capabilities.rateLimit)
    const lane: Lane = {
      breaker: new Breaker(settings.breaker, runtime.random, now, told),
      rate: new RateLimiter(limit, settings.rate, now),
      window,
      inFlight: new LinkedList(),
    }
    this.#lanes.set(name, lane)
    return lane
  }
}

/** What a call counts as whose sending threw: it may have been sent. */
const THREW: Exchange = {
  sent: { outcome: 'unknown', reason: 'threw' },
  answer: { effect: 'unknown', reason: 'threw' },
}
