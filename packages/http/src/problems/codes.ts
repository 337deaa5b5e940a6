import type { ErrorCode } from '@florin/core'

/** What can be wrong with a request before Florin is asked. */
export type HttpCode = 'forbidden' | 'body_too_large' | 'unsupported_media_type' | 'method_not_allowed'

/** Every `code` that a problem can carry. Codes are stable; clients may switch over them. */
export type ProblemCode = ErrorCode | HttpCode

/** How an error looks over HTTP. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Said in place of the error's own message, which speaks to the operator: such errors go to `onError`. */
  readonly hidden?: string
  /** `Retry-After` where the error does not say when. */
  readonly retryAfterMs?: number
}

const RATES = 'No rate can be relied on right now. Try again later.'
const LATER = 'Try again later, with the same idempotency key.'

/**
 * The HTTP status of every error code. A code without a line here does not compile. 400: the request is malformed. 409: it is well
 * formed, and in conflict with what is there now. 422: it is well formed, and cannot be done whatever happens.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'Credentials are missing or not valid' },
  forbidden: { status: 403, title: 'These credentials do not reach so far' },
  webhook_rejected: { status: 400, title: 'The webhook is not authentic' }, // not 401: there is no challenge to answer
  webhook_foreign: { status: 400, title: 'The webhook is about another account' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  invalid_state: { status: 409, title: 'The payment cannot do this in its present state' },
  reference_taken: { status: 409, title: 'Another payment holds this reference' },
  attempt_open: { status: 409, title: 'Another attempt may still succeed', retryAfterMs: 5_000 },
  idempotency_in_progress: { status: 409, title: 'A call with this key is in flight', retryAfterMs: 1_000 },
  idempotency_expired: { status: 409, title: 'The answer under this key is no longer kept' },
  conflict: { status: 409, title: 'Others changed the same thing at the same time', retryAfterMs: 1_000 },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not of a type that is read here' },
  idempotency_mismatch: { status: 422, title: 'This key was used for another request' },
  amount_too_large: { status: 422, title: 'The amount is too large' },
  policy_refused: { status: 422, title: "The merchant's rules do not allow it" },
  currency_not_supported: { status: 422, title: 'The currency is not supported' },
  unsupported: { status: 422, title: 'No gateway can do this' },
  quote_expired: { status: 409, title: 'The quote has expired' },
  rate_unavailable: { status: 503, title: 'No exchange rate is available', hidden: RATES, retryAfterMs: 5_000 },
  gateway_unknown: { status: 422, title: 'There is no such gateway' },
  overloaded: { status: 503, title: 'Too much is waiting', retryAfterMs: 1_000 },
  storage_unavailable: { status: 503, title: 'The storage is not available', hidden: LATER, retryAfterMs: 5_000 },
  closed: { status: 503, title: 'The service is shutting down', hidden: LATER, retryAfterMs: 5_000 },
  configuration: { status: 500, title: 'The service is not configured correctly', hidden: 'Its operator was told.' },
  key_unavailable: { status: 500, title: 'A stored value cannot be read', hidden: 'Its operator was told.' },
  storage_corrupt: { status: 500, title: 'The storage is damaged', hidden: 'Its operator was told.' },
  schema_newer: { status: 500, title: 'The storage is newer than the service', hidden: 'Its operator was told.' },
  internal: { status: 500, title: 'Something unexpected went wrong', hidden: 'Its operator was told.' },
} as const satisfies Readonly<Record<ProblemCode, ProblemKind>>

/** The kind of an error code; one that only a newer core knows is `internal`. */
export const kindOf = (code: string): { readonly code: ProblemCode; readonly kind: ProblemKind } =>
  Object.hasOwn(PROBLEMS, code)
    ? { code: code as ProblemCode, kind: PROBLEMS[code as ProblemCode] }
    : { code: 'internal', kind: PROBLEMS.internal }
