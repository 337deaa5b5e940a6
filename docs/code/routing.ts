import { createRouter, explainText, type GatewayStanding, type RoutingOptions, type RoutingSubject } from '@florin/core'
import { sandbox } from '@florin/testkit'

export const routing: RoutingOptions<'stripe' | 'adyen'> = {
  rules: [
    { id: 'subscriptions', match: { metadata: { kind: 'subscription' } }, use: ['stripe', 'adyen'] },
    { id: 'large', match: { amount: { EUR: { min: '5000.00' }, GBP: { min: '4000.00' } } }, only: ['adyen'] },
    { id: 'cobrand', match: { bin: ['424242', '51000000-51009999'], country: ['DE', 'AT'] }, use: ['adyen', 'stripe'] },
    { id: 'uk', match: { currency: 'GBP', network: ['visa', 'mastercard'] }, split: { stripe: 70, adyen: 30 } },
    { id: 'no-stripe-yet', match: { merchant: 'mer_pharmacy' }, avoid: ['stripe'] },
  ],
  costs: {
    stripe: { basisPoints: 150, fixed: { EUR: '0.25', GBP: '0.20' } },
    adyen: { basisPoints: 130, fixed: { EUR: '0.11', GBP: '0.10' } },
  },
  merchants: {
    mer_opera: { rules: [{ id: 'opera', match: { currency: 'EUR' }, use: ['adyen'] }], weights: { cost: 60 } },
  },
}

export const router = createRouter(
  new Map([
    ['stripe', sandbox()],
    ['adyen', sandbox()],
  ]),
  routing,
)

export const payment: RoutingSubject = {
  merchant: 'mer_default',
  payment: null, // a preview: without an id nothing is explored
  reference: 'order-1001',
  customer: 'cus_ada',
  method: 'card',
  brand: null,
  network: 'visa',
  bin: '42424242',
  country: 'GB',
  amount: 4990n,
  currency: 'GBP',
  capture: 'automatic',
  metadata: {},
  tokens: { stripe: 'tok_1', adyen: 'tok_2' },
  gateway: null,
  account: null,
}

const standingOf = (gateway: string): GatewayStanding => ({ leave: gateway === 'stripe' ? 'no' : 'yes' })

export const explained = [
  explainText(router.plan(payment, { at: 0 })),
  explainText(router.plan({ ...payment, currency: 'EUR' }, { at: 0 })),
  explainText(router.plan(payment, { at: 0, standingOf })),
]
