/** What Stripe's `error` member holds. Members that say nothing are left out, as Stripe does. */
export interface WireError {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly message: string
  readonly code?: string
  readonly decline_code?: string
  readonly advice_code?: string
  readonly network_advice_code?: string
  readonly network_decline_code?: string
  readonly param?: string
  readonly charge?: string
  readonly doc_url?: string
  readonly request_log_url?: string
  readonly payment_intent?: unknown
  readonly payment_method?: unknown
}

/** Where Stripe explains an error code. */
export const docUrl = (code: string): string => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`

/**
 * A request that is refused; thrown inside the double only. `began`: the execution had begun, so that the answer is kept under the
 * idempotency key (docs.stripe.com/api/idempotent_requests: results of failed validation and of conflicts are not).
 */
export class Refusal {
  readonly status: number
  readonly error: WireError
  readonly began: boolean
  constructor(status: number, error: WireError, began: boolean) {
    this.status = status
    this.error = error.code === undefined ? error : { ...error, doc_url: docUrl(error.code) }
    this.began = began
  }
}

type Details = Pick<WireError, 'code' | 'param' | 'payment_intent'>

/** A request that says something wrong: refused before anything began. */
export const invalid = (message: string, details: Details = {}): Refusal =>
  new Refusal(400, { type: 'invalid_request_error', message, ...details }, false)

/** A request that the state of things forbids: refused after it began. */
export const forbidden = (message: string, details: Details = {}): Refusal =>
  new Refusal(400, { type: 'invalid_request_error', message, ...details }, true)

/** A parameter that names nothing. */
export const missingIn = (param: string, what: string, id: string): Refusal =>
  forbidden(`There is no ${what} '${id}'.`, { code: 'resource_missing', param })

/** A path that names nothing: 404, where a parameter gives 400. */
export const notFound = (what: string, id: string, param: string): Refusal =>
  new Refusal(
    404,
    { type: 'invalid_request_error', code: 'resource_missing', message: `There is no ${what} '${id}'.`, param },
    true,
  )
