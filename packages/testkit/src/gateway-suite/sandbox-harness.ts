import type { RawDelivery } from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import { type SandboxDouble, startSandboxDouble } from '../provider/sandbox/sandbox-double.ts'
import { sandbox } from '../sandbox/index.ts'
import { sign } from '../sandbox/webhooks/sign.ts'
import { SIGNATURE_HEADER } from '../sandbox/wire.ts'
import type { GatewayHarness } from './harness.ts'

const card = (token: string) => ({ type: 'card', token }) as const
const NEW_SECRET = 'whsec_rotated_0123456789_0123456789'
const WRONG_KEY = 'sandbox_key_of_somebody_else'

/** An event that the sandbox signed as its own. */
const signed = ({ webhookSecret }: SandboxDouble, event: object): RawDelivery => {
  const receivedAt = Date.now()
  const body = Buffer.from(JSON.stringify(event))
  return {
    account: 'default',
    headers: { [SIGNATURE_HEADER]: sign([webhookSecret], receivedAt, body) },
    body,
    receivedAt,
  }
}

const event = (type: string, account: string, data: object): object => ({
  id: 'evt_1',
  type,
  account,
  created_at: Date.now(),
  data,
})

/** The sandbox adapter over HTTP: the suite's first subject, and the model of a harness. */
export const sandboxHarness: GatewayHarness<SandboxDouble> = {
  name: 'sandbox',
  open: () => startSandboxDouble(),
  gateway: ({ apiKey, webhookSecret }, baseUrl) => sandbox({ baseUrl, apiKey, webhookSecret }),
  variants: {
    wrongCredential: ({ webhookSecret }, baseUrl) => sandbox({ baseUrl, apiKey: WRONG_KEY, webhookSecret }),
    withoutSecret: ({ apiKey }, baseUrl) => sandbox({ baseUrl, apiKey }),
    rotating: ({ apiKey, webhookSecret }, baseUrl) =>
      sandbox({ baseUrl, apiKey, webhookSecret: [NEW_SECRET, webhookSecret] }),
    observed: ({ apiKey, webhookSecret }, baseUrl, onExchange) => ({
      ...sandbox({ baseUrl, apiKey, webhookSecret }),
      transport: httpTransport({ baseUrl, onExchange, credentials: () => ({ authorization: `Bearer ${apiKey}` }) }),
    }),
  },
  deliveries: {
    foreign: (double) => signed(double, event('charge.authorized', 'another', {})),
    unheardOf: (double) => signed(double, event('weather.changed', 'default', { object: 'weather' })),
  },
  methods: {
    approved: card('tok_approve'),
    declined: [
      { method: card('tok_processing_error'), class: 'technical' },
      { method: card('tok_insufficient_funds'), class: 'soft_balance' },
      { method: card('tok_do_not_honor'), class: 'soft_generic' },
      { method: card('tok_sca_required'), class: 'customer_action' },
      { method: card('tok_stolen_card'), class: 'hard' },
      { method: card('tok_never_again'), class: 'hard' },
      { method: card('tok_fraud'), class: 'fraud' },
      { method: card('tok_retry_cap'), class: 'cap' },
    ],
    challenge: card('tok_3ds'),
    redirect: { type: 'redirect', token: 'tok_3ds', brand: 'ideal' },
    others: [
      { type: 'redirect', token: 'tok_pending', brand: 'ideal' },
      { type: 'bank_transfer', token: 'tok_pending' },
    ],
  },
  later: {
    captureFails: ({ acquirer }, { gatewayId }) => void acquirer.dashboard.failCapture(gatewayId),
    refundFails: ({ acquirer }, { gatewayId }) => void acquirer.dashboard.failRefund(gatewayId),
  },
  disputes: {
    open: ({ acquirer }, { gatewayId }, amount) => acquirer.dashboard.openDispute(gatewayId, { amount }).id,
    inquire: ({ acquirer }, { gatewayId }) => acquirer.dashboard.openDispute(gatewayId, { stage: 'inquiry' }).id,
    decide: ({ acquirer }, dispute, how) => void acquirer.dashboard.decideDispute(dispute, how),
    evidence: {
      texts: { explanation: 'They have it.' },
      files: [{ kind: 'receipt', name: 'r.pdf', contentType: 'application/pdf', bytes: Uint8Array.of(1, 2, 3) }],
    },
  },
  endedStatuses: ['declined', 'canceled', 'expired', 'returned'],
  currency: 'EUR',
  returnUrl: 'https://shop.test/return?order=1',
  secrets: ['sandbox_key_of_the_double', 'whsec_sandbox_double_0123456789', NEW_SECRET, WRONG_KEY],
}
