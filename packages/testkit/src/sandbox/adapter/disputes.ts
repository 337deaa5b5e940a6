import {
  DISPUTE_STAGES,
  type DisputeAnswer,
  type DisputeCommand,
  type DisputeFact,
  type DisputePort,
  type DisputeReport,
  type GatewayRequest,
  type GatewayResponse,
  retryAfterMs,
} from '@florin/core/gateways'
import { IDEMPOTENCY_HEADER } from '../wire.ts'
import {
  SANDBOX_EVIDENCE_FILES,
  SANDBOX_EVIDENCE_TEXTS,
  WIRE_DISPUTE_STATUSES,
  type WireDispute,
  type WireMovement,
} from '../wire-dispute.ts'
import { refusalOf } from './declines.ts'
import { asObject, isInstant, parseObject, readErrorCode } from './reader.ts'

type Raw = Readonly<Record<string, unknown>>

const AMOUNT = /^(?:0|[1-9][0-9]{0,17})$/
const isAmount = (value: unknown): value is string => typeof value === 'string' && AMOUNT.test(value)
const isName = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)
const isStage = (value: unknown): boolean => (DISPUTE_STAGES as readonly unknown[]).includes(value)

const isMovement = (value: unknown): value is WireMovement | null => {
  if (value === null) return true
  const movement = asObject(value)
  return movement !== null && isAmount(movement.amount) && isInstant(movement.at) && isStage(movement.stage)
}

/** A dispute, or null where anything about its shape is not as documented. */
const readDispute = (raw: Raw | null): WireDispute | null =>
  raw !== null &&
  raw.object === 'dispute' &&
  isName(raw.id) &&
  isName(raw.charge) &&
  isName(raw.charge_reference) &&
  isStage(raw.stage) &&
  (WIRE_DISPUTE_STATUSES as readonly unknown[]).includes(raw.status) &&
  isInstant(raw.changed_at) &&
  isAmount(raw.amount) &&
  typeof raw.currency === 'string' &&
  /^[A-Z]{3}$/.test(raw.currency) &&
  isAmount(raw.fee) &&
  isName(asObject(raw.reason)?.code) &&
  (raw.network === null || isName(raw.network)) &&
  isInstant(raw.evidence_due_at) &&
  isMovement(raw.withdrawn) &&
  isMovement(raw.reinstated)
    ? (raw as unknown as WireDispute)
    : null

const REPORTS: Readonly<Record<WireDispute['status'], DisputeReport>> = {
  needs_response: 'opened',
  under_review: 'under_review',
  won: 'won',
  lost: 'lost',
  accepted: 'accepted',
  expired: 'expired',
}

/** What a verified event says about a dispute: where it stands, and what of its money went and came back, each when it happened. */
export const parseDisputes = (body: Uint8Array): readonly DisputeFact[] => {
  const event = parseObject(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  const dispute = readDispute(asObject(event?.data))
  if (dispute === null) return []
  const { id, charge, charge_reference: attempt, currency, network } = dispute
  const about = { dispute: id, attempt, charge, currency, network: null, reason: null, fee: null, evidenceDueAt: null }
  const facts: DisputeFact[] = [
    {
      ...about,
      report: REPORTS[dispute.status],
      stage: dispute.stage,
      amount: BigInt(dispute.amount),
      fee: BigInt(dispute.fee),
      reason: { code: dispute.reason.code, text: null },
      network,
      evidenceDueAt: dispute.evidence_due_at,
      occurredAt: dispute.changed_at,
    },
  ]
  for (const report of ['withdrawn', 'reinstated'] as const) {
    const movement = dispute[report]
    if (movement === null) continue
    const { amount, at, stage } = movement
    facts.push({ ...about, report, stage, amount: BigInt(amount), occurredAt: at })
  }
  return facts
}

const post = (key: string, path: string, body: object): GatewayRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: key },
  body: JSON.stringify(body),
})

/** Files go first, one a request, and the evidence that names them last. The key of each step is its own. */
const requestOf = (command: DisputeCommand, step: number): GatewayRequest => {
  const { key, dispute, files, texts } = command
  const root = `/v1/disputes/${encodeURIComponent(dispute)}`
  if (command.kind === 'accept_dispute') return post(key, `${root}/accept`, { reference: key })
  const reference = (index: number): string => `${key}-${index}`
  const file = files[step]
  if (file === undefined)
    return post(key, `${root}/evidence`, { reference: key, texts, files: files.map((_, index) => reference(index)) })
  const { kind, name, contentType, bytes } = file
  const base64 = Buffer.from(bytes).toString('base64')
  return post(reference(step), `${root}/files`, {
    reference: reference(step),
    kind,
    name,
    content_type: contentType,
    base64,
  })
}

const RATE_LIMITED_MS = 1_000

const read = (response: GatewayResponse, command: DisputeCommand, step: number): DisputeAnswer => {
  const { status } = response
  const raw = parseObject(response.body)
  if (status === 200) return readSuccess(raw, command, step)
  if (status === 429)
    return { effect: 'unknown', reason: 'rate_limited', retryAfterMs: retryAfterMs(response, RATE_LIMITED_MS) }
  const code = readErrorCode(raw)
  if (status < 400 || status >= 500 || code === null)
    return { effect: 'unknown', reason: `the sandbox answered ${status}` }
  if (code === 'not_answerable')
    return { effect: 'rejected', code, message: 'The dispute cannot be answered any more.' }
  const refusal = refusalOf(code)
  return refusal === undefined
    ? { effect: 'unknown', reason: `the sandbox answered ${code}` }
    : { effect: 'rejected', code, message: refusal.message }
}

const readSuccess = (raw: Raw | null, command: DisputeCommand, step: number): DisputeAnswer => {
  const dispute = readDispute(raw)
  if (dispute === null || dispute.id !== command.dispute)
    return { effect: 'unknown', reason: 'the answer is not about this dispute' }
  if (command.kind === 'submit_evidence' && step < command.files.length)
    return { effect: 'next', request: requestOf(command, step + 1) }
  return { effect: 'applied' }
}

const MOST_BYTES = 4_000_000

/** What the sandbox takes and tells about disputes. */
export const SANDBOX_DISPUTES: DisputePort = Object.freeze({
  texts: SANDBOX_EVIDENCE_TEXTS,
  files: Object.freeze({ kinds: SANDBOX_EVIDENCE_FILES, maxBytes: MOST_BYTES }),
  accept: true,
  request: (command) => requestOf(command, 0),
  read,
  parse: parseDisputes,
} satisfies DisputePort)
