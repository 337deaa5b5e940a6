import type { GatewayRequest, GatewayResponse } from '@florin/core/gateways'
import { sandboxToken } from '../tokens.ts'
import { IDEMPOTENCY_HEADER } from '../wire.ts'
import type { Account } from './account.ts'
import { type Charge, statusOf, wireCharge, wireOperation } from './charge.ts'
import { completeCharge, createCharge } from './charging.ts'
import { type Dispute, wireDispute } from './dispute.ts'
import { acceptDispute, takeEvidence, takeFile } from './disputes.ts'
import { advance } from './due.ts'
import {
  answer,
  BROKEN,
  before,
  DOWN,
  type Exchange,
  IN_FLIGHT,
  nothing,
  REPLAYED_HEADERS,
  refuse,
  shape,
} from './exchange.ts'
import type { Fault, FaultOperation } from './faults.ts'
import { amountIn, type Body, objectIn, parseBody, referenceIn } from './input.ts'
import { cancel, capture, increment, refund } from './operations.ts'
import { JSON_HEADERS, Refusal, refusalResponse } from './refusal.ts'
import { parseRoute, type Route } from './route.ts'
import type { State } from './state.ts'

const json = (status: number, value: unknown): GatewayResponse => ({
  status,
  headers: JSON_HEADERS,
  body: JSON.stringify(value),
})
const chargeResponse = (charge: Charge): GatewayResponse =>
  json(statusOf(charge) === 'declined' ? 402 : 200, wireCharge(charge))

/**
 * Handles one request, whole and at once; both forms of the sandbox are wrapped around it. `authorization` is the header, or null. It
 * never throws.
 */
export const handle = (state: State, request: GatewayRequest, authorization: string | null): Exchange => {
  state.now = state.options.clock.now()
  if (state.now >= state.nextDueAt) advance(state)
  if (state.paused) return DOWN
  const account = authorization === null ? undefined : state.byAuthorization.get(authorization)
  if (account === undefined) return refuse('unauthorized', 'the API key is missing or unknown')
  try {
    const route = parseRoute(request.method, request.path)
    if (route === null) return refuse('not_found', `there is no ${request.method} of this path`)
    return request.method === 'GET' ? look(state, account, route) : mutate(state, account, route, request)
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.code, error.message)
    throw error
  }
}

const look = (state: State, account: Account, route: Route): Exchange => {
  const { target } = route
  const fault = state.faults.idle
    ? undefined
    : state.faults.take({ operation: 'lookup', account: account.name, references: [target], token: null })
  const early = before(fault)
  if (early !== null) return early
  return shape(fault, found(state, account, route), nothing)
}

const found = (state: State, account: Account, { name, target, by }: Route): GatewayResponse => {
  if (by === 'reference') {
    const reference = target ?? ''
    const charges = (): unknown[] => account.chargesOf(reference).map(wireCharge)
    const operations = (): unknown[] => account.operationsOf(reference).map(wireOperation)
    return json(200, { object: 'list', data: name === 'charges' ? charges() : operations() })
  }
  if (name === 'charges') return json(200, wireCharge(chargeAt(state, account, target ?? '')))
  const operation = state.operations.get(target ?? '')
  if (operation === undefined || operation.charge.account !== account)
    throw new Refusal('not_found', 'there is no such operation')
  return json(200, wireOperation(operation))
}

/** A charge by its id, or by the reference that it was made with. */
const chargeAt = (state: State, account: Account, target: string): Charge => {
  if (target.startsWith('ch_')) {
    const charge = state.charges.get(target)
    if (charge !== undefined && charge.account === account) return charge
    throw new Refusal('not_found', 'there is no such charge')
  }
  const [charge, other] = account.chargesOf(target)
  if (charge === undefined) throw new Refusal('not_found', 'there is no charge with this reference')
  if (other !== undefined) throw new Refusal('ambiguous_reference', 'several charges have this reference')
  return charge
}

