import type { Answer, Gateway, GatewayRequest, MethodCapabilities, Transport } from '@florin/core/gateways'

const CARD: MethodCapabilities = {
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: true,
  refund: true,
  partialRefund: true,
  reverseBy: ['gateway_id', 'reference'],
}

/** How long an authorisation holds. */
const HOLD_MS = 604_800_000

/** A gateway that approves everything: real bytes out, a real answer parsed, `latencyMs` in between (none: the same tick). */
export const zeroGateway = (latencyMs = 0): Gateway => {
  let n = 0
  const answer = (request: GatewayRequest) => {
    n += 1
    const { reference } = JSON.parse(request.body ?? '{}') as { reference: string }
    return {
      outcome: 'answered' as const,
      response: { status: 200, headers: {}, body: JSON.stringify({ id: `zg_${n}`, reference, status: 'approved' }) },
    }
  }
  const transport: Transport = {
    send: async (request) => {
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
      return answer(request)
    },
  }
  return {
    name: 'zero',
    accounts: ['main'],
    capabilities: {
      methods: { card: CARD },
      currencies: 'all',
      lookupBy: ['reference'], // never used: no answer of it is lost
      keyRetentionMs: 86_400_000,
      absenceAfterMs: 60_000,
      webhooks: false,
    },
    transport,
    request: (command) => ({
      method: 'POST',
      path: `/v1/${command.kind}`,
      headers: { 'content-type': 'application/json', 'idempotency-key': command.key },
      body: JSON.stringify({
        reference: command.attempt,
        amount: command.amount.toString(),
        currency: command.currency,
        token: 'method' in command ? command.method.token : undefined,
        charge: 'target' in command ? command.target.gatewayId : undefined,
      }),
    }),
    read: (response, command): Answer => {
      const { id, status } = JSON.parse(response.body) as { id: string; status: string }
      if (status !== 'approved') return { effect: 'unknown', reason: status }
      if (command.kind !== 'authorize') return { effect: 'applied', gatewayId: id }
      const instrument = { network: 'visa', bin: '424242', last4: '4242' }
      return { effect: 'applied', gatewayId: id, expiresAt: Date.now() + HOLD_MS, instrument }
    },
    verify: () => {},
    parse: () => [],
  }
}
