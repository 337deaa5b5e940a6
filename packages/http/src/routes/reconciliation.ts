import {
  type AssignBreakInput,
  type IgnoreBreakInput,
  listBreaksInput,
  listRunsInput,
  type ResolveBreakInput,
} from '@florin/core'
import { ingestQuery } from '../schemas/ingest.ts'
import { json, type MerchantRoute } from './route.ts'

/** What all of these have in common: they concern all merchants, and are idempotent by themselves. */
const route = (
  given: Omit<MerchantRoute, 'access' | 'forOperators' | 'tag' | 'key' | 'refuses'> &
    Partial<Pick<MerchantRoute, 'refuses'>>,
): MerchantRoute => ({
  access: 'merchant',
  forOperators: true,
  tag: 'Reconciliation',
  key: 'ignored',
  ...given,
  refuses: ['forbidden', ...(given.refuses ?? [])],
})

/** Differences between our books and what others say. */
export const RECONCILIATION_ROUTES: readonly MerchantRoute[] = [
  route({
    method: 'POST',
    path: '/v1/reconciliation/runs',
    operationId: 'ingestFile',
    summary:
      'Read a file of a gateway or a bank into the books. The same file again goes on where it was, or changes nothing.',
    input: null,
    file: true,
    query: ingestQuery,
    answer: { status: 200, schema: 'ReconciliationRun', says: 'The run, at its end.' },
    otherwise: { status: 202, schema: 'ReconciliationRun', says: 'The run as it stands: it goes on.' },
    refuses: ['not_found', 'body_too_large', 'unsupported_media_type', 'gateway_unknown', 'conflict', 'overloaded'],
    run: async ({ ingest }) => {
      const run = await ingest()
      return json(run.state === 'completed' ? 200 : 202, run)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/reconciliation/runs',
    operationId: 'listReconciliationRuns',
    summary: 'List the files that were read, the newest first.',
    input: null,
    query: listRunsInput,
    answer: { status: 200, schema: 'ReconciliationRunPage', says: 'One page.' },
    run: async ({ platform, query }) => json(200, await platform().reconciliation.runs.list(query)),
  }),
  route({
    method: 'GET',
    path: '/v1/reconciliation/runs/{id}',
    operationId: 'getReconciliationRun',
    summary: 'Read what became of a file.',
    input: null,
    answer: { status: 200, schema: 'ReconciliationRun', says: 'The run.' },
    refuses: ['not_found'],
    run: async ({ platform, id }) => json(200, await platform().reconciliation.runs.get(id)),
  }),
  route({
    method: 'GET',
    path: '/v1/reconciliation/breaks',
    operationId: 'listBreaks',
    summary: 'List what does not fit, the oldest first: what is open or assigned, unless a state is named.',
    input: null,
    query: listBreaksInput,
    answer: { status: 200, schema: 'BreakPage', says: 'One page.' },
    run: async ({ platform, query }) => json(200, await platform().reconciliation.breaks.list(query)),
  }),
  route({
    method: 'GET',
    path: '/v1/reconciliation/breaks/{id}',
    operationId: 'getBreak',
    summary: 'Read a break, with the note of who decided.',
    input: null,
    answer: { status: 200, schema: 'BreakDetails', says: 'The break.' },
    refuses: ['not_found'],
    run: async ({ platform, id }) => json(200, await platform().reconciliation.breaks.get(id)),
  }),
  route({
    method: 'POST',
    path: '/v1/reconciliation/breaks/{id}/assign',
    operationId: 'assignBreak',
    summary: 'Give a break to somebody.',
    input: { schema: 'AssignBreak', required: true },
    answer: { status: 200, schema: 'Break', says: 'The break after it.' },
    refuses: ['not_found', 'invalid_state', 'conflict'],
    run: async ({ platform, id, body }) =>
      json(200, await platform().reconciliation.breaks.assign(id, body as AssignBreakInput)),
  }),
  route({
    method: 'POST',
    path: '/v1/reconciliation/breaks/{id}/release',
    operationId: 'releaseBreak',
    summary: 'Take a break from whoever has it.',
    input: null,
    answer: { status: 200, schema: 'Break', says: 'The break after it.' },
    refuses: ['not_found', 'invalid_state', 'conflict'],
    run: async ({ platform, id }) => json(200, await platform().reconciliation.breaks.release(id)),
  }),
  route({
    method: 'POST',
    path: '/v1/reconciliation/breaks/{id}/resolve',
    operationId: 'resolveBreak',
    summary: 'Book what puts a break right.',
    input: { schema: 'ResolveBreak', required: true },
    answer: { status: 200, schema: 'Break', says: 'The break after it.' },
    refuses: ['not_found', 'invalid_state', 'conflict'],
    run: async ({ platform, id, body }) =>
      json(200, await platform().reconciliation.breaks.resolve(id, body as ResolveBreakInput)),
  }),
  route({
    method: 'POST',
    path: '/v1/reconciliation/breaks/{id}/ignore',
    operationId: 'ignoreBreak',
    summary: 'Leave a break as it is.',
    input: { schema: 'IgnoreBreak', required: true },
    answer: { status: 200, schema: 'Break', says: 'The break after it.' },
    refuses: ['not_found', 'invalid_state', 'conflict'],
    run: async ({ platform, id, body }) =>
      json(200, await platform().reconciliation.breaks.ignore(id, body as IgnoreBreakInput)),
  }),
  route({
    method: 'POST',
    path: '/v1/reconciliation/breaks/{id}/reopen',
    operationId: 'reopenBreak',
    summary: 'Take up again what was ignored.',
    input: null,
    answer: { status: 200, schema: 'Break', says: 'The break after it.' },
    refuses: ['not_found', 'invalid_state', 'conflict'],
    run: async ({ platform, id }) => json(200, await platform().reconciliation.breaks.reopen(id)),
  }),
]
