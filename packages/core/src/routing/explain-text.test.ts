import { describe, expect, test } from 'vitest'
import { alike, routable, subject } from '../../test/routing-world.ts'
import type { GatewayStanding } from './conditions.ts'
import { explainText, noGateway, waitsForRecovery } from './explain-text.ts'
import { routeRecord } from './route-plan.ts'
import { createRouter } from './router.ts'

const AT = 1_700_000_000_000
const router = createRouter(alike('a', 'b', 'c').set('d', routable({ currencies: ['USD'] })), {
  rules: [{ id: 'gb', match: { country: 'GB' }, use: ['c', 'a'] }],
})
const open: GatewayStanding = { leave: 'no' }
const standingsOf =
  (by: Readonly<Record<string, GatewayStanding>>) =>
  (gateway: string): GatewayStanding | undefined =>
    by[gateway]

describe('an explanation', () => {
  test('says what decided, the order with its reasons, and why each other gateway was not chosen', () => {
    const standingOf = standingsOf({ a: { health: 'reduced' }, b: open })
    expect(explainText(router.plan(subject(), { at: AT, standingOf }))).toBe(
      [
        'no rule matches: the best score first',
        '1. c (account main): score 92.9 % (success 90.5 %, latency 92.3 %, cost 100.0 %)',
        '2. a (account main): score 92.9 % (success 90.5 %, latency 92.3 %, cost 100.0 %); reduced; not well at present: it keeps only a share of its payments, and this is none of them',
        'not b: its circuit breaker is open [breaker_open]',
        'not d: does not take EUR [currency]',
      ].join('\n'),
    )
  })

  test('names the rule', () => {
    expect(explainText(router.plan(subject({ country: 'GB' }), { at: AT })).split('\n')).toEqual([
      "rule 'gb': in the order of the rule",
      '1. c (account main)',
      '2. a (account main)',
      "not b: is left out by the rule 'gb' [rule]",
      "not d: is left out by the rule 'gb' [rule]",
    ])
  })

  test('says that nobody can', () => {
    const standingOf = standingsOf({ a: open })
    expect(explainText(router.plan(subject({ gateway: 'a' }), { at: AT, standingOf })).split('\n')[0]).toBe(
      'no gateway can take it',
    )
  })
})

describe('a plan without candidates', () => {
  const down = standingsOf({ a: open, b: open, c: open })

  test('waits for recovery where only what passes is in the way', () => {
    expect(waitsForRecovery(router.plan(subject(), { at: AT, standingOf: down }))).toBe(true)
    expect(waitsForRecovery(router.plan(subject({ tokens: {} }), { at: AT, standingOf: down }))).toBe(false)
    expect(waitsForRecovery(router.plan(subject(), { at: AT }))).toBe(false)
  })

  test('is an error that tells every reason', () => {
    const error = noGateway(router.plan(subject({ tokens: { a: 't' } }), { at: AT, standingOf: down }))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain("'a' its circuit breaker is open, 'b' has no token for this method")
  })

  test('has a code of its own where no gateway takes the currency', () => {
    const dollars = createRouter(new Map([['d', routable({ currencies: ['USD'] })]]))
    expect(noGateway(dollars.plan(subject({ tokens: { d: 't' } }), { at: AT })).code).toBe('currency_not_supported')
  })
})

test('what is recorded is names and rounded numbers, without what is usual', () => {
  const standingOf = standingsOf({ b: { health: 'restored' } })
  expect(routeRecord(router.plan(subject({ gateway: 'b' }), { at: AT, standingOf }))).toEqual({
    v: 1,
    at: AT,
    rule: null,
    by: 'name',
    explored: false,
    candidates: [{ gateway: 'b', account: 'main', health: 'restored', note: 'set_back' }],
    refused: ['a', 'c', 'd'].map((gateway) => ({
      gateway,
      account: 'main',
      code: 'not_named',
      why: 'is not the named gateway',
    })),
  })
  const { candidates } = routeRecord(router.plan(subject(), { at: AT }))
  expect(candidates[0]).toEqual({ gateway: 'a', account: 'main', score: [0.9294, 0.9048, 0.9231, 1] })
})
