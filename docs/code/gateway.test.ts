import { readFileSync } from 'node:fs'
import {
  GATEWAY_CASES,
  type GatewayHarness,
  registerGatewaySuite,
  type SandboxDouble,
  startSandboxDouble,
} from '@florin/testkit'
import { describe, expect, it, test } from 'vitest'
import { ducat } from './gateway.ts'

const card = (token: string) => ({ type: 'card', token }) as const

const harness: GatewayHarness<SandboxDouble> = {
  name: 'ducat',
  open: () => startSandboxDouble(),
  gateway: ({ apiKey, webhookSecret }, baseUrl) => ducat({ baseUrl, apiKey, webhookSecret }),
  variants: {
    wrongCredential: ({ webhookSecret }, baseUrl) => ducat({ baseUrl, apiKey: 'of somebody else', webhookSecret }),
  },
  methods: {
    approved: card('tok_approve'),
    declined: [
      { method: card('tok_insufficient_funds'), class: 'soft_balance' },
      { method: card('tok_stolen_card'), class: 'hard' },
    ],
  },
  later: { refundFails: ({ acquirer }, { gatewayId }) => void acquirer.dashboard.failRefund(gatewayId) },
  endedStatuses: ['declined', 'canceled', 'expired', 'returned'],
  currency: 'EUR',
  returnUrl: 'https://shop.test/return',
  secrets: ['sandbox_key_of_the_double', 'whsec_sandbox_double_0123456789'],
}

describe('the gateway of the guide', () => registerGatewaySuite(test, harness))

describe('docs/gateways.md', () => {
  const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
  const guide = text('../gateways.md')

  it('shows this very code', () => {
    const source = `${text('gateway.ts')} ${text('gateway.test.ts')}`.replace(/\s+/g, ' ')
    const blocks = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    expect(blocks.length).toBeGreaterThan(5)
    for (const [, block = ''] of blocks) expect(source).toContain(block.replace(/\s+/g, ' ').trim())
  })

  it('lists every case of the suite', () => {
    const rows = [...guide.matchAll(/^\| `([a-z]+\.[a-z_]+)` \| (.+) \|$/gm)].map(([, name, says]) => [name, says])
    expect(rows).toEqual(Object.entries(GATEWAY_CASES).map(([name, { says }]) => [name, says]))
  })
})
