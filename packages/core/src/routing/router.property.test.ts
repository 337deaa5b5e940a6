import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CAN, routable, steady, subject } from '../../test/routing-world.ts'
import type { Gateway } from '../gateways/index.ts'
import type { GatewayStanding, RoutingConditions } from './conditions.ts'
import { HEALTH_STATES } from './health.ts'
import type { RoutingOptions } from './options.ts'
import { routeRecord } from './route-plan.ts'
import { createRouter } from './router.ts'

const NAMES = ['a', 'b', 'c', 'd'] as const

const gateway: fc.Arbitrary<Gateway> = fc
  .record({
    currencies: fc.constantFrom<readonly string[] | 'all'>('all', ['EUR'], ['USD']),
    separateCapture: fc.boolean(),
    accounts: fc.constantFrom<readonly [string, ...string[]]>(['main'], ['one', 'two']),
    amounts: fc.constantFrom(undefined, { EUR: { min: 100n, max: 5_000n } }),
  })
  .map(({ currencies, separateCapture, accounts, amounts }) =>
    routable({ methods: { card: { ...CAN, separateCapture } }, currencies, amounts }, accounts),
  )

const options: fc.Arbitrary<RoutingOptions> = fc.constantFrom<RoutingOptions>(
  {},
  { explorationShare: 0.2 },
  { rules: [{ id: 'order', use: ['c', 'a', 'b'] }] },
  {
    rules: [
      { id: 'split', match: { country: 'DE' }, split: { a: 5, b: 3, d: 2 } },
      { id: 'rest', avoid: ['b'] },
    ],
  },
  { rules: [{ id: 'only', only: ['d', 'a'] }] },
)

const standing: fc.Arbitrary<GatewayStanding> = fc.record({
  leave: fc.constantFrom('yes', 'probe', 'no'),
  health: fc.constantFrom(...HEALTH_STATES),
  stats: fc.option(
    fc
      .record({ answered: fc.nat(500), declined: fc.nat(50), errors: fc.nat(50), timeouts: fc.nat(50) })
      .map((counts) => steady(counts)),
    { nil: undefined },
  ),
})

const payment = fc
  .record({
    payment: fc.option(fc.uuid()),
    reference: fc.uuid(),
    customer: fc.option(fc.uuid()),
    amount: fc.bigInt({ min: 1n, max: 10_000n }),
    currency: fc.constantFrom('EUR', 'USD'),
    country: fc.constantFrom(null, 'DE', 'FR'),
    capture: fc.constantFrom('automatic' as const, 'manual' as const),
    gateway: fc.option(fc.constantFrom(...NAMES), { freq: 5 }),
  })
  .map((fields) => subject(fields))

const world = fc.record({
  gateways: fc
    .tuple(gateway, gateway, gateway, gateway)
    .map((all) => new Map(NAMES.map((name, at) => [name as string, all[at] as Gateway]))),
  options,
  payment,
  standings: fc
    .tuple(standing, standing, standing, standing)
    .map((all) => new Map(NAMES.map((name, at) => [name as string, all[at] as GatewayStanding]))),
})

const routerFor = (gateways: ReadonlyMap<string, Gateway>, given: RoutingOptions) => {
  try {
    return createRouter(gateways, given)
  } catch {
    return undefined // a rule that these gateways make contradictory
  }
}

test('a plan accounts for every gateway once: it is a candidate or refused, and no candidate is one that cannot', () => {
  let seen = 0
  fc.assert(
    fc.property(world, (one) => {
      const router = routerFor(one.gateways, one.options)
      if (router === undefined) return
      const plan = router.plan(one.payment, { at: 1, standingOf: (name: string) => one.standings.get(name) })
      const all = [...plan.candidates, ...plan.refused].map((entry) => `${entry.gateway}/${entry.account}`)
      expect(new Set(all).size).toBe(all.length)
      expect(new Set([...plan.candidates, ...plan.refused].map((entry) => entry.gateway))).toEqual(new Set(NAMES))
      for (const { gateway: name, account, can } of plan.candidates) {
        const { capabilities, accounts } = one.gateways.get(name) as Gateway
        expect(accounts).toContain(account)
        expect(capabilities.currencies === 'all' || capabilities.currencies.includes(one.payment.currency)).toBe(true)
        expect(one.payment.capture === 'automatic' || can.separateCapture).toBe(true)
        expect(one.standings.get(name)?.leave).not.toBe('no')
        if (one.payment.gateway !== null) expect(name).toBe(one.payment.gateway)
        seen++
      }
    }),
    { numRuns: 1_000 },
  )
  expect(seen).toBeGreaterThan(300)
})

test('the same question gets the same plan, and a plan survives JSON', () => {
  fc.assert(
    fc.property(world, (one) => {
      const plan = (): object | undefined =>
        routerFor(one.gateways, one.options)?.plan(one.payment, {
          at: 1,
          standingOf: (name: string) => one.standings.get(name),
        })
      const first = plan()
      expect(plan()).toEqual(first)
      if (first !== undefined) expect(JSON.parse(JSON.stringify(first))).toEqual(first)
    }),
    { numRuns: 300 },
  )
})

test('failing over until nobody is left asks everybody who can at most once', () => {
  fc.assert(
    fc.property(world, (one) => {
      const router = routerFor(one.gateways, one.options)
      if (router === undefined) return
      const tried: { gateway: string; account: string }[] = []
      const conditions = (): RoutingConditions => ({
        at: 1,
        standingOf: (name: string) => one.standings.get(name),
        tried,
      })
      for (let steps = 0; steps <= NAMES.length; steps++) {
        const [next] = router.plan(one.payment, conditions()).candidates
        if (next === undefined) return
        expect(tried).not.toContainEqual({ gateway: next.gateway, account: next.account })
        tried.push({ gateway: next.gateway, account: next.account })
      }
      throw new Error('it went on')
    }),
    { numRuns: 500 },
  )
})

test('a recorded plan is small', () => {
  fc.assert(
    fc.property(world, (one) => {
      const plan = routerFor(one.gateways, one.options)?.plan(one.payment, {
        at: 1,
        standingOf: (name: string) => one.standings.get(name),
      })
      if (plan !== undefined) expect(JSON.stringify(routeRecord(plan)).length).toBeLessThan(800)
    }),
    { numRuns: 300 },
  )
})
