import { describe, expect, test } from 'vitest'
import { alike, CAN, refusalOf, routable, steady, subject } from '../../test/routing-world.ts'
import type { Capabilities, Gateway } from '../gateways/index.ts'
import type { GatewayStanding, RoutingConditions } from './conditions.ts'
import type { HealthState } from './health.ts'
import { REFUSALS, type RefusalCode } from './refusals.ts'
import type { RoutePlan } from './route-plan.ts'
import { createRouter } from './router.ts'
import type { RoutingSubject } from './subject.ts'

const AT = 1_700_000_000_000
const names = (plan: RoutePlan): string => plan.candidates.map(({ gateway }) => gateway).join()
const refusedAs = (plan: RoutePlan, gateway: string): RefusalCode | undefined =>
  plan.refused.find((one) => one.gateway === gateway)?.code
const standings = (by: Readonly<Record<string, GatewayStanding>>): RoutingConditions => ({
  at: AT,
  standingOf: (gateway) => by[gateway],
})
const sick = (health: HealthState): GatewayStanding => ({ health })

describe('who is eligible', () => {
  interface Case {
    readonly first?: Partial<Capabilities>
    readonly payment?: Partial<RoutingSubject>
    readonly conditions?: Partial<RoutingConditions>
  }
  const cases: Readonly<Record<RefusalCode, Case & { readonly why: string }>> = {
    not_named: { payment: { gateway: 'b' }, why: 'is not the named gateway' },
    account_unknown: { payment: { gateway: 'a', account: 'asia' }, why: "has no account 'asia'" },
    rule: { payment: { country: 'GB' }, why: "is left out by the rule 'gb'" },
    method: { first: { methods: {} }, why: 'does not take card' },
    currency: { first: { currencies: ['USD'] }, why: 'does not take EUR' },
    amount_low: { first: { amounts: { EUR: { min: 4991n } } }, why: 'takes no less than 49.91 EUR' },
    amount_high: { first: { amounts: { EUR: { max: 4989n } } }, why: 'takes no more than 49.89 EUR' },
    separate_capture: {
      first: { methods: { card: { ...CAN, separateCapture: false } } },
      payment: { capture: 'manual' },
      why: 'cannot hold card for a later capture',
    },
    no_token: { payment: { tokens: { b: 't' } }, why: 'has no token for this method' },
    scheme_cap: {
      conditions: { caps: { allowed: false, rule: 'visa_never', until: null, why: 'may not' } },
      why: 'may not',
    },
    tried: { conditions: { tried: [{ gateway: 'a', account: 'main' }] }, why: 'was tried already' },
    breaker_open: { conditions: standings({ a: { leave: 'no' } }), why: 'its circuit breaker is open' },
    excluded: { conditions: standings({ a: sick('excluded') }), why: 'fails too often at present' },
  }

  test.each(Object.entries(cases))('not one that is refused as %s, and it says why', (code, { why, ...one }) => {
    const gateways = new Map([
      ['a', routable(one.first)],
      ['b', routable()],
    ])
    const router = createRouter(gateways, { rules: [{ id: 'gb', match: { country: 'GB' }, use: ['b'] }] })
    const plan = router.plan(subject(one.payment), { at: AT, ...one.conditions })
    expect(plan.refused).toContainEqual({ gateway: 'a', account: one.payment?.account ?? 'main', code, why })
    const others = code === 'scheme_cap' || code === 'account_unknown' ? '' : 'b'
    expect(names(plan)).toBe(others)
  })

  test('is every reason tried', () => {
    expect(Object.keys(cases)).toEqual(Object.keys(REFUSALS))
  })

  test('amounts at the limits, and those in other currencies', () => {
    const limits = { EUR: { min: 4990n, max: 4990n }, USD: { max: 1n } }
    const router = createRouter(new Map([['a', routable({ amounts: limits })]]))
    expect(names(router.plan(subject(), { at: AT }))).toBe('a')
  })

  test('a token for a name that every object has is no token', () => {
    const router = createRouter(new Map([['constructor', routable()]]))
    expect(refusedAs(router.plan(subject({ tokens: {} }), { at: AT }), 'constructor')).toBe('no_token')
  })

  test('a gateway that is not configured cannot be named', () => {
    const router = createRouter(alike('a', 'b'))
    const error = refusalOf(() => router.plan(subject({ gateway: 'c' }), { at: AT }))
    expect(error).toMatchObject({ code: 'gateway_unknown' })
    expect(error.message).toContain('there are a, b')
  })
})

