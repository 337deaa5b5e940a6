import { STRIPE_VERSION } from './options.ts'
import { docUrl, type WireError } from './refusal.ts'

/** What the wire is to do: send an answer, never answer, or break off half-way. */
export interface Exchange {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
  readonly wire: 'answer' | 'drop' | 'cut'
  /** Milliseconds before the answer leaves. */
  readonly delayMs: number
  /** To be called when a delayed answer leaves: until then its idempotency key is in flight. */
  readonly release: () => void
}

/** The release of an answer that was not delayed. */
export const nothing = (): void => {}

/** The headers of every answer. */
export const headersOf = (requestId: string, idempotencyKey: string | null): Record<string, string> => {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': STRIPE_VERSION,
  }
  if (idempotencyKey !== null) headers['idempotency-key'] = idempotencyKey
  return headers
}

/** An answer that leaves at once. */
export const answer = (status: number, body: string, headers: Record<string, string>): Exchange => ({
  status,
  headers,
  body,
  wire: 'answer',
  delayMs: 0,
  release: nothing,
})

/** An error's body, with the link to the request's log that Stripe adds. */
export const errorBody = (error: WireError, requestId: string): string =>
  JSON.stringify({ error: { ...error, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` } })

const coded = (code: string, message: string): WireError => ({
  type: 'invalid_request_error',
  code,
  doc_url: docUrl(code),
  message,
})

/** Errors that are no refusal of what was asked, but of when. */
export const ERRORS = {
  broken: { type: 'api_error', message: 'Something went wrong on the side of Stripe.' },
  rateLimited: coded('rate_limit', 'Too many requests; slow down.'),
  locked: coded('lock_timeout', 'Another request holds the object; try again.'),
  inFlight: coded('idempotency_key_in_use', 'A request with this idempotency key is at work; try again later.'),
  mismatch: {
    type: 'idempotency_error',
    message: 'This idempotency key was used for another path or other parameters; use a new key for a new request.',
  },
} as const satisfies Readonly<Record<string, WireError>>
