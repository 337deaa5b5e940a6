import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusalOf, windowOf } from '../../test/routing-world.ts'
import { type GatewayHealth, HEALTH_STATES, type HealthState, healthAfter, healthyAt } from './health.ts'
import { createHealthBoard } from './health-board.ts'
import type { GatewayStats, GatewayWindow } from './stats.ts'

const MINUTE = 60_000
const LONG = 60 * MINUTE

const stats = (
  last5m: Partial<GatewayWindow> = {},
  last15m: Partial<GatewayWindow> = last5m,
  last10m: Partial<GatewayWindow> = last15m,
): GatewayStats => ({ last5m: windowOf(last5m), last10m: windowOf(last10m), last15m: windowOf(last15m) })
const well = stats()
const silent = stats({ answered: 0 })
const since = (state: HealthState, at = 0): GatewayHealth => ({ state, since: at, why: null })
const after = (state: HealthState, seen: GatewayStats, at = LONG): HealthState =>
  healthAfter(since(state), seen, at).state

describe('a gateway gets worse at once', () => {
  test.each<[what: string, from: HealthState, seen: GatewayStats, to: HealthState]>([
    ['5 % errors are borne', 'healthy', stats({ answered: 95, errors: 5 }, {}), 'healthy'],
    ['more than 5 % errors degrade', 'healthy', stats({ answered: 94, errors: 6 }, {}), 'degraded'],
    ['10 % timeouts are borne', 'degraded', stats({ answered: 90, timeouts: 10 }, {}), 'degraded'],
    ['more than 10 % timeouts reduce', 'degraded', stats({ answered: 89, timeouts: 11 }, {}), 'reduced'],
    ['from healthy too', 'healthy', stats({ answered: 89, timeouts: 11 }, {}), 'reduced'],
    ['95 % success in 15 minutes is borne', 'reduced', stats({ timeouts: 20 }, { answered: 95, errors: 5 }), 'reduced'],
    ['less than 95 % exclude', 'reduced', stats({ timeouts: 20 }, { answered: 94, errors: 6 }), 'excluded'],
    ['from healthy too', 'healthy', stats({ errors: 3 }, { answered: 90, timeouts: 10 }), 'excluded'],
    ['but not once the last 5 minutes are fine', 'healthy', stats({}, { answered: 90, errors: 10 }), 'healthy'],
    ['declines are no failures', 'healthy', stats({ answered: 5, declined: 95 }), 'healthy'],
    ['one error in 9 calls is chance', 'healthy', stats({ answered: 6, errors: 3 }), 'healthy'],
    ['two failures are, however few the calls', 'healthy', stats({ answered: 8, errors: 2 }), 'healthy'],
    [
      'on probation 5 % failures exclude again',
      'restored',
      stats({ answered: 94, errors: 3, timeouts: 3 }, {}),
      'excluded',
    ],
    ['on probation the outage itself is forgotten', 'restored', stats({}, { answered: 50, errors: 50 }), 'healthy'],
  ])('%s', (_, from, seen, to) => {
    expect(after(from, seen)).toBe(to)
  })
})

describe('a gateway gets better step by step', () => {
  test.each<[what: string, from: HealthState, seen: GatewayStats, at: number, to: HealthState]>([
    ['a degraded one after 5 calm minutes', 'degraded', well, 5 * MINUTE, 'healthy'],
    ['not before', 'degraded', well, 5 * MINUTE - 1, 'degraded'],
    ['nor at half of the threshold and more', 'degraded', stats({ answered: 97, errors: 3 }), LONG, 'degraded'],
    ['a reduced one becomes degraded', 'reduced', well, 5 * MINUTE, 'degraded'],
    ['not while timeouts go on', 'reduced', stats({ answered: 94, timeouts: 6 }, {}), LONG, 'reduced'],
    ['an excluded one is restored by more than 99 %', 'excluded', well, 1, 'restored'],
    ['99 % are not more', 'excluded', stats({}, {}, { answered: 99, errors: 1 }), LONG, 'excluded'],
    ['nor do 9 calls prove it', 'excluded', stats({}, {}, { answered: 9 }), 29 * MINUTE, 'excluded'],
    [
      'but they do after half an hour without a failure',
      'excluded',
      stats({}, {}, { answered: 9 }),
      30 * MINUTE,
      'restored',
    ],
    ['silence does too', 'excluded', silent, 30 * MINUTE, 'restored'],
    ['a failure does not', 'excluded', stats({}, {}, { answered: 8, errors: 1 }), LONG, 'excluded'],
    ['a restored one is healthy after 15 minutes', 'restored', well, 15 * MINUTE, 'healthy'],
    ['not before', 'restored', well, 15 * MINUTE - 1, 'restored'],
    ['a healthy one stays so in silence', 'healthy', silent, LONG, 'healthy'],
  ])('%s', (_, from, seen, at, to) => {
    expect(after(from, seen, at)).toBe(to)
  })
})

test('an outage excludes, its end restores on probation, and probation ends well; each with when and why', () => {
  const board = createHealthBoard(['stripe'], 0)
  const seen: string[] = []
  const minute = (at: number): GatewayStats => {
    const share = (minutes: number): Partial<GatewayWindow> => {
      const bad = Math.max(0, Math.min(at, 20) - Math.max(at - minutes, 5)) // down from minute 5 to 20
      return { answered: 20 * (minutes - bad), timeouts: 20 * bad }
    }
    return { last5m: windowOf(share(5)), last10m: windowOf(share(10)), last15m: windowOf(share(15)) }
  }
  for (let at = 1; at <= 60; at++) {
    const { health, changed } = board.look('stripe', minute(at), at * MINUTE)
    expect(changed).toBe(health.since === at * MINUTE)
    if (changed) seen.push(`${at} ${health.state} ${health.why}`)
  }
  expect(seen).toEqual(['6 excluded failing', '30 restored recovered', '45 healthy calm'])
  expect(board.healthOf('stripe')).toEqual({ state: 'healthy', since: 45 * MINUTE, why: 'calm' })
})

test('a gateway that is not on the board is a bug of the caller', () => {
  const error = refusalOf(() => createHealthBoard(['stripe'], 0).look('adyen', well, 1))
  expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining("'adyen'") })
})

const window = fc.record({
  answered: fc.nat(200),
  declined: fc.nat(50),
  errors: fc.nat(30),
  timeouts: fc.nat(30),
  typicalMs: fc.constant(1),
  p95Ms: fc.constant(1),
})

test('whatever it sees, a look changes nothing or one state, and trust comes back only in its time', () => {
  const looks = fc.array(fc.record({ last5m: window, last10m: window, last15m: window }), { maxLength: 30 })
  const RANK: Readonly<Record<HealthState, number>> = { healthy: 0, restored: 1, degraded: 2, reduced: 3, excluded: 4 }
  fc.assert(
    fc.property(looks, fc.constantFrom(...HEALTH_STATES), (all, first) => {
      let health: GatewayHealth = { ...healthyAt(0), state: first }
      for (const [place, seen] of all.entries()) {
        const at = (place + 1) * MINUTE
        const next = healthAfter(health, seen, at)
        if (next !== health) {
          expect(next).toMatchObject({ since: at, state: expect.not.stringMatching(`^${health.state}$`) })
          if (RANK[next.state] < RANK[health.state] && health.state !== 'excluded')
            expect(at - health.since).toBeGreaterThanOrEqual(5 * MINUTE)
          if (health.state === 'excluded') expect(next.state).toBe('restored')
        }
        health = next
      }
    }),
  )
})
