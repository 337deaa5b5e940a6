import { expect, test } from 'vitest'
import { TimeWorld } from '../../test/time-world.ts'
import { Breaker } from './breaker.ts'
import type { BreakerChange } from './breaker-state.ts'
import type { Outcome } from './outcome.ts'
import { resolveResilience } from './settings.ts'

const START = 1_000_000_000
const ALL_BAD = { calls: 100, failures: 100, unknown: 0 }

const breakerOf = () => {
  const changes: BreakerChange[] = []
  const { breaker: settings } = resolveResilience()
  const breaker = new Breaker(
    settings,
    new TimeWorld(START).runtime.random,
    START,
    (change) => void changes.push(change),
  )
  const call = (outcome: Outcome, at: number): void => {
    const permit = breaker.admit('charge', at)
    if (permit !== undefined) breaker.settle(permit, 'charge', outcome, at)
  }
  return { breaker, changes, call }
}

test('what another server saw counts like what was seen here', () => {
  const { breaker, changes, call } = breakerOf()
  for (let i = 0; i < 5; i++) call('error', START)
  expect(changes).toEqual([])
  breaker.absorb({ calls: 5, failures: 5, unknown: 0 }, START, START)
  expect(changes).toMatchObject([{ to: 'open', reason: 'failure_rate' }])
})

test('its unknown outcomes open, its answers do not', () => {
  const { breaker, changes } = breakerOf()
  breaker.absorb({ calls: 100, failures: 0, unknown: 0 }, START, START)
  expect(changes).toEqual([])
  breaker.absorb({ calls: 40, failures: 0, unknown: 40 }, START, START)
  expect(changes).toMatchObject([{ to: 'open', reason: 'unknown_rate' }])
})

test('what it saw before this breaker last moved says nothing, and an open one learns nothing', () => {
  const { breaker, changes, call } = breakerOf()
  for (let i = 0; i < 5; i++) call('refused', START)
  const until = breaker.view(START).openUntil as number
  breaker.absorb(ALL_BAD, START, START)
  for (let i = 0; i < 5; i++) call('success', until + i * 2_000)
  const healed = until + 8_000
  expect(changes.map(({ to }) => to)).toEqual(['open', 'half_open', 'closed'])
  breaker.absorb(ALL_BAD, healed - 1, healed)
  expect(breaker.view(healed).state).toBe('closed')
  breaker.absorb(ALL_BAD, healed, healed)
  expect(breaker.view(healed).state).toBe('open')
})
