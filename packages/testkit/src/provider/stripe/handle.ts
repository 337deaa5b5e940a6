import type { Account } from './account.ts'
import { advance } from './due.ts'
import { answer, ERRORS, type Exchange, errorBody, headersOf, nothing } from './exchange.ts'
import { execute, look } from './execute.ts'
import { checkExpand, expand } from './expand.ts'
import { declineOf, type StripeFault } from './faults.ts'
import { Form } from './form.ts'
import type { StoredAnswer } from './idempotency.ts'
import { formOfUpload } from './multipart.ts'
import { STRIPE_VERSION } from './options.ts'
import { checkParameters } from './parameters.ts'
import { invalid, Refusal } from './refusal.ts'
import { parseRoute, type Route } from './route.ts'
import { BY_ITSELF, type State } from './state.ts'

/** A request as it came in. Names of headers in lower case. */
export interface Asked {
  readonly method: string
  /** With its query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Text; of an upload the bytes, a character each. */
  readonly body: string
}

interface Context {
  readonly account: Account
  readonly route: Route
  readonly requestId: string
  readonly key: string | null
}

const KEY_MAX = 255 // docs.stripe.com/api/idempotent_requests

const headerOf = (asked: Asked, name: string): string | null => {
  const value = asked.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

const accountOf = (state: State, asked: Asked): Account => {
  const [scheme, credentials = ''] = (headerOf(asked, 'authorization') ?? '').split(' ')
  const basic = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] : undefined
  const key = scheme === 'Bearer' ? credentials : basic
  const account = key === undefined ? undefined : state.byKey.get(key)
  if (account !== undefined) return account
  const message =
    key === undefined ? 'There is no API key: send it as a bearer token.' : 'The API key is not valid here.'
  throw new Refusal(401, { type: 'invalid_request_error', message }, false)
}

/** Whether it brings files: its body is then bytes, as a text of Latin-1. */
export const isUpload = ({ method, url }: Pick<Asked, 'method' | 'url'>): boolean =>
  method === 'POST' && url === '/v1/files'

const checkHeaders = (asked: Asked): void => {
  const version = headerOf(asked, 'stripe-version') ?? STRIPE_VERSION
  if (version !== STRIPE_VERSION)
    throw invalid(`The double speaks the API version ${STRIPE_VERSION}, not '${version}'.`)
  const type = headerOf(asked, 'content-type')
  if ((headerOf(asked, 'idempotency-key')?.length ?? 0) > KEY_MAX)
    throw invalid(`An idempotency key has at most ${KEY_MAX} characters.`)
  if (isUpload(asked)) return
  if (asked.body !== '' && type !== null && !type.startsWith('application/x-www-form-urlencoded'))
    throw invalid(`The body is form-encoded; its content type is '${type}'.`)
}

const bodyOf = (asked: Asked): string =>
  isUpload(asked) ? formOfUpload(headerOf(asked, 'content-type'), asked.body) : asked.body

const refused = (refusal: Refusal, requestId: string, headers: Record<string, string>): Exchange =>
  answer(refusal.status, errorBody(refusal.error, requestId), headers)

/** Handles one request, whole and at once. Never throws. */
export const handle = (state: State, asked: Asked): Exchange => {
  state.now = state.options.clock.now()
  advance(state)
  state.requests += 1
  if (asked.method !== 'GET') state.mutations += 1
  const requestId = state.ids.make('req')
  const key = asked.method === 'POST' ? headerOf(asked, 'idempotency-key') : null
  const headers = headersOf(requestId, key)
  if (state.paused) return { ...answer(503, '', headers), wire: 'drop' }
  try {
    const account = accountOf(state, asked)
    checkHeaders(asked)
    const at = asked.url.indexOf('?')
    const path = at < 0 ? asked.url : asked.url.slice(0, at)
    const route = parseRoute(asked.method, path)
    if (route === null)
      throw new Refusal(404, { type: 'invalid_request_error', message: `There is no ${asked.method} ${path}.` }, false)
    const context = { account, route, requestId, key }
    if (route.look === null) return change(state, context, path, bodyOf(asked), headers)
    return read(state, context, at < 0 ? '' : asked.url.slice(at + 1), headers)
  } catch (error) {
    if (error instanceof Refusal) return refused(error, requestId, headers)
    throw error
  }
}

const read = (
  state: State,
  { account, route, requestId }: Context,
  query: string,
  headers: Record<string, string>,
): Exchange => {
  const form = new Form(query)
  const fault = state.faults.idle ? undefined : state.faults.take(subjectOf(state, account, route, form))
  const early = before(fault, requestId, headers)
  if (early !== null) return early
  checkParameters(route.parameters, form)
  const found = expand(state, account, look(state, account, route, form), form)
  return shape(fault, answer(200, JSON.stringify(found), headers), nothing)
}

