import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  type Answer,
  type Capabilities,
  type Command,
  type Decline,
  FlorinError,
  type Gateway,
  type GatewayFact,
  type GatewayRequest,
  type GatewayResponse,
  type RawDelivery,
} from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import { z } from 'zod'

const DAY_MS = 86_400_000

const capabilities: Capabilities = {
  methods: {
    card: {
      separateCapture: false, // sales only, for a start
      multiCapture: false,
      partialCapture: false,
      increment: false,
      refund: true,
      partialRefund: true,
      reverseBy: [],
    },
  },
  currencies: ['EUR', 'CHF', 'JPY', 'KWD'],
  lookupBy: ['gateway_id', 'reference'],
  keyRetentionMs: DAY_MS,
  absenceAfterMs: 60_000,
  webhooks: true,
}

const refuse = (what: string): never => {
  throw new FlorinError('invalid_request', `ducat: ${what}`)
}

const post = (command: Command, path: string, body: object): GatewayRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', 'idempotency-key': command.key },
  body: JSON.stringify({ reference: command.attempt, ...body }),
})

const get = (path: string): GatewayRequest => ({ method: 'GET', path, headers: {}, body: null })

const request = (command: Command): GatewayRequest => {
  switch (command.kind) {
    case 'sale':
      if (command.method.type !== 'card') return refuse(`${command.method.type} is not a method that it takes`)
      return post(command, '/v1/charges', {
        amount: command.amount.toString(),
        currency: command.currency,
        capture: 'automatic',
        method: { type: 'card', token: command.method.token },
        metadata: { order: command.merchantReference },
      })
    case 'refund': {
      const charge = command.target.gatewayId ?? refuse('a refund needs the id of its charge')
      return post(command, `/v1/charges/${charge}/refunds`, { amount: command.amount.toString() })
    }
    case 'lookup': {
      const { gatewayId, attempt } = command.target
      const kind = command.of === 'refund' ? 'operations' : 'charges'
      return get(gatewayId === null ? `/v1/${kind}?reference=${attempt}` : `/v1/${kind}/${gatewayId}`)
    }
    default:
      return refuse(`it cannot ${command.kind}`)
  }
}

const minor = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt)
const charge = z.object({
  object: z.literal('charge'),
  id: z.string().min(1),
  reference: z.string(),
  status: z.enum(['captured', 'declined']),
  amount: minor,
  currency: z.string(),
  decline: z.object({ code: z.string() }).nullable(),
})
const refund = z.object({
  object: z.literal('refund'),
  id: z.string().min(1),
  charge: z.string().min(1),
  reference: z.string(),
  status: z.enum(['succeeded', 'failed']), // failed: it bounced after it had succeeded
  amount: minor,
  currency: z.string(),
})
const money = z.discriminatedUnion('object', [charge, refund])
type Money = z.infer<typeof money>

const CLASSES: Readonly<Record<string, Decline['class']>> = {
  processing_error: 'technical',
  insufficient_funds: 'soft_balance',
  expired_card: 'customer_action',
  stolen_card: 'hard',
}

const declined = (gatewayCode: string): Decline => ({
  class: CLASSES[gatewayCode] ?? 'hard', // a code that we do not know is never tried again
  code: CLASSES[gatewayCode] === undefined ? 'declined' : gatewayCode,
  gatewayCode,
  networkAdvice: null,
  message: 'The payment was declined. Please use another payment method.',
})

const unknown = (reason: string): Answer => ({ effect: 'unknown', reason })

