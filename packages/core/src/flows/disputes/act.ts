import {
  checkEvidence,
  type DisputeActRow,
  type DisputeRow,
  disputeActs,
  type NewEvidence,
} from '../../disputes/index.ts'
import type { DisputeCommand, GatewayRequest } from '../../gateways/index.ts'
import { schedule } from '../../jobs/index.ts'
import { digest, FlorinError, sameBytes } from '../../kernel/index.ts'
import { append, type Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { opened, portOf, refuseDecided, sealed } from './evidence.ts'
import { actsOf, evidenceOf } from './load.ts'
import { actPlace } from './places.ts'
import { DISPUTE_ACT_QUEUE } from './timers.ts'
import { type DisputeUpdate, updateDispute } from './update.ts'

/** A command, the request of the step that is sent now, and what the steps before it kept. */
export interface PreparedAct {
  readonly command: DisputeCommand
  readonly request: GatewayRequest
  readonly kept: Readonly<Record<string, string>>
}

/** Who wants an act. */
export type ActBy = DisputeActRow['by']

/**
 * Gives a dispute up. The command is committed with its very request, and sent by a job until something definitive is known; a second call
 * is the same act. Throws `unsupported` where the gateway takes no such command, and `invalid_state` where it is decided otherwise or
 * evidence is on its way.
 */
export const acceptDispute = (
  context: FlowContext,
  merchant: string,
  id: string,
  by: ActBy = 'caller',
): Promise<DisputeRow> =>
  updateDispute(context, merchant, id, async (dispute) => {
    if (dispute.state === 'accepted') return null
    refuseDecided(dispute)
    if (!portOf(context, dispute).accept) {
      const what = `gateway '${dispute.gateway}' takes no acceptance through its API: accept ${dispute.id} in its dashboard`
      throw new FlorinError('unsupported', what, { details: { dispute: dispute.id } })
    }
    return begin(context, dispute, 'accept_dispute', { texts: {}, files: [] }, by, [])
  })

/**
 * Sends all evidence that is stored, with what is given now in place of what it replaces. Committed with the very request first, then sent
 * by a job until something definitive is known. The same evidence again is the same act, other evidence `idempotency_mismatch`, while it is
 * on its way. Throws `invalid_state` where it is decided, or submitted for this stage already; `invalid_request` for what the gateway does
 * not take, and where there is nothing to submit.
 */
export const submitEvidence = (
  context: FlowContext,
  merchant: string,
  id: string,
  given: NewEvidence,
  by: ActBy = 'caller',
): Promise<DisputeRow> =>
  updateDispute(context, merchant, id, async (dispute) => {
    refuseDecided(dispute)
    const port = portOf(context, dispute)
    const stored = await evidenceOf(context, dispute)
    const { rows, effects } = await sealed(context, dispute, stored, given)
    const evidence = await opened(context, dispute, [...stored, ...rows])
    checkEvidence(port, dispute.gateway, evidence)
    if (Object.keys(evidence.texts).length + evidence.files.length === 0)
      throw new FlorinError('invalid_request', `dispute ${id} has no evidence to submit: give texts or files`)
    return begin(context, dispute, 'submit_evidence', evidence, by, effects)
  })

const begin = async (
  context: FlowContext,
  dispute: DisputeRow,
  kind: DisputeCommand['kind'],
  evidence: NewEvidence,
  by: ActBy,
  effects: readonly Effect[],
): Promise<DisputeUpdate | null> => {
  const { merchant, id, stage } = dispute
  const fingerprint = fingerprintOf(kind, evidence)
  const last = (await actsOf(context, dispute)).at(-1)
  if (last !== undefined && isSame(dispute, last, kind, fingerprint)) return null
  const key = context.runtime.ids.make('act')
  const prepared = prepare(context, dispute, kind, key, evidence)
  await context.sealer.ready(merchant)
  const now = context.runtime.clock.now()
  const row: DisputeActRow = {
    ...{ merchant, dispute: id, id: key, kind, stage, by, fingerprint, createdAt: now, state: 'sending' },
    ...{ step: 0, tries: 0, code: null, updatedAt: now, version: 1 },
    request: sealAct(context, merchant, id, key, prepared),
  }
  const payload = { dispute: id, act: key }
  const job = { id: context.runtime.ids.make('job'), queue: DISPUTE_ACT_QUEUE, key, merchant, payload, due: now }
  return {
    after: { ...dispute, act: key },
    effects: [...effects, append(disputeActs, row), schedule(job)],
    events: [{ type: 'dispute.act_requested', data: { act: key, kind, by } }],
  }
}

/** Whether an act is the one that is wanted; refuses another while one is on its way, or was made for this stage. */
const isSame = (
  dispute: DisputeRow,
  last: DisputeActRow,
  kind: DisputeCommand['kind'],
  fingerprint: Uint8Array,
): boolean => {
  const isOpen = last.state === 'sending'
  const isMade = last.state === 'applied' && last.stage === dispute.stage && dispute.state === 'evidence_submitted'
  if (!isOpen && !isMade) return false
  const details = { dispute: dispute.id, act: last.id }
  if (last.kind !== kind) {
    if (isMade) return false // what was submitted can be given up all the same
    const what = last.kind === 'accept_dispute' ? 'its acceptance' : 'evidence'
    throw new FlorinError('invalid_state', `dispute ${dispute.id} has ${what} on the way: wait what comes of it`, {
      details,
    })
  }
  if (sameBytes(last.fingerprint, fingerprint)) return true
  if (isMade)
    throw new FlorinError('invalid_state', `dispute ${dispute.id} has its evidence submitted: it cannot be changed`, {
      details,
    })
  throw new FlorinError(
    'idempotency_mismatch',
    `dispute ${dispute.id} has other evidence on the way: it cannot be changed any more`,
    { details },
  )
}

const fingerprintOf = (kind: DisputeCommand['kind'], { texts, files }: NewEvidence): Uint8Array =>
  digest('florin.dispute_act.v1', [
    kind,
    texts,
    files.map(({ kind, name, contentType, bytes }) => [kind, name, contentType, bytes]),
  ])

const prepare = (
  context: FlowContext,
  dispute: DisputeRow,
  kind: DisputeCommand['kind'],
  key: string,
  { texts, files }: NewEvidence,
): PreparedAct => {
  const { account, reference, id, amount, currency, reason } = dispute
  const what = { kind, key, account, dispute: reference, id, amount, currency, reasonCode: reason.code }
  const command: DisputeCommand = { ...what, texts, files }
  return { command, request: portOf(context, dispute).request(command), kept: {} }
}

/** Seals for the act's row. Amounts and bytes travel as text, because JSON has neither. */
export const sealAct = (
  context: FlowContext,
  merchant: string,
  dispute: string,
  id: string,
  { command, request, kept }: PreparedAct,
): Uint8Array => {
  const files = command.files.map((file) => ({ ...file, bytes: Buffer.from(file.bytes).toString('base64') }))
  const plain = { ...command, amount: command.amount.toString(), files }
  return context.sealer.seal(actPlace(merchant, dispute, id), { command: plain, request, kept })
}

type Stored = {
  readonly command: Omit<DisputeCommand, 'amount' | 'files'> & {
    readonly amount: string
    readonly files: readonly (Omit<DisputeCommand['files'][number], 'bytes'> & { readonly bytes: string })[]
  }
  readonly request: GatewayRequest
  /** Absent in acts that were stored before steps could keep something. */
  readonly kept?: PreparedAct['kept']
}

/** Opens what `sealAct` made. */
export const openAct = async (context: FlowContext, row: DisputeActRow): Promise<PreparedAct> => {
  const stored = await context.sealer.open<Stored>(actPlace(row.merchant, row.dispute, row.id), row.request)
  const { command, request, kept = {} } = stored
  const files = command.files.map((file) => ({ ...file, bytes: Buffer.from(file.bytes, 'base64') }))
  return { command: { ...command, amount: BigInt(command.amount), files }, request, kept }
}
