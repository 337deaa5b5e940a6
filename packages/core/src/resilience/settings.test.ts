import { expect, test } from 'vitest'
import { isFlorinError } from '../kernel/index.ts'
import { type ResilienceOptions, resolveResilience } from './settings.ts'

test('everything has a default, and nothing of it can be changed afterwards', () => {
  const settings = resolveResilience()
  expect(settings).toMatchObject({
    lateMs: 10_000,
    breaker: { failureRate: 0.5, unknownRate: 0.25, minimumCalls: 10, windowMs: 60_000 },
    bulkhead: { total: 100, perGateway: 50 },
    rate: { reservedShare: 0.2, maxFreezeMs: 60_000 },
    retries: { policy: { kind: 'exponential', tries: 3, totalMs: 5_000 }, budgetShare: 0.1 },
  })
  expect(() => Object.assign(settings.bulkhead.queue, { intent: 1e9 })).toThrow(TypeError)
})

test('one member can be set without naming the others', () => {
  const { bulkhead } = resolveResilience({ bulkhead: { queue: { intent: 5 } } })
  expect(bulkhead).toMatchObject({ total: 100, queue: { intent: 5, outcome: 1_000 } })
})

test.each<[path: string, options: unknown]>([
  ['resilience', { braker: {} }],
  ['resilience.lateMs', { lateMs: 0 }],
  ['resilience.breaker.failureRate', { breaker: { failureRate: 50 } }],
  ['resilience.breaker.windowMs', { breaker: { windowMs: 61_000 } }],
  ['resilience.breaker.maxOpenMs', { breaker: { openMs: 9_000, maxOpenMs: 8_000 } }],
  ['resilience.bulkhead.perGateway', { bulkhead: { total: 10, perGateway: 11 } }],
  ['resilience.rate.limit.perSecond', { rate: { limit: { perSecond: 0, burst: 1 } } }],
  ['resilience.rate.limit', { rate: { limit: 25 } }],
  ['resilience.retries.policy.tries', { retries: { policy: { kind: 'fixed', tries: 0 } } }],
])('refuses what is wrong, and names it: %s', (path, options) => {
  try {
    resolveResilience(options as ResilienceOptions)
  } catch (error) {
    if (!isFlorinError(error, 'configuration')) throw error
    expect(error.message.startsWith(`${path}:`)).toBe(true)
    expect(error.details.path).toBe(path)
    return
  }
  throw new Error('it was taken')
})