describe('what a rule does', () => {
  const gateways = new Map<string, Gateway>([
    ['a', routable({}, ['one', 'two'])],
    ['b', routable()],
    ['c', routable()],
  ])
  const planned = (rule: object, payment: Partial<RoutingSubject> = {}): RoutePlan =>
    createRouter(gateways, { rules: [{ id: 'r', ...rule }] }).plan(subject(payment), { at: AT })

  test.each<[rule: object, order: string, by: RoutePlan['by']]>([
    [{ use: ['c', 'a'] }, 'c,a', 'order'],
    [{ only: ['c', 'b'] }, 'c,b', 'score'],
    [{ avoid: ['a'] }, 'b,c', 'score'],
    [{}, 'a,b,c', 'score'],
  ])('%o asks %s', (rule, order, by) => {
    const plan = planned(rule)
    expect({ order: names(plan), by: plan.by, rule: plan.rule }).toEqual({ order, by, rule: 'r' })
    for (const left of ['a', 'b', 'c'].filter((name) => !order.includes(name)))
      expect(refusedAs(plan, left)).toBe('rule')
  })

  test('names an account, and two accounts of one gateway are two candidates', () => {
    const plan = planned({ use: ['a/two', 'b', 'a'] })
    expect(plan.candidates.map(({ gateway, account }) => `${gateway}/${account}`)).toEqual(['a/two', 'b/main', 'a/one'])
  })

  test('avoids one account only: a gateway whose default is another stays', () => {
    expect(names(planned({ avoid: ['a/two'] }))).toBe('a,b,c')
    expect(names(planned({ avoid: ['a/one'] }))).toBe('b,c')
  })

  test('does not apply where the payment names its gateway', () => {
    const plan = planned({ use: ['c'] }, { gateway: 'a', account: 'two' })
    expect(plan).toMatchObject({ rule: null, by: 'name', candidates: [{ gateway: 'a', account: 'two' }] })
  })
})

describe('a merchant of its own', () => {
  const router = createRouter(
    new Map([
      ['a', routable({}, ['one', 'two'])],
      ['b', routable()],
    ]),
    {
      rules: [{ id: 'all', use: ['a', 'b'] }],
      merchants: {
        mer_2: { rules: [{ id: 'theirs', match: { country: 'DE' }, use: ['b'] }], accounts: { a: 'two' } },
      },
    },
  )

  test('is asked by its own rules first, then by the general ones', () => {
    expect(router.plan(subject({ merchant: 'mer_2' }), { at: AT })).toMatchObject({ rule: 'theirs' })
    expect(router.plan(subject({ merchant: 'mer_2', country: 'FR' }), { at: AT })).toMatchObject({ rule: 'all' })
    expect(router.plan(subject({ merchant: 'mer_1' }), { at: AT })).toMatchObject({ rule: 'all' })
  })

  test('has its account where a rule names none', () => {
    const account = (merchant: string): string | undefined =>
      router.plan(subject({ merchant, country: 'FR' }), { at: AT }).candidates[0]?.account
    expect([account('mer_1'), account('mer_2')]).toEqual(['one', 'two'])
  })

  test('has its own weights, completed by the general ones', () => {
    const gateways = alike('a', 'b')
    const slow = { a: { stats: steady({ typicalMs: 6_000, p95Ms: 9_000 }) }, b: { stats: steady() } }
    const costs = { a: { basisPoints: 100 }, b: { basisPoints: 200 } }
    const weighed = createRouter(gateways, { costs, merchants: { mer_2: { weights: { success: 0, latency: 0 } } } })
    const first = (merchant: string) => names(weighed.plan(subject({ merchant }), standings(slow)))
    expect([first('mer_1'), first('mer_2')]).toEqual(['b,a', 'a,b'])
  })
})

