import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOMES, type Outcome } from './outcome.ts'
import { BUCKET_MS, HORIZONS_MS, OutcomeWindow, type Tally } from './window.ts'

const NOW = 1_000_000_000

describe('a window', () => {
  test('counts outcomes as a model does that remembers every call', () => {
    const call = fc.record({
      wait: fc.nat(120_000),
      outcome: fc.constantFrom(...OUTCOMES),
      unknown: fc.boolean(),
      ms: fc.nat(90_000),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60, size: 'max' }), (calls) => {
        const window = new OutcomeWindow()
        let now = NOW
        const seen = calls.map((one) => {
          now += one.wait
          window.record(one.outcome, now)
          window.recordLatency(one.ms, now)
          if (one.unknown) window.recordUnknown(now)
          return { ...one, bucket: Math.floor(now / BUCKET_MS) }
        })
        for (const horizon of HORIZONS_MS) {
          const first = Math.floor(now / BUCKET_MS) - horizon / BUCKET_MS + 1
          const lately = seen.filter(({ bucket }) => bucket >= first)
          const stats = window.stats(horizon, now)
          expect(stats.calls).toBe(lately.length)
          expect(stats.unknown).toBe(lately.filter(({ unknown }) => unknown).length)
          for (const outcome of OUTCOMES)
            expect(stats[outcome]).toBe(lately.filter((one) => one.outcome === outcome).length)
          const mean = lately.reduce((sum, { ms }) => sum + ms, 0) / lately.length
          expect(stats.meanMs).toBe(lately.length === 0 ? null : mean)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('tells no rates where nothing was counted', () => {
    expect(new OutcomeWindow().stats(60_000, NOW)).toMatchObject({
      ...{ calls: 0, errorRate: null, timeoutRate: null, unknownRate: null, successRate: null },
      ...{ approvalRate: null, meanMs: null, p95Ms: null, costShare: null },
    })
  })

  test('a decline lowers the approval rate, and not the success rate', () => {
    const window = new OutcomeWindow()
    for (const outcome of ['success', 'success', 'success', 'decline'] as const) window.record(outcome, NOW)
    expect(window.stats(60_000, NOW)).toMatchObject({ approvalRate: 0.75, successRate: 1, errorRate: 0 })
    window.record('timeout', NOW)
    window.record('refused', NOW)
    window.record('busy', NOW)
    window.record('error', NOW)
    expect(window.stats(60_000, NOW)).toMatchObject({ errorRate: 0.25, timeoutRate: 0.125, successRate: 4 / 7 })
  })

  test('adds up what the gateway keeps, whatever the currencies', () => {
    const window = new OutcomeWindow()
    window.recordCost(29n, 1_000n, NOW)
    window.recordCost(100n, 10_000n, NOW)
    window.recordCost(5n, 0n, NOW)
    expect(window.stats(300_000, NOW).costShare).toBeCloseTo(0.0195, 6)
  })

  test('estimates the 95th percentile within a third', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 55_000 }), { minLength: 20, maxLength: 400 }), (times) => {
        const window = new OutcomeWindow()
        for (const ms of times) window.recordLatency(ms, NOW)
        const exact = [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] as number
        const p95 = window.stats(60_000, NOW).p95Ms as number
        expect(p95).toBeGreaterThanOrEqual(exact / 2)
        expect(p95).toBeLessThanOrEqual(exact * 2)
      }),
    )
    const steady = new OutcomeWindow()
    for (let i = 0; i < 100; i++) steady.recordLatency(800, NOW)
    expect(steady.stats(60_000, NOW).p95Ms).toBeGreaterThan(750)
    expect(steady.stats(60_000, NOW).p95Ms).toBeLessThanOrEqual(1_000)
    steady.recordLatency(200_000, NOW)
    expect(steady.stats(60_000, NOW).meanMs).toBeGreaterThan(2_000)
  })
})

describe('the tallies of windows', () => {
  const call = fc.record({ outcome: fc.constantFrom(...OUTCOMES), unknown: fc.boolean(), ms: fc.nat(90_000) })
  const record = (
    window: OutcomeWindow,
    calls: readonly { outcome: Outcome; unknown: boolean; ms: number }[],
  ): void => {
    for (const { outcome, unknown, ms } of calls) {
      window.record(outcome, NOW)
      window.recordLatency(ms, NOW)
      if (unknown) window.recordUnknown(NOW)
      window.recordCost(29n, 1_000n, NOW)
    }
  }

  test('make two windows as one that saw all: whatever was seen where, and however often it was told', () => {
    fc.assert(
      fc.property(fc.array(call), fc.array(call), fc.array(call), (here, there, later) => {
        const [one, other, all] = [new OutcomeWindow(), new OutcomeWindow(), new OutcomeWindow()]
        record(one, here)
        record(other, there)
        record(all, [...here, ...there, ...later])
        expect(one.absorb(JSON.parse(JSON.stringify(other.tally())), NOW)).toBe(true)
        record(other, later)
        expect(one.absorb(other.tally(), NOW)).toBe(true)
        expect(other.tally()).toEqual([])
        for (const horizon of HORIZONS_MS) expect(one.stats(horizon, NOW)).toEqual(all.stats(horizon, NOW))
        const own = new OutcomeWindow()
        own.absorb(one.tally(), NOW)
        const mine = new OutcomeWindow()
        record(mine, here)
        expect(own.stats(60_000, NOW)).toEqual(mine.stats(60_000, NOW)) // what was absorbed is not told again
      }),
      { numRuns: 50 },
    )
  })

  test.each([[[1]], [[0, -1]], [[0, 1.5]], [[9_999, 1]], ['text'], [null], [{ length: 2 }], [['0', 1]]])(
    '%j is none, and counts nothing',
    (wrong) => {
      const window = new OutcomeWindow()
      expect(window.absorb(wrong as unknown as Tally, NOW)).toBe(false)
      expect(window.stats(60_000, NOW).calls).toBe(0)
    },
  )
})
