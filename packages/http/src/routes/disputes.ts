import { type EvidenceInput, listDisputesInput } from '@florin/core'
import type { ProblemCode } from '../problems/codes.ts'
import { json, type MerchantRoute } from './route.ts'

type Act = Pick<MerchantRoute, 'operationId' | 'summary' | 'input' | 'run'> & {
  readonly refuses?: readonly ProblemCode[]
}

// An act is the same act again for as long as it is on its way, and once it is made: no key is needed.
const act = (name: string, { refuses = [], ...rest }: Act): MerchantRoute => ({
  method: 'POST',
  path: `/v1/disputes/{id}/${name}`,
  access: 'merchant',
  tag: 'Disputes',
  key: 'ignored',
  answer: {
    status: 200,
    schema: 'Dispute',
    says: 'The dispute after it. What is to be sent is sent in the background.',
  },
  refuses: ['not_found', 'invalid_state', 'unsupported', 'conflict', ...refuses],
  ...rest,
})

/** What buyers' banks take back, or ask about. */
export const DISPUTE_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'GET',
    path: '/v1/disputes',
    access: 'merchant',
    tag: 'Disputes',
    operationId: 'listDisputes',
    summary: 'List disputes, newest first.',
    input: null,
    query: listDisputesInput,
    key: 'ignored',
    answer: { status: 200, schema: 'DisputePage', says: 'One page.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.disputes.list(query)),
  },
  {
    method: 'GET',
    path: '/v1/disputes/{id}',
    access: 'merchant',
    tag: 'Disputes',
    operationId: 'getDispute',
    summary: 'Read a dispute with its evidence, its acts, and what happened to it.',
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'Dispute', says: 'The dispute.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, await api.disputes.get(id)),
  },
  act('evidence', {
    operationId: 'addEvidence',
    summary: 'Keep evidence until it is submitted. Files are base64 within the JSON; nothing is sent yet.',
    input: { schema: 'Evidence', required: true },
    run: async ({ api, id, body }) => json(200, await api.disputes.addEvidence(id, body as EvidenceInput)),
  }),
  act('submit', {
    operationId: 'submitEvidence',
    summary: 'Submit all evidence that is kept, with what is given now.',
    input: { schema: 'Evidence', required: false },
    refuses: ['idempotency_mismatch'],
    run: async ({ api, id, body }) => json(200, await api.disputes.submitEvidence(id, body as EvidenceInput)),
  }),
  act('accept', {
    operationId: 'acceptDispute',
    summary: 'Give a dispute up: its money stays with the buyer.',
    input: null,
    run: async ({ api, id }) => json(200, await api.disputes.accept(id)),
  }),
]
