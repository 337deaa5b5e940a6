import type { GatewayResponse } from '@florin/core/gateways'
import { createPayment } from './authorising.ts'
import { submitDetails } from './details.ts'
import { actOnDispute, DISPUTES_PATH, disputeOperation } from './dispute-api.ts'
import { advance } from './due.ts'
import { answer, before, type Exchange, refuse, shape } from './exchange.ts'
import type { AdyenOperation } from './faults.ts'
import { type Body, merchantIn, parseBody } from './input.ts'
import { receive } from './modifying.ts'
import type { Merchant, Modification } from './payment.ts'
import { paymentResponse } from './payment-response.ts'
import {
  ALREADY_PROCESSED,
  IN_PROGRESS,
  JSON_HEADERS,
  malformed,
  NO_SUCH_PATH,
  Problem,
  UNAUTHORIZED,
} from './problem.ts'
import { parseRoute, type Route } from './route.ts'
import { makeReference, type State } from './state.ts'

/** A request to the API as it came in. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly apiKey: string | undefined
  readonly idempotencyKey: string | undefined
  readonly body: string
}

const KEY_MAX = 64
const KEY_HEADER = 'idempotency-key'

/** Handles one request of the API, whole and at once. */
export const handle = (state: State, request: ApiRequest): Exchange => {
  advance(state)
  try {
    if (request.path.startsWith(DISPUTES_PATH)) return ofDispute(state, request)
    const route = parseRoute(state.options.version, request.method, request.path)
    if (route === null) throw NO_SUCH_PATH
    if (request.apiKey !== state.options.apiKey) throw UNAUTHORIZED
    const body = parseBody(request.body)
    const merchant = route.operation === 'details' ? null : merchantIn(state, body)
    return mutate(state, request, route, merchant, body)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return refuse(error, error.error.status === 401 ? null : makeReference(state))
  }
}

/** A request to the Disputes API, which has no idempotency keys. */
const ofDispute = (state: State, { method, path, apiKey, body: text }: ApiRequest): Exchange => {
  const operation = disputeOperation(method, path)
  if (operation === null) throw NO_SUCH_PATH
  if (apiKey !== state.options.apiKey) throw UNAUTHORIZED
  const body = parseBody(text)
  if (operation !== 'defense_reasons') state.mutations += 1
  const dispute = typeof body.disputePspReference === 'string' ? body.disputePspReference : null
  const account = state.merchants.get(String(body.merchantAccountCode))?.name ?? ''
  const fault = state.faults.idle ? undefined : state.faults.take({ operation, account, references: [dispute] })
  const early = before(fault)
  if (early !== null) return early
  state.copies = copiesOf(fault)
  try {
    return shape(fault, actOnDispute(state, operation, body), () => {})
  } finally {
    state.copies = 1
  }
}

const mutate = (state: State, request: ApiRequest, route: Route, merchant: Merchant | null, body: Body): Exchange => {
  state.mutations += 1
  const fault = state.faults.idle ? undefined : state.faults.take(subjectOf(state, route, merchant, body))
  const early = before(fault)
  if (early !== null) return early
  const { path, idempotencyKey: key } = request
  if (key === undefined || key === '')
    return shape(fault, attempt(state, route, merchant, body, copiesOf(fault)), () => {})
  if (key.length > KEY_MAX) throw malformed(`Idempotency-Key is longer than ${KEY_MAX} characters`)
  const known = state.keys.look(key, path, request.body, state.now)
  if (known === 'in_flight') return withKey(refuse(IN_PROGRESS, makeReference(state)), key)
  if (known === 'mismatch') return withKey(refuse(ALREADY_PROCESSED, makeReference(state)), key)
  if (known !== 'new')
    return withKey(
      shape(fault, known, () => {}),
      key,
    )
  state.keys.open(key, path, request.body, state.now)
  try {
    const response = attempt(state, route, merchant, body, copiesOf(fault))
    const close = (): void => state.keys.close(key, response)
    const exchange = shape(fault, response, close)
    if (exchange.delayMs === 0) close()
    return withKey(exchange, key)
  } catch (error) {
    state.keys.forget(key) // nothing has happened
    throw error
  }
}

/** Adyen repeats the key that it used. */
const withKey = (exchange: Exchange, key: string): Exchange => {
  const { response } = exchange
  return { ...exchange, response: { ...response, headers: { ...response.headers, [KEY_HEADER]: key } } }
}

const copiesOf = (fault: { readonly how: string } | undefined): number =>
  fault?.how === 'duplicate_webhook' ? 2 : fault?.how === 'lose_webhook' ? 0 : 1

const attempt = (
  state: State,
  route: Route,
  merchant: Merchant | null,
  body: Body,
  copies: number,
): GatewayResponse => {
  state.copies = copies
  try {
    return execute(state, route, merchant, body)
  } finally {
    state.copies = 1
  }
}

const execute = (state: State, route: Route, merchant: Merchant | null, body: Body): GatewayResponse => {
  const { operation, target } = route
  if (operation === 'details' || merchant === null) {
    const { payment, challenge } = submitDetails(state, body)
    return json(200, paymentResponse(state, payment, challenge))
  }
  if (operation === 'payment') return json(200, paymentResponse(state, createPayment(state, merchant, body)))
  return json(201, received(receive(state, merchant, operation, target, body), body))
}

const json = (status: number, value: unknown): GatewayResponse => ({
  status,
  headers: JSON_HEADERS,
  body: JSON.stringify(value),
})

/** The acknowledgement of a modification: it says nothing about the outcome. */
const received = (modification: Modification, body: Body): unknown => ({
  merchantAccount: modification.merchant.merchantAccount,
  ...(modification.kind === 'technical_cancel'
    ? { paymentReference: modification.paymentReference }
    : { paymentPspReference: modification.payments[0]?.id }),
  pspReference: modification.id,
  ...(modification.reference === null ? {} : { reference: modification.reference }),
  ...(modification.amount === null ? {} : { amount: body.amount }),
  ...(body.capturePspReference === undefined ? {} : { capturePspReference: body.capturePspReference }),
  status: 'received',
})

const subjectOf = (state: State, route: Route, merchant: Merchant | null, body: Body) => ({
  operation: route.operation satisfies AdyenOperation,
  account: merchant?.name ?? '',
  references: [
    typeof body.reference === 'string' ? body.reference : null,
    typeof body.paymentReference === 'string' ? body.paymentReference : null,
    route.target === null ? null : (state.payments.get(route.target)?.reference ?? null),
  ],
})

/** An answer to a body that is larger than any request is. */
export const TOO_LARGE: Exchange = answer({ status: 413, headers: { connection: 'close' }, body: '' })
