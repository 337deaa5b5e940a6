import type { GatewayResponse } from '@florin/core/gateways'

/** The header of an error that may go away: the same request under the same key may be sent again. */
export const TRANSIENT_HEADER = 'transient-error'

/** The headers of every answer of the API. */
export const JSON_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'application/json;charset=utf-8',
})

/** Adyen's error body (`ServiceError`). */
interface ServiceError {
  readonly status: number
  readonly errorCode: string
  readonly message: string
  readonly errorType: 'validation' | 'security' | 'configuration' | 'internal'
  readonly pspReference?: string
}

/**
 * A request that Adyen refuses; thrown inside the double only. Codes and messages are those of docs.adyen.com/development-resources/error-codes
 * and of the examples in Adyen's OpenAPI document (read 2026-11); where Adyen documents none, the code is the nearest one and the place says so.
 */
export class Problem {
  readonly error: ServiceError
  readonly headers: Readonly<Record<string, string>>
  constructor(error: ServiceError, headers: Readonly<Record<string, string>> = JSON_HEADERS) {
    this.error = error
    this.headers = headers
  }

  /** As an answer; validation and configuration errors carry a reference, as Adyen's do. */
  response(pspReference: string | null): GatewayResponse {
    const body = pspReference === null ? this.error : { ...this.error, pspReference }
    return { status: this.error.status, headers: this.headers, body: JSON.stringify(body) }
  }
}

/** A well-formed request with a wrong value: HTTP 422. */
export const invalid = (errorCode: string, message: string): Problem =>
  new Problem({ status: 422, errorCode, message, errorType: 'validation' })

/** A request that cannot be read: HTTP 400, code 702. */
export const malformed = (message: string): Problem =>
  new Problem({ status: 400, errorCode: '702', message, errorType: 'validation' })

/** The API key is wrong. */
export const UNAUTHORIZED = new Problem({
  status: 401,
  errorCode: '000',
  message: 'HTTP Status Response - Unauthorized',
  errorType: 'security',
})
/** The merchant account is not one that this API key may use. */
export const FOREIGN_ACCOUNT = new Problem({
  status: 403,
  errorCode: '901',
  message: 'Invalid Merchant Account',
  errorType: 'security',
})
/** Raw card numbers need a permission that no account of the double has. */
export const NOT_ALLOWED = new Problem({ status: 403, errorCode: '010', message: 'Not allowed', errorType: 'security' })
/** There is no such path, or no such version of the API. */
export const NO_SUCH_PATH = new Problem({
  status: 404,
  errorCode: '000',
  message: 'HTTP Status Response - Not Found',
  errorType: 'validation',
})
/** Adyen does not know what happened. */
export const BROKEN = new Problem({ status: 500, errorCode: '000', message: 'Unknown', errorType: 'internal' })
/** The same, without effect and worth another try with the same key. */
export const TRANSIENT = new Problem(BROKEN.error, Object.freeze({ ...JSON_HEADERS, [TRANSIENT_HEADER]: 'true' }))
/** Adyen documents no limit for these endpoints; gateways in front of it answer like this. */
export const RATE_LIMITED = new Problem(
  { status: 429, errorCode: '000', message: 'HTTP Status Response - Too Many Requests', errorType: 'validation' },
  Object.freeze({ ...JSON_HEADERS, 'retry-after': '1' }),
)
/** Done already: a second `/payments/details` of one payment, or a key that was used for another request. */
export const ALREADY_PROCESSED = invalid('704', 'request already processed or in progress')
/** The first request with this key is still at work. */
export const IN_PROGRESS = new Problem(
  ALREADY_PROCESSED.error,
  Object.freeze({ ...JSON_HEADERS, [TRANSIENT_HEADER]: 'true' }),
)
/** A modification of a payment that this account does not have. */
export const NO_SUCH_PAYMENT = invalid('167', 'Original pspReference required for this operation')
