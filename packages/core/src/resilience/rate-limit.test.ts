import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRateAccounts, limitOf, type RateLimit, RateLimiter } from './rate-limit.ts'
import { type ResilienceOptions, resolveResilience } from './settings.ts'
import { RANKS, type Rank } from './work.ts'

const START = 1_000_000_000
const limiterWith = (limit: RateLimit | null, options: ResilienceOptions['rate'] = {}) =>
  new RateLimiter(limit, resolveResilience({ rate: options }).rate, START)
const take = (limiter: RateLimiter, rank: Rank, times: number, now = START) =>
  Array.from({ length: times }, () => limiter.take(rank, now))

describe('a rate limit', () => {
  test('lets a burst through, then makes calls wait their turn, then refuses', () => {
    const limiter = limiterWith({ perSecond: 10, burst: 10 })
    expect(take(limiter, 'intent', 18)).toEqual([
      ...[0, 0, 0, 0, 0, 0, 0, 0],
      ...[125, 250, 375, 500, 625, 750, 875, 1_000],
      ...[undefined, undefined],
    ])
    expect(limiter.take('intent', START + 1_000)).toBe(125)
    expect(limiter.take('intent', START + 10_000)).toBe(0)
  })

  test('keeps a share for outcomes and recovery, which also use what intents leave over', () => {
    const limiter = limiterWith({ perSecond: 10, burst: 10 })
    take(limiter, 'intent', 100)
    expect(take(limiter, 'outcome', 2)).toEqual([0, 0])
    expect(limiter.take('recovery', START)).toBe(500)
    const idle = limiterWith({ perSecond: 10, burst: 10 })
    expect(take(idle, 'recovery', 10)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('too small a limit is not divided, and still lets everything through in its time', () => {
    const limiter = limiterWith({ perSecond: 1, burst: 1 })
    expect([limiter.take('intent', START), limiter.take('outcome', START)]).toEqual([0, 1_000])
  })

  test('without a limit nothing waits', () => {
    const limiter = limiterWith(null)
    expect(new Set(take(limiter, 'intent', 10_000))).toEqual(new Set([0]))
    expect(limiter.view(START)).toEqual({ perSecond: null, available: null, frozenUntil: null })
  })

  test.each([null, { perSecond: 100, burst: 20 }])(
    'after a 429 the gateway is left alone as long as it asks (%o)',
    (limit) => {
      const limiter = limiterWith(limit)
      limiter.freeze(3_000, START)
      limiter.freeze(1_000, START)
      expect(limiter.take('intent', START)).toBeUndefined()
      expect(limiter.take('outcome', START)).toBeGreaterThanOrEqual(3_000)
      expect(limiter.view(START)).toMatchObject({ frozenUntil: START + 3_000 })
      expect(limiter.take('intent', START + 3_500)).toBe(0)
    },
  )

  test('begins slowly after a freeze, not with the burst it saved up', () => {
    const limiter = limiterWith({ perSecond: 10, burst: 100 }, { reservedShare: 0 })
    limiter.freeze(5_000, START)
    expect(take(limiter, 'intent', 3, START + 5_000)).toEqual([100, 200, 300])
  })

  test('is never frozen for longer than its bound, whatever the gateway asks or the clock does', () => {
    const limiter = limiterWith({ perSecond: 10, burst: 10 })
    limiter.freeze(86_400_000, START)
    expect(limiter.frozenUntil(START)).toBe(START + 60_000)
    expect(limiter.take('intent', START - 3_600_000)).toBeDefined()
  })
})

test('over any span of time no more calls become due than burst and rate allow, also across freezes', () => {
  const act = fc.record({
    wait: fc.nat(250),
    rank: fc.constantFrom(...RANKS),
    freeze: fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(2_000) }),
  })
  const limits = fc.record({ perSecond: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 30 }) })
  fc.assert(
    fc.property(limits, fc.array(act, { maxLength: 120, size: 'max' }), (limit, acts) => {
      const limiter = limiterWith(limit)
      const due: number[] = []
      let now = START
      for (const { wait, rank, freeze } of acts) {
        now += wait
        if (freeze !== null) limiter.freeze(freeze, now)
        const waitMs = limiter.take(rank, now)
        if (waitMs !== undefined) due.push(now + waitMs)
      }
      due.sort((a, b) => a - b)
      let excess = 0
      for (let from = 0; from < due.length; from++) {
        for (let to = from; to < due.length; to++) {
          const spanMs = (due[to] as number) - (due[from] as number) + 2 // each bucket rounds to whole milliseconds
          excess = Math.max(excess, to - from + 1 - limit.burst - (limit.perSecond * spanMs) / 1_000)
        }
      }
      expect(excess).toBeLessThan(1e-6)
    }),
    { numRuns: 200 },
  )
})

describe('whose limit holds', () => {
  const declared = { perSecond: 80, burst: 20 }
  const of = (rate: ResilienceOptions['rate'], account: string) =>
    limitOf(resolveResilience({ rate }).rate, 'stripe', account, declared)
  const at = (perSecond: number) => ({ perSecond, burst: 1 })
  const [five, six, seven] = [at(5), at(6), at(7)]

  test('the account’s own, else its gateway’s, else the general one, else what the gateway declares', () => {
    const accounts = { 'stripe/eu': five, stripe: six }
    expect([of({ accounts, limit: seven }, 'eu'), of({ accounts, limit: seven }, 'us')]).toEqual([five, six])
    expect([of({ limit: seven }, 'eu'), of({}, 'eu')]).toEqual([seven, declared])
    expect(of({ accounts: { adyen: five } }, 'eu')).toEqual(declared)
  })

  test('`none` lifts it, for one account or for all', () => {
    expect([of({ accounts: { 'stripe/eu': 'none' } }, 'eu'), of({ limit: 'none' }, 'eu')]).toEqual([null, null])
    expect(of({ accounts: { 'stripe/eu': 'none' } }, 'us')).toEqual(declared)
  })

  test('one for an account that is not there is refused, and told what there is', () => {
    const gateways = new Map([['stripe', { accounts: ['eu', 'us'] as const }]])
    const check = (name: string) => () => checkRateAccounts(gateways, { [name]: 'none' })
    expect(check('stripe/jp')).toThrow(
      'resilience.rate.accounts.stripe/jp: there is no such gateway or account; there are stripe, stripe/eu, stripe/us',
    )
    expect(check('stripe/eu')).not.toThrow()
    expect(check('stripe')).not.toThrow()
  })
})
