/**
 * Every code that a `FlorinError` can carry. Codes are stable: hosts may switch over them, and the HTTP package maps each to one status.
 */
export const ERROR_CODES = [
  'invalid_request', // the input is malformed: `details.path` names the field
  'invalid_state', // the payment cannot do this in its present state
  'not_found',
  'amount_too_large', // a capture above the authorised, or a refund above the captured amount
  'policy_refused', // the merchant's own rules do not allow it: `details.rule` names the one
  'currency_not_supported',
  'unsupported', // no configured gateway, or not this gateway, can do this
  'rate_unavailable', // no provider has a fresh exchange rate that can be believed; nothing happened
  'quote_expired', // the promised rate is over: ask for a new quote
  'gateway_unknown', // no gateway of this name is configured
  'reference_taken', // another payment holds this reference: `details.payment` names it
  'attempt_open', // another attempt may still succeed
  'idempotency_mismatch',
  'idempotency_in_progress', // `details.retryAfterMs` says when to ask again
  'idempotency_expired',
  'overloaded', // nothing happened; try again
  'conflict', // another writer won every one of our bounded tries; nothing happened
  'unauthenticated',
  'webhook_rejected', // a delivery that is not authentic
  'webhook_foreign', // an authentic delivery about an account, or a mode, that is not ours
  'configuration',
  'key_unavailable', // the encryption key of a stored value is not there (any more)
  'storage_unavailable', // disk full, read-only, server down: nothing happened
  'storage_corrupt',
  'schema_newer', // the database was written by a newer Florin
  'closed', // the SDK was closed
  'internal',
] as const

/** One of `ERROR_CODES`. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Facts for programs beside the message: flat, JSON-safe, and free of secrets and personal data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>

/**
 * Misuse, refusals and bugs. The message says what was wrong, which value, and what to do. Neither message nor details ever carry
 * a token, a key or personal data, so an error may be logged as it is.
 */
export class FlorinError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  constructor(code: ErrorCode, message: string, more: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'FlorinError'
    this.code = code
    this.details = Object.freeze({ ...more.details })
  }
}

/** Whether `error` is a `FlorinError` (of the given code). Works across copies of the package, unlike `instanceof`. */
export const isFlorinError = (error: unknown, code?: ErrorCode): error is FlorinError =>
  error instanceof Error && error.name === 'FlorinError' && (code === undefined || (error as FlorinError).code === code)
