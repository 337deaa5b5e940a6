import { expect, test } from 'vitest'
import type { WindowStats } from '../resilience/index.ts'
import { callsOf, failuresOf, gatewayStatsOf } from './stats.ts'

const measured: WindowStats = {
  ...{ calls: 127, success: 64, decline: 32, pending: 16, busy: 8, error: 4, timeout: 2, refused: 1, unknown: 3 },
  ...{ errorRate: null, timeoutRate: null, unknownRate: null, successRate: null, approvalRate: null, costShare: null },
  meanMs: 400,
  p95Ms: 900,
}

test('what a guard measured is what routing looks at: nothing twice, and being busy counts neither way', () => {
  const asked: number[] = []
  const stats = gatewayStatsOf((horizonMs) => {
    asked.push(horizonMs)
    return measured
  })
  expect(asked).toEqual([300_000, 600_000, 900_000])
  expect(stats.last5m).toEqual({ answered: 80, declined: 32, errors: 5, timeouts: 2, typicalMs: 400, p95Ms: 900 })
  expect(callsOf(stats.last15m)).toBe(measured.calls - measured.busy)
  expect(failuresOf(stats.last10m)).toBe(7)
})

test('where nothing was answered there is no time to tell', () => {
  const stats = gatewayStatsOf(() => ({ ...measured, meanMs: null, p95Ms: null }))
  expect(stats.last5m).toMatchObject({ typicalMs: 0, p95Ms: 0 })
})
