import type { Answer, Capabilities, Command, Gateway, GatewayRequest, MethodCapabilities } from '@florin/core/gateways'

const EVERYTHING: MethodCapabilities = {
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: true,
  refund: true,
  partialRefund: true,
  reverseBy: ['gateway_id', 'reference'],
}

/** What a scripted gateway was sent, as the wire would have seen it. */
export interface Sending {
  readonly key: string
  readonly bytes: string
}

/** A gateway whose answers a test makes up: to each command as it is read, after however many sends. */
export const scripted = (
  answer: (command: Command) => Answer,
  more: { readonly can?: Partial<MethodCapabilities>; readonly capabilities?: Partial<Capabilities> } = {},
): { readonly gateway: Gateway; readonly sent: Sending[] } => {
  const sent: Sending[] = []
  const can = { ...EVERYTHING, ...more.can }
  const request = (command: Command): GatewayRequest => ({
    method: 'POST',
    path: `/${command.kind}`,
    headers: { 'idempotency-key': command.key },
    body: JSON.stringify({ ...command, amount: command.amount.toString(), by: undefined }),
  })
  const gateway: Gateway = {
    name: 'scripted',
    accounts: ['default'],
    capabilities: {
      methods: { card: can, bank_transfer: { ...can, separateCapture: false, reverseBy: [] } },
      currencies: 'all',
      lookupBy: ['gateway_id', 'reference'],
      keyRetentionMs: 86_400_000,
      absenceAfterMs: 60_000,
      webhooks: false,
      ...more.capabilities,
    },
    request,
    read: (_, command) => answer(command),
    verify: () => {},
    parse: () => [],
    transport: {
      async send({ path, headers, body }) {
        sent.push({ key: headers['idempotency-key'] ?? '', bytes: `${path} ${body}` })
        return { outcome: 'answered', response: { status: 200, headers: {}, body: '' } }
      },
    },
  }
  return { gateway, sent }
}
