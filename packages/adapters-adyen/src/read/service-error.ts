import {
  type Answer,
  type Command,
  type Decline,
  type GatewayResponse,
  jsonIn,
  retryAfterMs,
} from '@florin/core/gateways'
import { unknown } from './unknown.ts'
import { errorSchema } from './wire.ts'

const IN_PROGRESS_MS = 2_000 // a request is at work for seconds, not for minutes

const SHOP = 'The payment could not be processed. Please contact the shop.'

/**
 * Validation errors that are the buyer's to mend; every other one is a fault of ours, or of the account's settings.
 * Source: docs.adyen.com/development-resources/error-codes. Date: 2026-11-21.
 */
const BUYERS: ReadonlyMap<string, Pick<Decline, 'code' | 'message'>> = new Map([
  ['101', { code: 'incorrect_number', message: 'The card number is not right.' }],
  ['103', { code: 'incorrect_cvc', message: 'The security code is not right.' }],
])

const refusal = (errorCode: string): Decline => {
  const buyers = BUYERS.get(errorCode)
  return {
    class: buyers === undefined ? 'configuration' : 'customer_action',
    code: buyers?.code ?? 'invalid_request',
    gatewayCode: errorCode,
    networkAdvice: null,
    message: buyers?.message ?? SHOP,
  }
}

const unauthorized = (status: number): Decline => ({
  class: 'configuration',
  code: status === 401 ? 'unauthorized' : 'forbidden',
  gatewayCode: `${status}`,
  networkAdvice: null,
  message: SHOP,
})

/** Documented as refused before anything was done: 400 cannot be read, 422 does not validate. */
const REFUSED_AT_THE_DOOR: ReadonlySet<number> = new Set([400, 422])
const REFUSING_TYPES: ReadonlySet<string> = new Set(['validation', 'configuration', 'security'])
const IN_PROGRESS_CODE = '704' // the key's first request is at work, or the payment took a result already

/**
 * Reads an answer that is not a success. `transient-error: true` and code 704 mean: the same key, later (FAILURES section 3).
 * Credentials and validation are refused before anything is done (FAILURES 1, F4). Everything else is `unknown`.
 */
export const readServiceError = (response: GatewayResponse, command: Command): Answer => {
  const { status, headers } = response
  const reason = `adyen answered ${status}`
  const parsed = errorSchema.safeParse(jsonIn(response.body))
  const error = parsed.success ? parsed.data : null
  if (headers['transient-error'] === 'true' || error?.errorCode === IN_PROGRESS_CODE || status === 429)
    return unknown(reason, { retryAfterMs: retryAfterMs(response, IN_PROGRESS_MS) })
  if (error === null || !REFUSING_TYPES.has(error.errorType)) return unknown(reason)
  // A refused completion leaves the charge as open as it was: a webhook will say what becomes of it.
  if (command.kind === 'complete') return unknown(`${reason} ${error.errorCode}`)
  if (status === 401 || status === 403) return { effect: 'rejected', decline: unauthorized(status) }
  if (REFUSED_AT_THE_DOOR.has(status)) return { effect: 'rejected', decline: refusal(error.errorCode) }
  return unknown(reason)
}