const mutate = (state: State, account: Account, route: Route, request: GatewayRequest): Exchange => {
  const key = request.headers[IDEMPOTENCY_HEADER]
  if (key === undefined || key === '' || key.length > 64)
    throw new Refusal('idempotency_key_required', 'send an Idempotency-Key of 1 to 64 characters')
  const body = parseBody(request.body)
  const reference = referenceIn(body)
  account.touch(reference).requests += 1
  const fault = state.faults.idle ? undefined : state.faults.take(subjectOf(account, route, body, reference))
  const early = before(fault)
  if (early !== null) return early
  const { keys } = account
  const known = keys.look(key, request.path, request.body, state.now)
  if (known === 'mismatch') return refuse('idempotency_mismatch', 'this key was used for another request')
  if (known === 'in_flight') return answer(IN_FLIGHT)
  if (known !== 'new') return shape(fault, { ...known, headers: REPLAYED_HEADERS }, nothing)
  keys.open(key, request.path, request.body, state.now)
  const response = attempt(state, account, route, body, fault, key)
  const stored = fault?.how === 'error_500_cached' ? BROKEN : response
  const exchange = shape(fault, response, () => keys.close(key, stored), slowness(state, body))
  if (exchange.delayMs === 0) keys.close(key, stored)
  return exchange
}

/** Executes; a refusal by the state of things is an answer like another, and is remembered under the key. */
const attempt = (
  state: State,
  account: Account,
  route: Route,
  body: Body,
  fault: Fault | undefined,
  key: string,
): GatewayResponse => {
  state.webhooks = fault?.how === 'duplicate_webhook' ? 2 : fault?.how === 'lose_webhook' ? 0 : 1
  try {
    return execute(state, account, route, body)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'invalid_request') {
      account.keys.forget(key)
      throw error
    }
    return refusalResponse(error.code, error.message)
  } finally {
    state.webhooks = 1
  }
}

const execute = (state: State, account: Account, route: Route, body: Body): GatewayResponse => {
  if (route.name === 'charge') return chargeResponse(createCharge(state, account, body))
  if (DISPUTE_ROUTES.has(route.name)) return json(200, wireDispute(actOnDispute(state, account, route, body)))
  const charge = chargeAt(state, account, route.target ?? '')
  const reference = referenceIn(body)
  switch (route.name) {
    case 'complete':
      return chargeResponse(completeCharge(state, charge, body))
    case 'capture':
      if (typeof body.final !== 'boolean') throw new Refusal('invalid_request', 'final must be true or false')
      return json(200, wireOperation(capture(state, charge, reference, amountIn(body), body.final)))
    case 'cancel':
      return json(200, wireOperation(cancel(state, charge, reference)))
    case 'refund':
      return json(200, wireOperation(refund(state, charge, reference, amountIn(body))))
    case 'increment':
      return json(200, wireOperation(increment(state, charge, reference, amountIn(body))))
    default:
      throw new Refusal('not_found', 'there is no such path')
  }
}

const DISPUTE_ROUTES: ReadonlySet<Route['name']> = new Set(['accept', 'file', 'evidence'])

const actOnDispute = (state: State, account: Account, { name, target }: Route, body: Body): Dispute => {
  const dispute = state.disputes.get(target ?? '')
  if (dispute === undefined || dispute.charge.account !== account)
    throw new Refusal('not_found', 'there is no such dispute')
  if (name === 'accept') return acceptDispute(state, dispute)
  if (name === 'evidence') return takeEvidence(state, dispute, body)
  takeFile(dispute, referenceIn(body), body)
  return dispute
}

const subjectOf = (account: Account, route: Route, body: Body, reference: string) => ({
  operation: DISPUTE_ROUTES.has(route.name) ? ('dispute' as const) : (route.name as FaultOperation),
  account: account.name,
  references: [reference, route.target],
  token: tokenOf(body),
})

const tokenOf = (body: Body): string | null => {
  const token = objectIn(body, 'method').token
  return typeof token === 'string' ? token : null
}

const slowness = (state: State, body: Body): number => {
  if (body.method === undefined) return 0
  const token = tokenOf(body)
  return token !== null && sandboxToken(token)?.slow === true ? state.options.slowMs : 0
}
