import { test } from 'vitest'
import type { RoutingOptions } from './options.ts'

type Options = RoutingOptions<'stripe' | 'adyen'>

test('rules name configured gateways and their accounts only', () => {
  const fine: Options = { rules: [{ id: 'r', use: ['stripe/eu', 'adyen'] }], costs: { adyen: { basisPoints: 100 } } }
  // @ts-expect-error there is no such gateway
  const unknown: Options = { rules: [{ id: 'r', use: ['paypal'] }] }
  // @ts-expect-error nor such a one to split with
  const split: Options = { rules: [{ id: 'r', split: { stripe: 1, paypal: 1 } }] }
  // @ts-expect-error nor such a method
  const method: Options = { rules: [{ id: 'r', match: { method: 'cash' } }] }
  // @ts-expect-error amounts are decimal strings
  const amount: Options = { rules: [{ id: 'r', match: { amount: { EUR: { min: 100 } } } }] }
  return [fine, unknown, split, method, amount]
})
