import type { GatewayRequest, Sent } from '@florin/core/gateways'
import { redact } from './redaction/redact.ts'
import { redactHeaders } from './redaction/redact-headers.ts'
import { REDACTED } from './redaction/secret-shapes.ts'

/** What a log may show of a request or an answer. */
export interface RedactedMessage {
  /** By name; of those that authenticate, the names only. */
  readonly headers: Readonly<Record<string, string>>
  /** Null where there is none. */
  readonly body: string | null
}

/**
 * What one `send` did, for logs, metrics and traces. There is no secret, card data or personal data in it: neither in its fields nor in
 * what `request` and `response` give, nor for `inspect` or `JSON.stringify`.
 */
export interface ExchangeReport {
  readonly account: string
  /** Where to, as `https://host:port`; null where the account has no URL. */
  readonly origin: string | null
  readonly method: string
  /** Redacted, and of a query the names only. */
  readonly path: string
  readonly outcome: Sent['outcome']
  /** Why it was not sent or is unknown; null for an answer. */
  readonly reason: string | null
  /** Of the answer, as far as its head came; also where the outcome is `unknown`. */
  readonly status: number | null
  /** By which the gateway finds the request again in its own logs; null where it sent none. */
  readonly requestId: string | null
  /** From the call of `send` to its outcome, with the time of waiting for a connection. */
  readonly durationMs: number
  /** Of the request's body, if its first byte was written. */
  readonly bytesOut: number
  /** Of the answer's body, as far as it came. */
  readonly bytesIn: number
  /** The request, redacted when this is called, and not before: nobody who does not look pays for it. Holds the message in memory. */
  request(): RedactedMessage
  /** The answer, likewise; null where there is no whole one. */
  response(): RedactedMessage | null
}

/** What a report is made of. */
export interface ExchangeFacts {
  readonly request: GatewayRequest
  readonly account: string
  readonly origin: string | null
  /** Headers that authenticated the request: their values are masked wherever they stand, whatever their shape. */
  readonly credentials: Readonly<Record<string, string>>
  readonly sent: Sent
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>>
  readonly durationMs: number
  readonly started: boolean
  readonly bytesIn: number
}

const LONGEST_ID = 255
const SHORTEST_SECRET = 6 // masking shorter ones would leave nothing of a text

/** Makes a report. `requestIdHeaders`: names in lower case, the first that the answer has counts. */
export const reportOf = (facts: ExchangeFacts, requestIdHeaders: readonly string[]): ExchangeReport => {
  const { request, sent } = facts
  const hide = masker(facts.credentials)
  const shown = (text: string): string => redact(hide(text))
  const hidden = Object.fromEntries(Object.keys(facts.credentials).map((name) => [name.toLowerCase(), REDACTED]))
  const headersOf = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    redactHeaders(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(value)])))
  const id = requestIdHeaders.map((name) => facts.headers[name]).find((value) => value !== undefined)
  return Object.freeze({
    account: facts.account,
    origin: facts.origin,
    method: request.method,
    path: shownPath(request.path, shown),
    outcome: sent.outcome,
    reason: sent.outcome === 'answered' ? null : sent.reason,
    status: facts.status,
    requestId: id === undefined ? null : shown(id).slice(0, LONGEST_ID),
    durationMs: facts.durationMs,
    bytesOut: facts.started ? bytesOf(request) : 0,
    bytesIn: facts.bytesIn,
    request: () => ({
      headers: { ...headersOf(lowerCased(request.headers)), ...hidden },
      body: shownBody(request, shown),
    }),
    response: () =>
      sent.outcome === 'answered'
        ? { headers: headersOf(sent.response.headers), body: shown(sent.response.body) }
        : null,
  })
}

const bytesOf = ({ body, encoding }: GatewayRequest): number => Buffer.byteLength(body ?? '', encoding ?? 'utf8')

/** Bytes are a file of somebody's, in which nothing can be found and masked: only how many there are is told. */
const shownBody = (request: GatewayRequest, shown: (text: string) => string): string | null => {
  if (request.body === null) return null
  return request.encoding === 'base64' ? `[${bytesOf(request)} bytes]` : shown(request.body)
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const shownPath = (path: string, shown: (text: string) => string): string => {
  const [base = '', ...query] = path.split('?')
  if (query.length === 0) return shown(base)
  const names = query
    .join('?')
    .split('&')
    .map((pair) => `${shown(pair.split('=', 1)[0] ?? '')}=…`)
  return `${shown(base)}?${names.join('&')}`
}

/** Masks the very secrets that were sent, as they are, and as URLs, JSON and base64 of `user:password` carry them. */
const masker = (credentials: Readonly<Record<string, string>>): ((text: string) => string) => {
  const secrets = new Set<string>()
  for (const value of Object.values(credentials)) {
    const [, scheme = '', rest = ''] = /^(\S+)\s+(.+)$/.exec(value) ?? []
    const pair = scheme.toLowerCase() === 'basic' ? Buffer.from(rest, 'base64').toString() : ''
    for (const secret of [value, rest, pair, pair.slice(pair.indexOf(':') + 1)])
      for (const form of [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)])
        if (form.length >= SHORTEST_SECRET) secrets.add(form)
  }
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((left, secret) => left.replaceAll(secret, REDACTED), text)
}
