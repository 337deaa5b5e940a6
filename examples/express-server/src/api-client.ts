import type { BalanceView, PageView, PaymentView, TimelineView } from '@florin/core'

/** An answer of the API: a payment, a page, or a problem. */
export interface ApiAnswer<T> {
  readonly status: number
  readonly body: T
  /** The body's very bytes. */
  readonly text: string
}

/** What a refusal looks like (problem+json). */
export interface ApiProblem {
  readonly code: string
  readonly detail: string
}

/** A small client of Florin's HTTP API, as the demo, the fault run and the tests use it. Rejects only when the server cannot be reached. */
export interface ApiClient {
  create(body: object, key?: string): Promise<ApiAnswer<PaymentView & ApiProblem>>
  /** `command` is `capture`, `refunds`, `cancel`, `resume` or `retry`. */
  act(id: string, command: string, body: object, key?: string): Promise<ApiAnswer<PaymentView & ApiProblem>>
  payment(id: string): Promise<PaymentView>
  timeline(id: string): Promise<TimelineView>
  balances(): Promise<PageView<BalanceView>>
}

const send = async <T>(
  baseUrl: string,
  apiKey: string,
  method: string,
  path: string,
  body?: object,
  key?: string,
): Promise<ApiAnswer<T>> => {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text) as T, text }
}

/** A client of the server at `baseUrl`. */
export const createApiClient = (baseUrl: string, apiKey: string): ApiClient => {
  const get = async <T>(path: string): Promise<T> => {
    const { status, body, text } = await send<T>(baseUrl, apiKey, 'GET', path)
    if (status === 200) return body
    throw new Error(`GET ${path} answered ${status}: ${text.slice(0, 200)}`)
  }
  return {
    create: (body, key) => send(baseUrl, apiKey, 'POST', '/v1/payments', body, key),
    act: (id, command, body, key) => send(baseUrl, apiKey, 'POST', `/v1/payments/${id}/${command}`, body, key),
    payment: (id) => get(`/v1/payments/${id}`),
    timeline: (id) => get(`/v1/payments/${id}/timeline`),
    balances: () => get('/v1/balances'),
  }
}

/** What the bank's page does when the buyer answers: its redirect's query is what the buyer brings back. */
export const answerChallenge = async (url: string, result: 'pass' | 'fail'): Promise<Record<string, string>> => {
  const body = new URLSearchParams({ result })
  const response = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  await response.arrayBuffer()
  const location = response.headers.get('location')
  if (location === null) throw new Error(`the challenge page answered ${response.status} without a redirect`)
  return Object.fromEntries(new URL(location).searchParams)
}
