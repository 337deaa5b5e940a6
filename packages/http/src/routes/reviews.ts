import { listReviewsInput, type ResolveReviewInput } from '@florin/core'
import { json, type MerchantRoute } from './route.ts'

/** What people decide. */
export const REVIEW_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'GET',
    path: '/v1/reviews',
    access: 'merchant',
    tag: 'Reviews',
    operationId: 'listReviews',
    summary: 'List payments that a person should look at, the longest open first.',
    input: null,
    query: listReviewsInput,
    key: 'ignored',
    answer: { status: 200, schema: 'ReviewPage', says: 'One page.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.reviews.list(query)),
  },
  {
    method: 'GET',
    path: '/v1/reviews/{id}',
    access: 'merchant',
    tag: 'Reviews',
    operationId: 'getReview',
    summary: "Read a payment's newest review, with what is stuck now. The id is the payment's.",
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'Review', says: 'The review.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, await api.reviews.get(id)),
  },
  {
    method: 'POST',
    path: '/v1/reviews/{id}/resolve',
    access: 'merchant',
    tag: 'Reviews',
    operationId: 'resolveReview',
    summary: 'Decide about a payment under review.',
    input: { schema: 'ResolveReview', required: true },
    key: 'refused',
    answer: { status: 200, schema: 'Review', says: 'The review after it.' },
    refuses: ['not_found', 'invalid_state', 'conflict'],
    run: async ({ api, id, body }) => json(200, await api.reviews.resolve(id, body as ResolveReviewInput)),
  },
]
