import { balanceInput } from '../schemas/balance.ts'
import { validate } from '../validate.ts'
import { json, type MerchantRoute, type PublicRoute, type WebhookRoute } from './route.ts'

/** Who owns what. */
export const LEDGER_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'GET',
    path: '/v1/balances',
    access: 'merchant',
    tag: 'Ledger',
    operationId: 'listBalances',
    summary: "List the merchant's accounts with their balances.",
    input: null,
    query: balanceInput,
    key: 'ignored',
    answer: { status: 200, schema: 'BalancePage', says: 'One page, by path.' },
    refuses: [],
    run: async ({ api, query }) => {
      const filter = Object.entries(validate(balanceInput, query)).filter(([, value]) => value !== undefined)
      return json(200, await api.ledger.balances(Object.fromEntries(filter)))
    },
  },
]

/** Where gateways announce what happened. */
export const WEBHOOK_ROUTE: WebhookRoute = {
  method: 'POST',
  path: '/v1/webhooks/{gateway}/{account}',
  access: 'webhook',
  tag: 'Webhooks',
  operationId: 'receiveWebhook',
  summary: "Take a gateway's webhook: its signature over the raw bytes is what authorizes it.",
  answer: { status: 200, schema: 'WebhookReceipt', says: 'It is verified and durable.' },
  refuses: ['webhook_rejected', 'not_found'],
}

/** What anybody may ask. */
export const PUBLIC_ROUTES: readonly PublicRoute[] = [
  {
    method: 'GET',
    path: '/health',
    access: 'public',
    tag: 'Service',
    operationId: 'getHealth',
    summary: 'Say whether the service can work.',
    answer: { status: 200, schema: 'Health', says: 'It can.' },
    otherwise: { status: 503, schema: 'Health', says: 'It cannot.' },
    refuses: [],
    run: async ({ florin, healthDetails }) => {
      const health = await florin.health()
      return json(health.status === 'ok' ? 200 : 503, healthDetails ? health : { status: health.status })
    },
  },
  {
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    tag: 'Service',
    operationId: 'getOpenApi',
    summary: 'Read this document.',
    answer: { status: 200, schema: null, says: 'An OpenAPI 3.1 document.' },
    refuses: [],
    run: async ({ document }) => ({ status: 200, body: document() }),
  },
]
