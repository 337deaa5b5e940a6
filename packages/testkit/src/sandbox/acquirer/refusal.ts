import type { GatewayResponse } from '@florin/core/gateways'
import type { WireError } from '../wire.ts'

/**
 * Every error code of the protocol, with its HTTP status. All of them promise that the request had no effect, but for `in_flight`, which
 * says nothing, and `internal_error`, which is what an acquirer says when it does not know either.
 */
export const ERROR_STATUS = {
  unauthorized: 401,
  invalid_request: 400,
  idempotency_key_required: 400,
  not_found: 404,
  ambiguous_reference: 422,
  in_flight: 409,
  idempotency_mismatch: 422,
  currency_not_supported: 422,
  token_unknown: 422,
  method_not_supported: 422,
  amount_too_large: 422,
  amount_too_small: 422,
  not_capturable: 422,
  not_cancelable: 422,
  not_refundable: 422,
  not_incrementable: 422,
  already_captured: 422,
  charge_expired: 422,
  charge_disputed: 422,
  not_answerable: 422,
  rate_limited: 429,
  internal_error: 500,
} as const
/** A code of an error answer. */
export type WireErrorCode = keyof typeof ERROR_STATUS

/** A request that the acquirer refuses. Thrown inside it only, never past `handle`. */
export class Refusal {
  readonly code: WireErrorCode
  readonly message: string
  constructor(code: WireErrorCode, message: string) {
    this.code = code
    this.message = message
  }
}

/** The headers of every answer of the API. */
export const JSON_HEADERS: Readonly<Record<string, string>> = Object.freeze({ 'content-type': 'application/json' })

/** An error answer. */
export const refusalResponse = (
  code: WireErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = JSON_HEADERS,
): GatewayResponse => ({
  status: ERROR_STATUS[code],
  headers,
  body: JSON.stringify({ error: { code, message } } satisfies WireError),
})