const answerOf = (about: Money): Answer => {
  if (about.object === 'charge' && about.status === 'declined')
    return { effect: 'rejected', decline: declined(about.decline?.code ?? 'declined'), gatewayId: about.id }
  if (about.status === 'failed') return unknown('the refund bounced: its webhook says so')
  return { effect: 'applied', gatewayId: about.id, amount: about.amount }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const REFUSED = ['unauthorized', 'invalid_request', 'amount_too_large', 'not_refundable', 'currency_not_supported']
const failure = z.object({ error: z.object({ code: z.string() }) })

const refusal = (response: GatewayResponse, body: unknown, command: Command): Answer => {
  const code = failure.safeParse(body).data?.error.code
  if (command.kind === 'lookup' && response.status === 404 && code === 'not_found') return { effect: 'absent' }
  if (command.kind === 'lookup' || code === undefined || !REFUSED.includes(code))
    return unknown(`ducat answered ${response.status}`)
  const decline = {
    ...declined(code),
    class: 'configuration',
    code,
    message: 'The payment could not be taken.',
  } as const
  return { effect: 'rejected', decline }
}

const read = (response: GatewayResponse, command: Command): Answer => {
  const body = parsed(response.body)
  const declines = response.status === 402 && command.kind === 'sale'
  if (response.status >= 500) return unknown(`ducat answered ${response.status}`)
  if (response.status >= 400 && !declines) return refusal(response, body, command)
  if (response.status !== 200 && !declines) return unknown(`ducat answered ${response.status}`)
  const list = z.object({ object: z.literal('list'), data: z.array(z.unknown()).max(1) }).safeParse(body)
  if (list.success && list.data.data.length === 0 && command.kind === 'lookup') return { effect: 'absent' }
  const found = money.safeParse(list.success ? list.data.data[0] : body)
  if (!found.success) return unknown('the answer is neither a charge nor a refund')
  const answer = mismatch(found.data, command) ?? answerOf(found.data)
  return declines && answer.effect === 'applied' ? unknown('a 402 that is no decline') : answer
}

const mismatch = (about: Money, command: Command): Answer | null => {
  const of = command.kind === 'lookup' ? command.of : command.kind
  if (about.object !== (of === 'refund' ? 'refund' : 'charge')) return unknown(`the answer is a ${about.object}`)
  if (about.reference !== command.attempt) return unknown('the answer is about another reference')
  if (about.currency !== command.currency) return unknown('the answer is in another currency')
  return about.amount === command.amount ? null : unknown('the answer is about another amount')
}

const rejected = (why: string): never => {
  throw new FlorinError('webhook_rejected', `ducat: the webhook ${why}`)
}

const SIGNATURE = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/

const event = z.object({ account: z.string(), created_at: z.number(), data: z.unknown() })
const eventOf = (body: Uint8Array) =>
  event.safeParse(parsed(Buffer.from(body).toString('utf8'))).data ?? rejected('is not an event')

const verify = (secret: string, { headers, body, receivedAt, account }: RawDelivery): void => {
  if (body.length > 65_536) return rejected('is too long')
  const [, at = '', signature] = SIGNATURE.exec(headers['sandbox-signature'] ?? '') ?? []
  if (signature === undefined) return rejected('has no signature, or a malformed one')
  if (Math.abs(receivedAt - Number(at)) > 300_000) return rejected('is more than 300 seconds off')
  const expected = createHmac('sha256', secret).update(`${at}.`).update(body).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return rejected('is not signed with our secret')
  if (eventOf(body).account !== account)
    throw new FlorinError('webhook_foreign', 'ducat: the webhook is about another account')
}

const parse = (body: Uint8Array): readonly GatewayFact[] => {
  const { data, created_at: occurredAt } = eventOf(body)
  const about = money.safeParse(data).data
  if (about === undefined) return [] // an event about something else
  const of = about.object === 'refund' ? 'refund' : 'sale'
  const { id: gatewayId, reference: attempt, amount, currency } = about
  const parentGatewayId = about.object === 'refund' ? about.charge : null
  const bounced = about.object === 'refund' && about.status === 'failed'
  const answer = bounced ? ({ effect: 'undone', decline: declined('returned') } as const) : answerOf(about)
  return [{ attempt, of, gatewayId, parentGatewayId, amount, currency, occurredAt, answer }]
}

/** How to reach Ducat. */
export interface DucatOptions {
  readonly baseUrl: string
  readonly apiKey: string
  readonly webhookSecret: string
}

const ACCOUNT = 'default'

/** A gateway for Ducat, whose protocol is that of the sandbox server. */
export const ducat = ({ baseUrl, apiKey, webhookSecret }: DucatOptions): Gateway => {
  if (webhookSecret.length < 24) throw new FlorinError('configuration', 'ducat: webhookSecret has under 24 characters')
  return {
    name: 'ducat',
    capabilities,
    accounts: [ACCOUNT],
    request,
    read,
    verify: (delivery) => verify(webhookSecret, delivery),
    parse,
    transport: httpTransport({
      baseUrl,
      credentials(account) {
        if (account !== ACCOUNT) throw new FlorinError('configuration', `ducat: there is no account '${account}'`)
        return { authorization: `Bearer ${apiKey}` } // for nobody else: the request is `not_sent`
      },
    }),
  }
}
