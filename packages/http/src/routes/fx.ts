import type { FxConvertInput, FxQuoteInput } from '@florin/core'
import { json, type MerchantRoute } from './route.ts'

/** Money of one currency for money of another. */
export const FX_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'POST',
    path: '/v1/fx/quotes',
    access: 'merchant',
    tag: 'Exchange',
    operationId: 'createFxQuote',
    summary: 'Promise a rate for a while: for one conversion, or one payment.',
    input: { schema: 'CreateFxQuote', required: true },
    key: 'refused',
    answer: { status: 201, schema: 'FxQuote', says: 'The quote.' },
    refuses: ['rate_unavailable', 'currency_not_supported'],
    run: async ({ api, body }) => json(201, await api.fx.quote(body as FxQuoteInput)),
  },
  {
    method: 'GET',
    path: '/v1/fx/quotes/{id}',
    access: 'merchant',
    tag: 'Exchange',
    operationId: 'getFxQuote',
    summary: 'Read a quote.',
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'FxQuote', says: 'The quote as it stands.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, await api.fx.get(id)),
  },
  {
    method: 'POST',
    path: '/v1/fx/quotes/{id}/convert',
    access: 'merchant',
    tag: 'Exchange',
    operationId: 'convertFxQuote',
    summary: 'Exchange money that is available in a wallet, at the rate of a quote. Repeating it changes nothing.',
    input: { schema: 'ConvertFxQuote', required: false },
    key: 'ignored',
    answer: { status: 200, schema: 'FxQuote', says: 'The quote, used.' },
    refuses: ['not_found', 'quote_expired', 'amount_too_large', 'idempotency_mismatch', 'conflict'],
    run: async ({ api, id, body }) => json(200, await api.fx.convert(id, body as FxConvertInput)),
  },
]