const change = (
  state: State,
  context: Context,
  path: string,
  body: string,
  headers: Record<string, string>,
): Exchange => {
  const { account, route, requestId, key } = context
  const form = new Form(body)
  const fault = state.faults.idle ? undefined : state.faults.take(subjectOf(state, account, route, form))
  const early = before(fault, requestId, headers)
  if (early !== null) return early
  const keys = key === null ? null : account.keys
  if (keys !== null && key !== null) {
    const found = keys.look(key, path, body, state.now)
    if (found.known === 'mismatch') return answer(400, errorBody(ERRORS.mismatch, requestId), headers)
    if (found.known === 'in_flight')
      return answer(409, errorBody(ERRORS.inFlight, requestId), { ...headers, 'stripe-should-retry': 'true' })
    if (found.known === 'answered') {
      const replayed = { ...headers, 'idempotent-replayed': 'true', 'original-request': found.requestId }
      return shape(fault, answer(found.answer.status, found.answer.body, replayed), nothing)
    }
    keys.open(key, path, body, state.now, requestId)
  }
  const given = attempt(state, context, form, fault)
  if (given.forget && key !== null) keys?.forget(key)
  const close = (): void => {
    if (key !== null && !given.forget) keys?.close(key, given.answer)
  }
  const exchange = shape(fault, answer(given.answer.status, given.answer.body, headers), close)
  if (exchange.delayMs === 0) close()
  return exchange
}

interface Given {
  readonly answer: StoredAnswer
  /** Nothing began: the key stays free. */
  readonly forget: boolean
}

const broken = ({ requestId }: Context): Given => ({
  answer: { status: 500, body: errorBody(ERRORS.broken, requestId) },
  forget: false,
})

const attempt = (state: State, context: Context, form: Form, fault: StripeFault | undefined): Given => {
  if (fault?.how === '500') return broken(context)
  if (fault?.how === '500_rolled_forward') {
    state.later.add(state.now + state.options.laterMs, () => void run(state, context, form, undefined))
    return broken(context)
  }
  const given = run(state, context, form, fault)
  return fault?.how === '500_after_effect' ? broken(context) : given
}

const run = (
  state: State,
  { account, route, requestId, key }: Context,
  form: Form,
  fault: StripeFault | undefined,
): Given => {
  state.inHand = {
    id: requestId,
    idempotencyKey: key,
    copies: fault?.how === 'duplicate_webhook' ? 2 : fault?.how === 'lose_webhook' ? 0 : 1,
    decline: fault?.how === 'decline' ? declineOf(fault) : null,
  }
  try {
    checkParameters(route.parameters, form)
    checkExpand(form)
    const object = expand(state, account, execute(state, account, route, form), form)
    return { answer: { status: 200, body: JSON.stringify(object) }, forget: false }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { answer: { status: error.status, body: errorBody(error.error, requestId) }, forget: !error.began }
  } finally {
    state.inHand = BY_ITSELF
  }
}

/** Faults that strike before anything is looked at. */
const before = (
  fault: StripeFault | undefined,
  requestId: string,
  headers: Record<string, string>,
): Exchange | null => {
  const later = { ...headers, 'stripe-should-retry': 'true' }
  switch (fault?.how) {
    case 'drop_before':
      return { ...answer(503, '', headers), wire: 'drop' }
    case 'rate_limit':
      return answer(429, errorBody(ERRORS.rateLimited, requestId), { ...later, 'retry-after': '1' })
    case 'lock_timeout':
      return answer(429, errorBody(ERRORS.locked, requestId), later)
    case 'conflict':
      return answer(409, errorBody(ERRORS.inFlight, requestId), later)
    case '500_before':
      return answer(500, errorBody(ERRORS.broken, requestId), headers)
    default:
      return null
  }
}

/** Faults that strike on the way back. */
const shape = (fault: StripeFault | undefined, exchange: Exchange, release: () => void): Exchange => {
  switch (fault?.how) {
    case 'drop_after':
      return { ...exchange, wire: 'drop' }
    case 'cut':
      return { ...exchange, wire: 'cut' }
    case 'slow':
      return { ...exchange, delayMs: fault.ms ?? 1_000, release }
    default:
      return exchange
  }
}

const subjectOf = (state: State, account: Account, route: Route, form: Form) => {
  const target = route.id === '' ? form.text('payment_intent') : route.id
  return {
    operation: route.operation,
    account: account.name,
    references: [
      form.text('metadata[florin_attempt]'),
      target,
      state.intents.get(target ?? '')?.metadata.florin_attempt,
    ],
    paymentMethod: form.text('payment_method') ?? form.text('payment_method_data[card][token]'),
  }
}
