import {
  type DisputeAnswer,
  type DisputeCommand,
  type GatewayResponse,
  jsonIn,
  retryAfterMs,
} from '@florin/core/gateways'
import { z } from 'zod'
import { errorSchema } from '../read/wire.ts'
import { defend } from './request.ts'

const resultSchema = z.object({
  disputeServiceResult: z.object({ success: z.boolean(), errorMessage: z.string().nullish() }),
})

/**
 * What fails is answered with `success: false` and one of these texts, in HTTP 200 (docs.adyen.com/risk-management/disputes-api/
 * disputes-api-reference, 2026-11-21). Those that are left out (that it was defended already, or cannot be, that the dispute could not be
 * read) say nothing about an act of ours whose answer was lost: the API has no keys, so an act that is sent again is a second one.
 */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['dispute expired', 'expired'],
  ['unknown dispute', 'unknown_dispute'],
  ['dispute not found', 'unknown_dispute'],
])

const BUSY_MS = 2_000

const unknown = (reason: string): DisputeAnswer => ({ effect: 'unknown', reason })
const rejected = (code: string): DisputeAnswer => ({
  effect: 'rejected',
  code,
  message: `adyen refused it (${code}), and nothing has changed`,
})

/** Reads the answer to the request of a step. What is not documented to be without effect is `unknown`. */
export const readDispute = (
  response: GatewayResponse,
  command: DisputeCommand,
  step: number,
  merchantAccount: string,
): DisputeAnswer => {
  if (response.status !== 200) return serviceError(response)
  const parsed = resultSchema.safeParse(jsonIn(response.body))
  if (!parsed.success) return unknown('the answer is none of the Disputes API')
  const { success, errorMessage } = parsed.data.disputeServiceResult
  if (!success) {
    const code = REFUSALS.get((errorMessage ?? '').trim().replace(/\.$/, '').toLowerCase())
    return code === undefined ? unknown('adyen answered that it failed, for a reason unknown here') : rejected(code)
  }
  const supplied = command.kind === 'submit_evidence' && command.files.length > 0 && step === 0
  return supplied ? { effect: 'next', request: defend(command, merchantAccount) } : { effect: 'applied' }
}

/** Refused at the door: 400 cannot be read, 401 and 403 may not, 422 does not validate. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 422])
const REFUSING_TYPES: ReadonlySet<string> = new Set(['validation', 'configuration', 'security'])

const serviceError = (response: GatewayResponse): DisputeAnswer => {
  const { status } = response
  const reason = `adyen answered ${status}`
  if (status === 429) return { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  const parsed = errorSchema.safeParse(jsonIn(response.body))
  if (!parsed.success || !REFUSED.has(status) || !REFUSING_TYPES.has(parsed.data.errorType)) return unknown(reason)
  return rejected(status === 401 || status === 403 ? 'unauthorized' : parsed.data.errorCode)
}
