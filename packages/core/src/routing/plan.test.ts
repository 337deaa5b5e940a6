import { describe, expect, test } from 'vitest'
import type { Gateway, MethodCapabilities } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { type RoutingInput, route } from './plan.ts'

const CAN: MethodCapabilities = {
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: true,
  refund: true,
  partialRefund: true,
  reverseBy: ['reference'],
}

const gateway = (
  methods: Gateway['capabilities']['methods'],
  currencies: readonly string[] | 'all' = 'all',
  accounts: readonly [string, ...string[]] = ['main'],
): Gateway => ({
  name: 'test',
  accounts,
  capabilities: { methods, currencies, lookupBy: [], keyRetentionMs: 0, absenceAfterMs: 0, webhooks: false },
  request: () => ({ method: 'GET', path: '/', headers: {}, body: null }),
  read: () => ({ effect: 'unknown', reason: 'test' }),
  verify: () => {},
  parse: () => [],
  transport: { send: async () => ({ outcome: 'unknown', reason: 'test' }) },
})

const input = (more: Partial<RoutingInput> = {}): RoutingInput => ({
  method: 'card',
  currency: 'EUR',
  capture: 'automatic',
  tokens: { one: 'tok', two: 'tok' },
  gateway: null,
  ...more,
})

const refusalOf = (run: () => unknown): FlorinError => {
  try {
    run()
  } catch (error) {
    if (error instanceof FlorinError) return error
  }
  throw new Error('it was not refused')
}

describe('route', () => {
  test('takes the first gateway that can, and its first account', () => {
    const gateways = new Map([
      ['one', gateway({ card: CAN }, 'all', ['a', 'b'])],
      ['two', gateway({ card: CAN })],
    ])
    expect(route(gateways, input())).toMatchObject({ gateway: 'one', account: 'a', explanation: { one: 'chosen' } })
  })

  test.each<[why: string, first: Gateway, more: Partial<RoutingInput>]>([
    ['does not take card', gateway({ bank_transfer: CAN }), {}],
    ['does not take EUR', gateway({ card: CAN }, ['USD']), {}],
    ['has no token for this method', gateway({ card: CAN }), { tokens: { two: 'tok' } }],
    ['not the named gateway', gateway({ card: CAN }), { gateway: 'two' }],
    [
      'cannot hold card for a later capture',
      gateway({ card: { ...CAN, separateCapture: false } }),
      { capture: 'manual' },
    ],
  ])('passes over a gateway and says why: %s', (why, first, more) => {
    const gateways = new Map([
      ['one', first],
      ['two', gateway({ card: CAN })],
    ])
    expect(route(gateways, input(more))).toMatchObject({ gateway: 'two', explanation: { one: why, two: 'chosen' } })
  })

  test('a gateway without separate capture does for an automatic one', () => {
    const gateways = new Map([['one', gateway({ card: { ...CAN, separateCapture: false } })]])
    expect(route(gateways, input()).gateway).toBe('one')
  })

  test('no gateway takes the currency: the refusal says so and names it', () => {
    const gateways = new Map([['one', gateway({ card: CAN }, ['USD'])]])
    const error = refusalOf(() => route(gateways, input()))
    expect(error.code).toBe('currency_not_supported')
    expect(error.message).toContain("'one' does not take EUR")
  })

  test('no gateway can for several reasons: all are told', () => {
    const gateways = new Map([
      ['one', gateway({ card: CAN }, ['USD'])],
      ['two', gateway({})],
    ])
    const error = refusalOf(() => route(gateways, input()))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain("'one' does not take EUR, 'two' does not take card")
  })

  test('a token for a name that every object has is no token', () => {
    const gateways = new Map([['constructor', gateway({ card: CAN })]])
    expect(refusalOf(() => route(gateways, input({ tokens: {} }))).code).toBe('unsupported')
  })
})
