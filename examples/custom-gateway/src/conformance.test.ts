import type { CommandMethod } from '@florin/core/gateways'
import { type GatewayHarness, registerGatewaySuite } from '@florin/testkit'
import { describe, test } from 'vitest'
import { CREDENTIALS, type GuilderDouble, startGuilderDouble, WEBHOOK_SECRET } from './double/double.ts'
import { guilderPay } from './gateway.ts'

const card = (token: string): CommandMethod => ({ type: 'card', token })

const NEW_SECRET = `whsec_${Buffer.from('the secret after the rotation').toString('base64')}`
const WRONG_SECRET = 'secret-of-somebody-else-0123456789'

const gateway = ({ credentials, webhookSecret }: GuilderDouble, baseUrl: string, over: object = {}) =>
  guilderPay({ ...credentials, webhookSecrets: [webhookSecret], baseUrl, ...over })

const event = (over: object) => ({ type: 'order.changed', merchant: 'M-1001', at: new Date().toISOString(), ...over })

const harness: GatewayHarness<GuilderDouble> = {
  name: 'guilder-pay',
  open: startGuilderDouble,
  gateway,
  variants: {
    wrongCredential: (double, baseUrl) => gateway(double, baseUrl, { secret: WRONG_SECRET }),
    withoutSecret: (double, baseUrl) => gateway(double, baseUrl, { webhookSecrets: [] }),
    rotating: (double, baseUrl) => gateway(double, baseUrl, { webhookSecrets: [NEW_SECRET, double.webhookSecret] }),
    observed: (double, baseUrl, onExchange) => gateway(double, baseUrl, { onExchange }),
  },
  deliveries: {
    foreign: (double) => double.sign(event({ merchant: 'M-2002' })),
    unheardOf: (double) => double.sign(event({ type: 'weather.changed' })),
  },
  methods: {
    approved: card('tok_approve'),
    declined: [
      { method: card('tok_insufficient'), class: 'soft_balance' },
      { method: card('tok_refused'), class: 'soft_generic' },
      { method: card('tok_expired'), class: 'customer_action' },
      { method: card('tok_stolen'), class: 'hard' },
      { method: card('tok_never_again'), class: 'hard' },
      { method: card('tok_suspicious'), class: 'fraud' },
      { method: card('tok_bank_down'), class: 'technical' },
    ],
    challenge: card('tok_3ds'),
    others: [{ type: 'apple_pay', token: 'tok_approve' }],
    redirect: { type: 'redirect', token: 'bank_approves', brand: 'ideal' },
  },
  // Captures are done or refused at once, so nothing comes later of them.
  later: {
    refundRefused: () => card('tok_closed_account'),
    refundFails: (double) => double.returnRefunds(),
  },
  endedStatuses: ['declined', 'voided', 'lapsed'],
  currency: 'EUR',
  returnUrl: 'https://shop.example/return?cart=1',
  // Only the key's id travels; what signs never does.
  secrets: [CREDENTIALS.keyId, CREDENTIALS.secret, WEBHOOK_SECRET, NEW_SECRET, WRONG_SECRET],
}

describe('guilder-pay', () => registerGatewaySuite(test, harness))
