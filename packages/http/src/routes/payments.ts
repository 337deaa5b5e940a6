import {
  type CaptureInput,
  type CreatePaymentInput,
  cancelInput,
  type IncrementInput,
  listInput,
  type RefundInput,
  type ResumeInput,
  type RetryInput,
} from '@florin/core'
import type { ProblemCode } from '../problems/codes.ts'
import type { InputName } from '../schemas/components.ts'
import { getQuery } from '../schemas/payment.ts'
import { validate } from '../validate.ts'
import { type Answer, json, type MerchantRoute } from './route.ts'

const IN_FLIGHT: readonly ProblemCode[] = ['idempotency_mismatch', 'idempotency_in_progress', 'idempotency_expired']
const UNPAYABLE: readonly ProblemCode[] = ['currency_not_supported', 'unsupported', 'gateway_unknown']

// Bodies go on as they came: core checks every input itself, and its types are what a careful caller writes.
const ok = async (text: Promise<string>, status = 200): Promise<Answer> => ({ status, body: await text })

const read = (path: string, route: Omit<MerchantRoute, 'method' | 'path' | 'access' | 'tag' | 'input' | 'key'>) =>
  ({ method: 'GET', path, access: 'merchant', tag: 'Payments', input: null, key: 'ignored', ...route }) as const

interface Operation extends Pick<MerchantRoute, 'operationId' | 'summary' | 'refuses' | 'run'> {
  readonly schema: InputName
  readonly required?: boolean
}

/** A command on one payment: it answers with the payment. */
const command = (name: string, { schema, required = false, refuses, ...operation }: Operation): MerchantRoute => ({
  method: 'POST',
  path: `/v1/payments/{id}/${name}`,
  access: 'merchant',
  tag: 'Payments',
  input: { schema, required },
  key: 'kept',
  answer: { status: 200, schema: 'Payment', says: 'The payment after it.' },
  refuses: ['not_found', 'invalid_state', 'conflict', ...refuses, ...IN_FLIGHT],
  ...operation,
})

const create: MerchantRoute = {
  method: 'POST',
  path: '/v1/payments',
  access: 'merchant',
  tag: 'Payments',
  operationId: 'createPayment',
  summary: 'Charge a buyer for one reference. A declined payment is an answer, not an error.',
  input: { schema: 'CreatePayment', required: true },
  key: 'kept',
  answer: { status: 201, schema: 'Payment', says: 'The payment, whatever its status. A replay gives the same bytes.' },
  refuses: ['reference_taken', 'not_found', 'conflict', ...UNPAYABLE, ...IN_FLIGHT],
  run: ({ api, body, options }) => ok(api.raw.create(body as CreatePaymentInput, options), 201),
}

// Resuming twice is resuming once, so that no key is needed; nothing is refused for the payment's state.
const resume: MerchantRoute = {
  ...command('resume', {
    operationId: 'resumePayment',
    summary: 'Go on after 3-D Secure or a redirect. Harmless when there is nothing to go on with.',
    schema: 'ResumePayment',
    refuses: [],
    run: async ({ api, id, body }) => json(200, await api.payments.resume(id, body as ResumeInput)),
  }),
  key: 'ignored',
  refuses: ['not_found', 'conflict'],
}

/** Taking money. */
export const PAYMENT_ROUTES: readonly MerchantRoute[] = [
  create,
  read('/v1/payments', {
    operationId: 'listPayments',
    summary: 'List payments, newest first.',
    query: listInput,
    answer: { status: 200, schema: 'PaymentPage', says: 'One page.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.payments.list(query)),
  }),
  read('/v1/payments/{id}', {
    operationId: 'getPayment',
    summary: 'Read a payment by its id, or by that of its checkout.',
    query: getQuery,
    answer: { status: 200, schema: 'Payment', says: 'The payment as it stands.' },
    refuses: ['not_found'],
    run: async ({ api, id, query }) =>
      json(200, await api.payments.get(id, { refresh: validate(getQuery, query).refresh === 'true' })),
  }),
  read('/v1/payments/{id}/timeline', {
    operationId: 'getTimeline',
    summary: 'Read what happened to a payment, with what each step booked.',
    answer: { status: 200, schema: 'Timeline', says: 'All that happened, in order.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, await api.payments.timeline(id)),
  }),
  command('capture', {
    operationId: 'capturePayment',
    summary: 'Take authorized money: all that is open, or a part.',
    schema: 'CapturePayment',
    refuses: ['amount_too_large', 'attempt_open', 'unsupported'],
    run: ({ api, id, body, options }) => ok(api.raw.capture(id, body as CaptureInput, options)),
  }),
  command('cancel', {
    operationId: 'cancelPayment',
    summary: 'Give an authorization back, or close a payment that was not paid.',
    schema: 'CancelPayment',
    refuses: ['attempt_open', 'unsupported'],
    run: async ({ api, id, body, options }) => {
      validate(cancelInput, body) // a cancel is always whole: an amount must not be overlooked
      return ok(api.raw.cancel(id, options))
    },
  }),
  command('refunds', {
    operationId: 'refundPayment',
    summary: 'Give captured money back: all that is left, or a part.',
    schema: 'RefundPayment',
    refuses: ['amount_too_large', 'policy_refused', 'attempt_open', 'unsupported'],
    run: ({ api, id, body, options }) => ok(api.raw.refund(id, body as RefundInput, options)),
  }),
  resume,
  command('retry', {
    operationId: 'retryPayment',
    summary: 'Make another attempt on the same payment, with another method.',
    schema: 'RetryPayment',
    required: true,
    refuses: ['attempt_open', ...UNPAYABLE],
    run: ({ api, id, body, options }) => ok(api.raw.retry(id, body as RetryInput, options)),
  }),
  command('increment', {
    operationId: 'incrementPayment',
    summary: 'Raise an authorization to a new total, where the gateway can.',
    schema: 'IncrementPayment',
    required: true,
    refuses: ['attempt_open', 'unsupported'],
    run: ({ api, id, body, options }) => ok(api.raw.increment(id, body as IncrementInput, options)),
  }),
]
