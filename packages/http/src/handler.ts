import { FlorinError, isFlorinError, type MerchantApi } from '@florin/core'
import { checkJsonType } from './body/media-type.ts'
import { parseJson } from './body/parse-json.ts'
import { readBody } from './body/read-body.ts'
import { createIntake, type Intake } from './files/intake.ts'
import {
  API_VERSION,
  CONSISTENCY,
  checkVersion,
  consistencyOf,
  idempotencyKeyOf,
  refuseIdempotencyKey,
} from './headers.ts'
import { createDocument } from './openapi/document.ts'
import { type HandlerOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { problemOf } from './problems/problem.ts'
import { Refusal } from './problems/refusal.ts'
import { queryOf } from './query.ts'
import { createReport, type Report } from './report.ts'
import type { Answer, MerchantRoute, Platform, Route, Service } from './routes/route.ts'
import { createRouter, type Match } from './routes/router.ts'
import { ROUTES } from './routes/table.ts'
import { streamed } from './streamed.ts'

/** Florin over HTTP: from a Fetch `Request` to a `Response`. Never rejects. */
export interface Handler {
  (request: Request): Promise<Response>
  /** Whether there is anything at a path: what a host that serves more than Florin asks first. */
  handles(pathname: string): boolean
}

/** What every answer carries: nothing about money is cached or guessed at. */
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'florin-version': API_VERSION,
} as const

const MAX_WEBHOOK_BYTES = 1_048_576 // core's own cap (FAILURES 5.1), met here before the bytes are held

/**
 * Makes the handler. It answers every request: refusals as problem+json (RFC 9457), what happened to a payment as the payment. It
 * starts nothing: `florin.start()` is the host's. Throws `configuration` for wrong options.
 */
export const createHandler = (input: HandlerOptions): Handler => {
  const options = resolveOptions(input)
  const { florin, healthDetails, prefix } = options
  const router = createRouter(ROUTES, prefix)
  let text: string | undefined
  const document = (): string => {
    text ??= JSON.stringify(createDocument(ROUTES, options))
    return text
  }
  const report = createReport(options.onError)
  const context: Context = {
    options,
    service: { florin, healthDetails, document },
    report,
    intake: createIntake(options, (error) => report(error, { method: 'POST', route: '/v1/reconciliation/runs' })),
  }
  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const match = router(url.pathname)
    try {
      return await respond(context, request, url, match)
    } catch (error) {
      return refusal(context, error, request, match)
    }
  }
  return Object.freeze(Object.assign(handle, { handles: (pathname: string) => router(pathname) !== undefined }))
}

interface Context {
  readonly options: ResolvedOptions
  readonly service: Service
  readonly report: Report
  readonly intake: Intake
}

const respond = async (context: Context, request: Request, url: URL, match: Match | undefined): Promise<Response> => {
  if (match === undefined) throw new FlorinError('not_found', 'there is nothing at this path: see /openapi.json')
  const { method } = request
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { ...ALWAYS, allow: allowed(match) } })
  const route = match.routes.get(method === 'HEAD' ? 'GET' : method)
  if (route === undefined) {
    const allow = allowed(match)
    throw new Refusal('method_not_allowed', `this path takes ${allow}, not ${method}`, { headers: { allow } })
  }
  const { status, body, stream } = await answer(context, request, url, route, match.params)
  const type = stream?.type ?? (body === null ? undefined : 'application/json')
  const headers = {
    ...ALWAYS,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(route.access === 'merchant' ? consistency(context) : {}),
  }
  if (stream !== undefined && method !== 'HEAD') {
    const broken = (error: unknown): void => context.report(error, { method, route: match.path })
    return streamed(stream.pieces, { status, headers }, broken)
  }
  await stream?.pieces[Symbol.asyncIterator]().return?.() // begun, and wanted no further
  return new Response(method === 'HEAD' ? null : body, { status, headers })
}

/** What the client hands in where it reads next, so that it finds what it was just told. */
const consistency = ({ options }: Context): Readonly<Record<string, string>> => {
  const token = options.florin.consistency?.()
  return token === undefined ? {} : { [CONSISTENCY]: token }
}

