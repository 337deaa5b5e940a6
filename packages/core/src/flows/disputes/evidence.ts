import {
  checkEvidence,
  type DisputeEvidenceRow,
  type DisputeRow,
  disputeEvidence,
  isDecided,
  MOST_EVIDENCE,
  MOST_EVIDENCE_BYTES,
  type NewEvidence,
  type NewFile,
} from '../../disputes/index.ts'
import type { DisputePort } from '../../gateways/index.ts'
import { digest, FlorinError, sameBytes } from '../../kernel/index.ts'
import { append, type Effect } from '../../records/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { evidenceOf } from './load.ts'
import { evidencePlace } from './places.ts'
import { type DisputeUpdate, updateDispute } from './update.ts'

/** What a piece of evidence holds once it is opened. */
type Content =
  | { readonly text: string }
  | { readonly name: string; readonly contentType: NewFile['contentType']; readonly base64: string }

/** Rows to append for new evidence, and what will count with them. */
interface Added {
  readonly rows: readonly DisputeEvidenceRow[]
  readonly effects: readonly Effect[]
}

/** What the gateway of a dispute takes; refuses where that is nothing. */
export const portOf = (context: FlowContext, dispute: DisputeRow): DisputePort => {
  const port = gatewayOf(context, dispute.gateway).disputes
  if (port !== undefined) return port
  throw new FlorinError(
    'unsupported',
    `gateway '${dispute.gateway}' takes nothing about disputes through its API: answer ${dispute.id} in its dashboard`,
    { details: { dispute: dispute.id } },
  )
}

/** Keeps what speaks against a dispute, sealed, until it is submitted. The same again in the same place changes nothing. */
export const addEvidence = (
  context: FlowContext,
  merchant: string,
  id: string,
  given: NewEvidence,
): Promise<DisputeRow> =>
  updateDispute(context, merchant, id, async (dispute): Promise<DisputeUpdate | null> => {
    refuseDecided(dispute)
    checkEvidence(portOf(context, dispute), dispute.gateway, given)
    const stored = await evidenceOf(context, dispute)
    const { rows, effects } = await sealed(context, dispute, stored, given)
    if (rows.length === 0) return null
    const what = rows.map(({ of, name, size }) => ({ of, name, size }))
    return { after: dispute, effects, events: [{ type: 'dispute.evidence_added', data: { evidence: what } }] }
  })

/** What is decided cannot be answered any more; a later report may open it anew. */
export const refuseDecided = (dispute: DisputeRow): void => {
  if (!isDecided(dispute)) return
  const why = `dispute ${dispute.id} is ${dispute.state}: there is nothing to answer any more`
  throw new FlorinError('invalid_state', why, { details: { dispute: dispute.id, state: dispute.state } })
}

/** Seals new evidence as rows; those that are stored already in the same place are left out. */
export const sealed = async (
  context: FlowContext,
  dispute: DisputeRow,
  stored: readonly DisputeEvidenceRow[],
  { texts, files }: NewEvidence,
): Promise<Added> => {
  const { merchant, id } = dispute
  await context.sealer.ready(merchant)
  const now = context.runtime.clock.now()
  const rows: DisputeEvidenceRow[] = []
  const known = effective(stored)
  const add = (of: 'text' | 'file', name: string, size: number, content: Content): void => {
    const print = digest('florin.evidence.v1', [of, name, JSON.stringify(content)])
    if (known.some((one) => one.of === of && one.name === name && sameBytes(one.digest, print))) return
    const evidence = context.runtime.ids.make('evd')
    const bytes = context.sealer.seal(evidencePlace(merchant, id, evidence), content)
    rows.push({ merchant, dispute: id, id: evidence, of, name, size, digest: print, addedAt: now, content: bytes })
  }
  for (const [name, text] of Object.entries(texts)) add('text', name, Buffer.byteLength(text), { text })
  for (const { kind, name, contentType, bytes } of files)
    add('file', kind, bytes.length, { name, contentType, base64: Buffer.from(bytes).toString('base64') })
  refuseTooMuch(dispute, [...stored, ...rows])
  return { rows, effects: rows.map((row) => append(disputeEvidence, row)) }
}

const refuseTooMuch = ({ id }: DisputeRow, rows: readonly DisputeEvidenceRow[]): void => {
  const bytes = rows.reduce((sum, row) => sum + row.size, 0)
  if (rows.length <= MOST_EVIDENCE && bytes <= MOST_EVIDENCE_BYTES) return
  const what = `dispute ${id} would have ${rows.length} pieces of evidence of ${bytes} bytes`
  throw new FlorinError(
    'invalid_request',
    `${what}: at most ${MOST_EVIDENCE} of ${MOST_EVIDENCE_BYTES} bytes are kept, those that were replaced included`,
    { details: { path: 'files' } },
  )
}

/** The newest in each place: a text by its name, a file by its kind. */
export const effective = (stored: readonly DisputeEvidenceRow[]): readonly DisputeEvidenceRow[] => [
  ...new Map(stored.map((row) => [`${row.of}/${row.name}`, row])).values(),
]

/** Evidence in clear, to be submitted. */
export const opened = async (
  context: FlowContext,
  dispute: DisputeRow,
  stored: readonly DisputeEvidenceRow[],
): Promise<NewEvidence> => {
  const texts: Record<string, string> = {}
  const files: NewFile[] = []
  for (const row of effective(stored)) {
    const content = await context.sealer.open<Content>(evidencePlace(dispute.merchant, dispute.id, row.id), row.content)
    if ('text' in content) texts[row.name] = content.text
    else {
      const { name, contentType, base64 } = content
      files.push({ kind: row.name, name, contentType, bytes: Buffer.from(base64, 'base64') })
    }
  }
  return { texts, files }
}
