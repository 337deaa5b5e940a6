import type { CommandMethod, RawDelivery } from '@florin/core/gateways'
import { type GatewayHarness, gatewayCases, registerGatewaySuite } from '@florin/testkit'
import { type AdyenDouble, startAdyenDouble } from '@florin/testkit/adyen'
import { describe, test } from 'vitest'
import { adyen } from '../src/adyen.ts'
import type { AdyenOptions } from '../src/options.ts'
import { ADYEN_TEST_CARDS } from '../src/test-cards.ts'

const card = (name: string): CommandMethod => ({ type: 'card', token: ADYEN_TEST_CARDS[name]?.token ?? name })

const WRONG_KEY = 'AQE-of-somebody-else'
const NEW_HMAC_KEY = '5'.repeat(64)

const gateway = (
  double: AdyenDouble,
  baseUrl: string,
  over: object = {},
  { http = {}, multipleCaptures = false }: Pick<AdyenOptions, 'http' | 'multipleCaptures'> = {},
) => {
  const { apiKey, accounts, webhook } = double
  const account = {
    apiKey,
    merchantAccount: accounts.default ?? '',
    hmacKeys: [webhook.hmacKey],
    webhookUser: webhook.username,
    webhookPassword: webhook.password,
    ...over,
  }
  const disputesUrl = new URL(baseUrl).origin
  const options: AdyenOptions = {
    environment: 'test',
    baseUrl,
    disputesUrl,
    accounts: { default: account },
    http,
    multipleCaptures,
  }
  return adyen(options)
}

const withoutSecret = { hmacKeys: undefined, webhookUser: undefined, webhookPassword: undefined }

/** The one delivery that a notice makes, as if it had come in for our account. */
const noticed = (double: AdyenDouble, eventCode: string, account: string): RawDelivery => {
  double.notify({ eventCode, pspReference: 'NC6HT9CRT65ZGN82', merchantReference: 'order-1' }, account)
  const delivery = double.deliveries().at(-1)
  if (delivery === undefined) throw new Error('the double announced nothing')
  return { ...delivery, account: 'default' }
}

const refusing = (double: AdyenDouble, kind: 'capture' | 'refund', reason: string): null => {
  double.failNext(kind, reason)
  return null
}

const OPTIONS = {
  accounts: { default: 'FlorinTestECOM', other: 'FlorinTestPOS' },
  webhookAuth: { username: 'florin', password: 'password-of-the-webhook' },
  hmacKey: 'a'.repeat(64),
}

const harness: GatewayHarness<AdyenDouble> = {
  name: 'adyen',
  open: () => startAdyenDouble(OPTIONS),
  gateway,
  variants: {
    wrongCredential: (double, baseUrl) => gateway(double, baseUrl, { apiKey: WRONG_KEY }),
    withoutSecret: (double, baseUrl) => gateway(double, baseUrl, withoutSecret),
    rotating: (double, baseUrl) => gateway(double, baseUrl, { hmacKeys: [NEW_HMAC_KEY, double.webhook.hmacKey] }),
    observed: (double, baseUrl, onExchange) => gateway(double, baseUrl, {}, { http: { onExchange } }),
  },
  deliveries: {
    foreign: (double) => noticed(double, 'AUTHORISATION', 'other'),
    unheardOf: (double) => noticed(double, 'WEATHER_CHANGED', 'default'),
  },
  methods: {
    approved: card('visa'),
    declined: [
      { method: card('issuer_unavailable'), class: 'technical' },
      { method: card('error'), class: 'technical' },
      { method: card('insufficient_funds'), class: 'soft_balance' },
      { method: card('refused'), class: 'soft_generic' },
      { method: card('expired'), class: 'customer_action' },
      { method: card('blocked'), class: 'hard' },
      { method: card('fraud'), class: 'fraud' },
    ],
    challenge: card('threeds'),
    broughtBack: { redirectResult: 'X6XtfGC3!Y' },
    others: [{ type: 'bank_transfer', token: 'bankTransfer_IBAN' }],
    redirect: { type: 'redirect', token: 'ideal' },
  },
  later: {
    captureRefused: (double) => refusing(double, 'capture', 'Capture declined'),
    refundRefused: (double) => refusing(double, 'refund', 'Insufficient balance on payment'),
    captureFails: (double, { gatewayId }) => double.captureFailed(gatewayId),
    refundFails: (double, { gatewayId }) => double.refundFailed(gatewayId),
  },
  disputes: {
    open: ({ dashboard }, { gatewayId }, amount) => dashboard.openDispute(gatewayId, { amount }),
    inquire: ({ dashboard }, { gatewayId }) => dashboard.openDispute(gatewayId, { inquiry: true }),
    decide: ({ dashboard }, dispute, how) => dashboard.decideDispute(dispute, how),
    evidence: {
      texts: { defense_reason_code: 'SupplyDefenseMaterial' },
      files: [
        {
          kind: 'defense_material',
          name: 'invoice.pdf',
          contentType: 'application/pdf',
          bytes: Uint8Array.of(1, 2, 3),
        },
      ],
    },
  },
  endedStatuses: ['Refused', 'Error', 'Cancelled'],
  currency: 'EUR',
  returnUrl: 'https://shop.test/return?order=1',
  secrets: ['adyen_test_key', WRONG_KEY, 'a'.repeat(64), NEW_HMAC_KEY, 'password-of-the-webhook'],
  skips: {
    'webhooks.replay_window':
      'Adyen signs no time; identical deliveries are told apart by their digest (docs/adyen.md)',
  },
}

registerGatewaySuite(test, harness)

describe('where Adyen enabled several captures, none of which gives anything back,', () => {
  const several: GatewayHarness<AdyenDouble> = {
    ...harness,
    open: () => startAdyenDouble({ ...OPTIONS, multipleCaptures: true }),
    gateway: (double, baseUrl) => gateway(double, baseUrl, {}, { multipleCaptures: true }),
  }
  const about = ['capture.full', 'capture.partial', 'capture.several', 'capture.too_much', 'flow.capture_and_refund']
  test.each(gatewayCases.filter(({ name }) => about.includes(name)))('$name: $says', (each) => each.run(several))
})
