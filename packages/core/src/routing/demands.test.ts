import { describe, expect, test } from 'vitest'
import { CAN, refusalOf, routable } from '../../test/routing-world.ts'
import type { Capabilities, Gateway } from '../gateways/index.ts'
import { checkGateways, type GatewayDemands } from './demands.ts'

const check = (gateways: Readonly<Record<string, Gateway>>, demands?: GatewayDemands) => () =>
  checkGateways(new Map(Object.entries(gateways)), demands)

describe('a gateway whose lost answers nobody could resolve', () => {
  test.each<[what: string, can: Partial<Capabilities>]>([
    ['neither webhooks nor reports', {}],
    ['no webhooks', { reports: true }],
    ['no reports', { webhooks: true }],
  ])('is refused where it has %s', (lacks, can) => {
    const error = refusalOf(check({ odd: routable({ lookupBy: [], ...can }) }))
    expect(error.code).toBe('configuration')
    expect(error.message).toContain(`gateways.odd: cannot be asked what became of a charge, and has ${lacks}:`)
    expect(error.message).toContain('Configure its webhooks, or use an adapter with a lookup')
  })

  test.each<[what: string, can: Partial<Capabilities>]>([
    ['a lookup by its own id', { lookupBy: ['gateway_id'] }],
    ['webhooks and reports', { lookupBy: [], webhooks: true, reports: true }],
  ])('is none that has %s', (_, can) => {
    expect(check({ fine: routable(can) })).not.toThrow()
  })
})

test('one gateway under two names is refused, and told how to name two accounts', () => {
  const gateway = routable({}, ['eu', 'us'])
  const { message } = refusalOf(check({ stripe: gateway, stripe_us: gateway }))
  expect(message).toContain("gateways.stripe_us: is the very gateway that is called 'stripe' too")
  expect(message).toContain("'stripe/account'")
})

describe('accounts that collide are refused:', () => {
  test('a copy of a gateway that sends through the same transport, for the same account', () => {
    const gateway = routable({}, ['eu', 'us'])
    const copy: Gateway = { ...gateway, name: 'copy', accounts: ['us'] }
    const { message } = refusalOf(check({ stripe: gateway, copy }))
    expect(message).toContain("gateways.copy: is the very gateway that is called 'stripe' too (account 'us')")
    expect(check({ stripe: gateway, copy: { ...copy, accounts: ['jp'] } })).not.toThrow()
  })

  test('two accounts of one gateway under one name', () => {
    const { message } = refusalOf(check({ stripe: routable({}, ['eu', 'us', 'eu']) }))
    expect(message).toBe("gateways.stripe: has two accounts called 'eu': rename one")
  })

  test('a gateway without any', () => {
    const { message } = refusalOf(check({ stripe: routable({}, [] as unknown as [string]) }))
    expect(message).toContain('gateways.stripe: has no account')
  })

  test('the same account name at two gateways is no collision', () => {
    expect(check({ stripe: routable(), stripe_us: routable() })).not.toThrow()
  })
})

describe('failover after an unknown outcome', () => {
  const sale = routable({ methods: { card: { ...CAN, separateCapture: false } } })
  const stuck = routable({ methods: { card: { ...CAN, reverseBy: [] } } })
  const demands: GatewayDemands = { failoverOnUnknown: ['card'] }

  test('needs separate capture wherever it may leave', () => {
    const { message } = refusalOf(check({ good: routable(), sale }, demands))
    expect(message).toContain('gateways.sale: failover after an unknown outcome is asked for card')
    expect(message).toContain("cannot be authorised without being captured at 'sale'")
  })

  test('needs a way to reverse', () => {
    expect(refusalOf(check({ stuck, good: routable() }, demands)).message).toContain("cannot be reversed at 'stuck'")
  })

  test('is fine where every gateway of the method has both, whatever other methods can', () => {
    const redirect = routable({ methods: { card: CAN, redirect: { ...CAN, separateCapture: false, reverseBy: [] } } })
    expect(check({ a: routable(), redirect }, demands)).not.toThrow()
    expect(check({ a: routable(), redirect }, { failoverOnUnknown: ['card', 'redirect'] })).not.toThrow() // nowhere to go
  })

  test('two accounts of one gateway are two places: a charge can be left for the other one', () => {
    const two = routable({ methods: { card: { ...CAN, reverseBy: [] } } }, ['eu', 'us'])
    expect(refusalOf(check({ two }, demands)).message).toContain("cannot be reversed at 'two'")
  })

  test('a gateway alone is never left, and without the demand nobody is', () => {
    expect(check({ sale }, demands)).not.toThrow()
    expect(check({ sale, stuck })).not.toThrow()
  })
})
