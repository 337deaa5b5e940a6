import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { steady, windowOf } from '../../test/routing-world.ts'
import { normalised, priorOf, scoreOf, weightsOf } from './score.ts'
import type { GatewayStats } from './stats.ts'

const WEIGHTS = normalised(weightsOf())
const PRIOR = priorOf([])
const PAYMENT = { amount: 10_000n, currency: 'EUR' }
const score = (stats?: GatewayStats, basisPoints?: number) =>
  scoreOf(
    WEIGHTS,
    PRIOR,
    stats,
    basisPoints === undefined ? undefined : { basisPoints, fixedMinor: new Map() },
    PAYMENT,
  )

describe('a score', () => {
  test('counts success for half, latency for three tenths, cost for two', () => {
    expect(WEIGHTS).toEqual({ success: 0.5, latency: 0.3, cost: 0.2 })
    const { total, success, latency, cost } = score(steady(), 150)
    expect(total).toBeCloseTo(0.5 * success + 0.3 * latency + 0.2 * cost)
  })

  test('takes weights in any proportion, and completes those not given', () => {
    expect(normalised(weightsOf({ success: 2, latency: 1, cost: 1 }))).toEqual({
      success: 0.5,
      latency: 0.25,
      cost: 0.25,
    })
    expect(weightsOf({ cost: 0 }, { latency: 10, cost: 90 })).toEqual({ success: 50, latency: 10, cost: 0 })
  })

  test('falls with every failure, decline, millisecond and cent more, however bad it is already', () => {
    const bad = fc.record({
      declined: fc.nat(900),
      errors: fc.nat(900),
      typicalMs: fc.nat(20_000),
      basisPoints: fc.nat(5_000),
    })
    const worse = fc.constantFrom(
      ['declined', 'success'] as const,
      ['errors', 'success'] as const,
      ['typicalMs', 'latency'] as const,
      ['basisPoints', 'cost'] as const,
    )
    fc.assert(
      fc.property(bad, worse, (one, [measured, part]) => {
        const of = (given: typeof one) => score(steady({ ...given, p95Ms: 2 * given.typicalMs }), given.basisPoints)
        expect(of({ ...one, [measured]: one[measured] + 10 })[part]).toBeLessThan(of(one)[part])
      }),
    )
  })

  test('stays between 0 and 1', () => {
    const any = fc.record({
      answered: fc.nat(),
      declined: fc.nat(),
      errors: fc.nat(),
      timeouts: fc.nat(),
      typicalMs: fc.nat(),
    })
    fc.assert(
      fc.property(any, fc.nat(10_000), (one, basisPoints) => {
        for (const value of Object.values(score(steady(one), basisPoints))) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  test('of a gateway that nobody has seen is that of a good one: it is tried', () => {
    const { total } = score()
    expect(total).toBeGreaterThan(score(steady({ errors: 5 })).total)
    expect(total).toBeLessThan(score(steady({ answered: 1_000, typicalMs: 200, p95Ms: 400 })).total)
  })

  test('of a gateway that was not asked of late is about that of the others: traffic does not swing to it', () => {
    const usual = steady({ answered: 8_500, declined: 1_500 })
    const prior = priorOf([usual, undefined])
    const known = scoreOf(WEIGHTS, prior, usual, undefined, PAYMENT)
    const unseen = scoreOf(WEIGHTS, prior, undefined, undefined, PAYMENT)
    expect(unseen.total).toBeGreaterThan(known.total) // a little: it is tried where nothing else speaks against it
    expect(unseen.total - known.total).toBeLessThan(0.001)
  })

  test('of a gateway that was not asked of late is above that of one that fails', () => {
    const failing = steady({ answered: 50, errors: 50 })
    const prior = priorOf([failing, undefined])
    const unseen = scoreOf(WEIGHTS, prior, undefined, undefined, PAYMENT)
    expect(unseen.total).toBeGreaterThan(scoreOf(WEIGHTS, prior, failing, undefined, PAYMENT).total)
  })

  test('is not ruined by one failure in few calls, and is by as many in many', () => {
    const small = score(steady({ answered: 1, errors: 1 })).success
    const large = score(steady({ answered: 500, errors: 500 })).success
    expect(small).toBeGreaterThan(0.6)
    expect(large).toBeLessThan(0.1)
  })

  test('hears the last 5 minutes more than the 10 before', () => {
    const mixed = (last5m: object, last15m: object): number => {
      const all: GatewayStats = { last5m: windowOf(last5m), last10m: windowOf(last15m), last15m: windowOf(last15m) }
      return score(all).success
    }
    const recovered = mixed({ answered: 100 }, { answered: 200, errors: 100 })
    const failing = mixed({ answered: 0, errors: 100 }, { answered: 200, errors: 100 })
    expect(recovered).toBeGreaterThan(failing)
  })

  test('knows that fixed costs weigh more on small amounts', () => {
    const cost = { basisPoints: 100, fixedMinor: new Map([['EUR', 25n]]) }
    const of = (amount: bigint, currency = 'EUR') => scoreOf(WEIGHTS, PRIOR, undefined, cost, { amount, currency }).cost
    expect(of(100n)).toBeLessThan(of(10_000n))
    expect(of(100n, 'USD')).toBe(of(10_000n, 'USD'))
    expect(of(2_500n)).toBeCloseTo(score(undefined, 200).cost) // 25 cents of 25 euros are 1 %
  })
})
