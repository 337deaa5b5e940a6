import { type GatewayHarness, registerGatewaySuite } from '@florin/testkit'
import { type StripeDouble, startStripeDouble } from '@florin/testkit/stripe'
import { describe, test } from 'vitest'
import { stripe } from '../src/index.ts'
import { signedEvent } from './signed-event.ts'

const API_KEY = 'sk_test_canary4eC39HqLyjWDarjtT1zdp7dc'
const SECRET = 'whsec_canary5f2a8c1de94b70a6c3e85d7f90214b3c'
const OTHER_SECRET = 'whsec_canary0000000000000000000000000000001'

const card = (token: string) => ({ type: 'card', token }) as const
const event = (over: object) => ({
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: Math.floor(Date.now() / 1_000),
  livemode: false,
  pending_webhooks: 1,
  request: null,
  type: 'customer.created',
  data: { object: { id: 'cus_1', object: 'customer' } },
  ...over,
})

const evidence = (kind: string, name: string, content: string) =>
  ({ kind, name, contentType: 'application/pdf', bytes: Buffer.from(content) }) as const

const granted = { multicapture: true, incrementalAuthorization: true } as const

const harness = (form: 'one_step' | 'two_step'): GatewayHarness<StripeDouble> => ({
  name: `stripe (${form})`,
  open: () => startStripeDouble({ accounts: { default: { apiKey: API_KEY, webhookSecret: SECRET } } }),
  gateway: (_, baseUrl) => stripe({ apiKey: API_KEY, webhookSecret: SECRET, baseUrl, form, ...granted }),
  variants: {
    wrongCredential: (_, baseUrl) => stripe({ apiKey: 'sk_test_wrong', webhookSecret: SECRET, baseUrl, form }),
    withoutSecret: (_, baseUrl) => stripe({ apiKey: API_KEY, baseUrl, form }),
    rotating: (_, baseUrl) => stripe({ apiKey: API_KEY, webhookSecret: [OTHER_SECRET, SECRET], baseUrl, form }),
    observed: (_, baseUrl, onExchange) =>
      stripe({ apiKey: API_KEY, webhookSecret: SECRET, baseUrl, form, ...granted, transport: { onExchange } }),
  },
  deliveries: {
    foreign: () => signedEvent(event({ account: 'acct_somebodyelse' }), SECRET),
    unheardOf: () => signedEvent(event({ type: 'something.unheard_of' }), SECRET),
  },
  methods: {
    approved: card('pm_card_visa'),
    declined: [
      { method: card('pm_card_visa_chargeDeclined'), class: 'soft_generic' },
      { method: card('pm_card_visa_chargeDeclinedInsufficientFunds'), class: 'soft_balance' },
      { method: card('pm_card_visa_chargeDeclinedLostCard'), class: 'hard' },
      { method: card('pm_card_chargeDeclinedExpiredCard'), class: 'customer_action' },
      { method: card('pm_card_chargeDeclinedProcessingError'), class: 'technical' },
      { method: card('pm_card_radarBlock'), class: 'fraud' },
    ],
    challenge: card('pm_card_threeDSecure2Required'),
    others: [
      { type: 'apple_pay', token: 'pm_card_mastercard' },
      { type: 'google_pay', token: 'pm_card_amex' },
    ],
  },
  later: { refundFails: ({ dashboard }, { gatewayId }) => dashboard.failRefund(gatewayId) },
  disputes: {
    open: ({ dashboard }, { gatewayId }, amount) => dashboard.openDispute(gatewayId, { amount }),
    inquire: ({ dashboard }, { gatewayId }) => dashboard.openDispute(gatewayId, { inquiry: true }),
    decide: ({ dashboard }, dispute, how) => dashboard.decideDispute(dispute, how),
    evidence: {
      texts: { explanation: 'They have it.', shipping_tracking: 'Z01234567890' },
      files: [
        evidence('receipt', 'receipt.pdf', '%PDF-1.7 paid'),
        evidence('shipping_documentation', 'note "é".pdf', '%PDF-1.7 signed for'),
      ],
    },
  },
  endedStatuses: ['requires_payment_method', 'canceled'],
  currency: 'EUR',
  returnUrl: 'https://shop.example/return',
  secrets: [API_KEY, SECRET, OTHER_SECRET],
})

for (const form of ['one_step', 'two_step'] as const) describe(form, () => registerGatewaySuite(test, harness(form)))
