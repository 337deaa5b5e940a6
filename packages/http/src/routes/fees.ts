import { feeVolumeInput, listSchedulesInput, type QuoteFeeInput } from '@florin/core'
import { json, type MerchantRoute } from './route.ts'

/** What captures cost. Only read here: a merchant's credentials must not change what it pays. */
export const FEE_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'GET',
    path: '/v1/fees',
    access: 'merchant',
    tag: 'Fees',
    operationId: 'listFeeSchedules',
    summary: 'List every version of the fees that were agreed, the newest first.',
    input: null,
    query: listSchedulesInput,
    key: 'ignored',
    answer: { status: 200, schema: 'FeeSchedulePage', says: 'One page.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.fees.list(query)),
  },
  {
    method: 'GET',
    path: '/v1/fees/volume',
    access: 'merchant',
    tag: 'Fees',
    operationId: 'getFeeVolume',
    summary: 'Say what was captured in a month, as fees count it that go by a month’s volume.',
    input: null,
    query: feeVolumeInput,
    key: 'ignored',
    answer: { status: 200, schema: 'FeeVolume', says: 'The volume, by currency.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.fees.volume(query)),
  },
  {
    method: 'POST',
    path: '/v1/fees/quote',
    access: 'merchant',
    tag: 'Fees',
    operationId: 'quoteFee',
    summary: 'Say what a capture would cost, by which rule, and how it comes about.',
    input: { schema: 'QuoteFee', required: true },
    key: 'refused',
    answer: { status: 200, schema: 'FeeQuote', says: 'The fee, explained.' },
    refuses: ['currency_not_supported'],
    run: async ({ api, body }) => json(200, await api.fees.quote(body as QuoteFeeInput)),
  },
]
