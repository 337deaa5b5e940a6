import type { ExplainInput } from '@florin/core'
import { json, type MerchantRoute } from './route.ts'

/** Where payments go. */
export const ROUTING_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'POST',
    path: '/v1/routing/explain',
    access: 'merchant',
    tag: 'Payments',
    operationId: 'explainRoute',
    summary: 'Say where such a payment would go at this moment, and why nowhere else. Nothing is charged or kept.',
    input: { schema: 'ExplainRoute', required: true },
    key: 'ignored',
    answer: { status: 200, schema: 'Route', says: 'The decision.' },
    refuses: ['not_found', 'gateway_unknown', 'currency_not_supported'],
    run: async ({ api, body }) => json(200, await api.routing.explain(body as ExplainInput)),
  },
]
