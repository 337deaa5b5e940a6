import {
  type DisputeAnswer,
  type DisputeCommand,
  type GatewayResponse,
  jsonIn,
  retryAfterMs,
} from '@florin/core/gateways'
import { isOurMode, type ReadScope } from '../read/scope.ts'
import { word } from '../read/unknown.ts'
import { wireDispute } from '../wire/dispute.ts'
import { wireErrorBody } from '../wire/error.ts'
import { wireFile } from '../wire/file.ts'
import { inShape } from '../wire/in-shape.ts'
import { afterUpload, EVIDENCE_PURPOSE } from './submit.ts'

const BUSY_MS = 1_000

const unknown = (reason: string): DisputeAnswer => ({ effect: 'unknown', reason })

/** Where an act has left the dispute, which is how it is known to have taken place. */
const ENDED: ReadonlySet<string> = new Set(['lost', 'warning_closed'])

/** Which of an act's requests was answered, and what those before it left to know. */
export interface Reached {
  readonly step: number
  readonly kept: Readonly<Record<string, string>>
}

/** Reads the answer to a request of an act. What is not documented to be without effect is `unknown`. */
export const readDispute = (
  response: GatewayResponse,
  command: DisputeCommand,
  scope: ReadScope,
  { step, kept }: Reached,
): DisputeAnswer => {
  if (response.status !== 200) return refusal(response)
  const file = command.kind === 'submit_evidence' ? command.files[step] : undefined
  if (file === undefined) return readAct(response, command, scope)
  const uploaded = inShape(wireFile, jsonIn(response.body))
  if (uploaded === null) return unknown('the answer is no File')
  if (uploaded.purpose !== EVIDENCE_PURPOSE) return unknown('the answer is about a file for another purpose')
  if (uploaded.size !== file.bytes.length) return unknown('the answer is about a file of another size')
  return afterUpload(command, scope.options, step, uploaded.id, kept)
}

const readAct = (response: GatewayResponse, command: DisputeCommand, scope: ReadScope): DisputeAnswer => {
  const dispute = inShape(wireDispute, jsonIn(response.body))
  if (dispute === null) return unknown('the answer is no Dispute')
  if (dispute.id !== command.dispute) return unknown('the answer is about another dispute')
  if (!isOurMode(scope, dispute.livemode)) return unknown('the answer is of another mode than the key')
  const { status, evidence_details: evidence } = dispute
  if (command.kind === 'accept_dispute')
    return ENDED.has(status) ? { effect: 'applied' } : unknown(`the dispute was closed and is ${word(status)}`)
  return evidence.submission_count > 0
    ? { effect: 'applied' }
    : unknown(`the evidence was sent, none was submitted, and the dispute is ${word(status)}`)
}

/** Refused before anything was done (docs.stripe.com/error-low-level): a request that makes no sense now, or none that may be made. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 402, 403, 404])

const refusal = (response: GatewayResponse): DisputeAnswer => {
  const { status } = response
  const error = inShape(wireErrorBody, jsonIn(response.body))?.error ?? null
  if (status >= 500 || error === null) return unknown(`Stripe answered ${status}`)
  const code = word(error.code ?? error.type)
  const reason = `Stripe answered ${status} ${code}`
  if (status === 409 || status === 429 || error.code === 'lock_timeout')
    return { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  // The key was used for other bytes: what those did, nobody knows here.
  if (error.type === 'idempotency_error' || !REFUSED.has(status)) return unknown(reason)
  return { effect: 'rejected', code, message: `${reason}: it was refused, and nothing has changed` }
}