describe('health and breakers', () => {
  const payments = Array.from({ length: 4_000 }, (_, at) => subject({ payment: `pay_${at}` }))
  const firsts = (router: ReturnType<typeof createRouter>, conditions: RoutingConditions): Record<string, number> => {
    const count: Record<string, number> = {}
    for (const payment of payments) {
      const first = router.plan(payment, conditions).candidates[0]?.gateway ?? 'none'
      count[first] = (count[first] ?? 0) + 1 / payments.length
    }
    return count
  }
  const ordered = createRouter(alike('a', 'b'), { rules: [{ id: 'r', use: ['a', 'b'] }] })

  test.each<[standing: GatewayStanding, share: number]>([
    [sick('healthy'), 1],
    [sick('degraded'), 1],
    [sick('reduced'), 0.25],
    [sick('restored'), 0.5],
    [sick('excluded'), 0.02],
    [{ leave: 'probe' }, 0.1],
    [{ leave: 'probe', health: 'excluded' }, 0.02],
    [{ leave: 'no' }, 0],
  ])('with %o the first of a rule keeps a share of %d', (standing, share) => {
    const kept = firsts(ordered, standings({ a: standing })).a ?? 0
    expect(Math.abs(kept - share)).toBeLessThan(0.025)
  })

  test('set back, it is the failover; the share that it keeps is the same for every look', () => {
    const conditions = standings({ a: sick('reduced') })
    const orders = payments.map((payment) => names(ordered.plan(payment, conditions)))
    expect(new Set(orders)).toEqual(new Set(['a,b', 'b,a']))
    expect(payments.map((payment) => names(ordered.plan(payment, conditions)))).toEqual(orders)
  })

  test('without exploration nobody is sent to an excluded gateway', () => {
    const router = createRouter(alike('a', 'b'), { explorationShare: 0 })
    expect(firsts(router, standings({ a: sick('excluded') }))).toEqual({ b: expect.closeTo(1) })
  })

  test('an excluded gateway is the last resort where nobody else can, and an open breaker is none', () => {
    const conditions = standings({ a: sick('excluded'), b: { leave: 'no' } })
    const plan = ordered.plan(subject(), conditions)
    expect(plan.candidates).toMatchObject([{ gateway: 'a', health: 'excluded', note: 'last_resort' }])
    expect(plan.explored).toBe(false)
  })

  test('after the others were tried, an excluded gateway is the last resort too', () => {
    const tried = [{ gateway: 'b', account: 'main' }]
    const plan = ordered.plan(subject(), { ...standings({ a: sick('excluded') }), tried })
    expect(plan.candidates).toMatchObject([{ gateway: 'a', note: 'last_resort' }])
  })

  test('a degraded gateway loses a near tie by score', () => {
    const router = createRouter(alike('a', 'b'))
    expect(names(router.plan(subject(), standings({ a: sick('degraded') })))).toBe('b,a')
  })
})

describe('exploration', () => {
  const router = createRouter(alike('a', 'b', 'c'), { explorationShare: 0.1 })
  const plans = Array.from({ length: 5_000 }, (_, at) => router.plan(subject({ payment: `pay_${at}` }), { at: AT }))
  const explored = plans.filter((plan) => plan.explored)

  test('tries each of the others for its share of payments, and says so', () => {
    expect(Math.abs(explored.length / plans.length - 0.1)).toBeLessThan(0.02)
    for (const plan of plans) expect(plan.candidates[0]?.gateway === 'a').toBe(!plan.explored)
    for (const plan of explored) expect(plan.candidates[0]?.note).toBe('explored')
    const orders = new Set(explored.map(names))
    expect(orders).toEqual(new Set(['b,a,c', 'c,a,b']))
  })

  test('never touches an order that a rule gives, a preview, a named gateway or a failover', () => {
    const ordered = createRouter(alike('a', 'b'), { explorationShare: 0.2, rules: [{ id: 'r', use: ['a', 'b'] }] })
    for (let at = 0; at < 500; at++) {
      const payment = `pay_${at}`
      expect(ordered.plan(subject({ payment }), { at: AT }).explored).toBe(false)
      expect(router.plan(subject({ reference: payment }), { at: AT }).explored).toBe(false)
      expect(router.plan(subject({ payment, gateway: 'b' }), { at: AT }).explored).toBe(false)
      const tried = [{ gateway: 'a', account: 'main' }]
      expect(names(router.plan(subject({ payment }), { at: AT, tried }))).toBe('b,c')
    }
  })
})

test('a payment that probes an excluded gateway explores nothing else', () => {
  const router = createRouter(alike('a', 'b', 'c'), { explorationShare: 0.2 })
  const conditions = standings({ c: sick('excluded') })
  const plans = Array.from({ length: 1_000 }, (_, at) => router.plan(subject({ payment: `pay_${at}` }), conditions))
  const probes = plans.filter(({ candidates }) => candidates.some(({ note }) => note === 'probe'))
  expect(probes.length).toBeGreaterThan(100)
  expect(new Set(probes.map(names))).toEqual(new Set(['c,a,b']))
  for (const { explored } of probes) expect(explored).toBe(true)
})

test('the failures of an excluded gateway do not count against one that nobody has seen', () => {
  const router = createRouter(alike('a', 'b', 'c'))
  const broken = { health: 'excluded', stats: steady({ answered: 0, errors: 10_000 }) } as const
  const known = { stats: steady({ answered: 95, declined: 5 }) }
  expect(names(router.plan(subject(), standings({ a: broken, b: known })))).toBe('c,b')
})
