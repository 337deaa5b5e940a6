import type { GatewayResponse } from '@florin/core/gateways'
import { attemptTime } from '../reference.ts'

/**
 * About when an answer was given. Adyen's acknowledgements do not say until when they hold, and an adapter has no clock: the answer's
 * `date` header and the time in the attempt's id are what there is, and the later of them counts.
 */
export const answerTime = ({ headers }: GatewayResponse, attempt: string): number => {
  const date = Date.parse(headers.date ?? '')
  return Math.max(Number.isSafeInteger(date) ? date : 0, attemptTime(attempt) ?? 0)
}