const allowed = ({ routes }: Match): string =>
  [...routes.keys(), ...(routes.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')

const answer = (
  context: Context,
  request: Request,
  url: URL,
  route: Route,
  params: Match['params'],
): Promise<Answer> => {
  switch (route.access) {
    case 'public':
      return route.run(context.service)
    case 'webhook':
      return takeWebhook(context, request, params)
    case 'merchant':
      return actFor(context, request, url, route, params)
  }
}

/** Whoever asks is known before anything that they sent is read. */
const actFor = async (
  context: Context,
  request: Request,
  url: URL,
  route: MerchantRoute,
  params: Match['params'],
): Promise<Answer> => {
  const { api, operator } = await authorized(context, request, route)
  if (route.forOperators === true && !operator)
    throw new Refusal('forbidden', 'this concerns all merchants: it takes the credentials of an operator')
  const { headers } = request
  checkVersion(headers)
  if (route.key === 'refused') refuseIdempotencyKey(headers)
  const idempotencyKey = route.key === 'kept' ? idempotencyKeyOf(headers) : undefined
  const { whenInFlight } = context.options
  const query = queryOf(url.searchParams)
  return route.run({
    api,
    platform: () => platformOf(context),
    id: params.id ?? '',
    query,
    body: await inputOf(context, request, route),
    ingest: () => context.intake(request, query, platformOf(context)),
    options: { idempotencyKey, whenInFlight },
  })
}

/** Only routes for operators ask, and who asks is one. */
const platformOf = ({ options: { florin } }: Context): Platform => {
  const { reconciliation } = florin
  if (reconciliation !== undefined) return { reconciliation }
  throw new FlorinError('configuration', 'createHandler: florin has no reconciliation: give what createFlorin gave')
}

const inputOf = async ({ options }: Context, request: Request, route: MerchantRoute): Promise<unknown> => {
  if (route.input === null) return {}
  const bytes = await readBody(request, options.maxBodyBytes)
  if (bytes.length > 0) {
    checkJsonType(request.headers)
    return parseJson(bytes)
  }
  if (!route.input.required) return {}
  throw new FlorinError('invalid_request', `the body is empty: send the JSON that ${route.operationId} takes`)
}

interface Known {
  readonly api: MerchantApi
  readonly operator: boolean
}

const authorized = async (context: Context, request: Request, route: MerchantRoute): Promise<Known> => {
  const { authorize, florin } = context.options
  const found = await Promise.resolve(request)
    .then(authorize)
    .catch((error: unknown) => {
      if (isFlorinError(error)) throw error
      context.report(error, { method: route.method, route: route.path })
      return null
    })
  if (found === null || found === undefined) {
    throw new FlorinError('unauthenticated', 'no merchant is known for this request: check its credentials')
  }
  try {
    florin.for(found.merchant)
  } catch (cause) {
    // The caller is who they say they are; it is `authorize` that named a merchant whom there is not.
    throw new FlorinError('configuration', 'authorize named a merchant that Florin does not have', { cause })
  }
  const api = florin.for(found.merchant, { after: consistencyOf(request.headers) })
  return { api, operator: found.operator === true }
}

const takeWebhook = async ({ service }: Context, request: Request, params: Match['params']): Promise<Answer> => {
  const body = await readBody(request, MAX_WEBHOOK_BYTES)
  const { gateway = '', account = '' } = params
  const headers = Object.fromEntries(request.headers)
  const receipt = await service.florin.webhooks.receive({ gateway, account, headers, body }).catch(unknownPlace)
  const { duplicate, quarantined } = receipt
  return { status: 200, body: JSON.stringify({ received: true, duplicate, quarantined }) }
}

/** Here gateway and account are the address, not a wish: a wrong one is not there, and anybody may ask, so none is named. */
const unknownPlace = (error: unknown): never => {
  if (!isFlorinError(error, 'gateway_unknown')) throw error
  throw new FlorinError('not_found', 'there is no such gateway, or it has no such account: see the configuration')
}

const refusal = (context: Context, error: unknown, request: Request, match: Match | undefined): Response => {
  const problem = problemOf(error)
  if (problem.hidden) context.report(error, { method: request.method, route: match?.path ?? 'unknown' })
  const challenge = problem.code === 'unauthenticated' ? { 'www-authenticate': context.options.challenge } : {}
  return new Response(request.method === 'HEAD' ? null : problem.body, {
    status: problem.status,
    headers: { ...ALWAYS, ...problem.headers, ...challenge },
  })
}
