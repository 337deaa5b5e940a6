import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOMES } from './outcome.ts'
import { BUCKET_MS, HORIZONS_MS, OutcomeWindow } from './window.ts'

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
