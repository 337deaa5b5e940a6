import type { DisputeCommand, EvidenceFile, GatewayRequest } from '@florin/core/gateways'
import { DISPUTES_PATH } from '../endpoint.ts'
import { invalid } from '../request/invalid.ts'

/** The text that says why the dispute is wrong, as Adyen codes it; the Customer Area lists what a dispute takes. */
export const REASON = 'defense_reason_code'

/** Bodies of the Disputes API, by the names of Adyen's OpenAPI document of it, version 30. */
export interface DisputeBody {
  readonly merchantAccountCode: string
  readonly disputePspReference: string
  readonly defenseReasonCode?: string
  readonly defenseDocuments?: readonly DefenseDocument[]
}

/** `DefenseDocument`. */
export interface DefenseDocument {
  readonly content: string
  readonly contentType: 'application/pdf' | 'image/jpg'
  readonly defenseDocumentTypeCode: string
}

const PDF_MAX_BYTES = 2_000_000 // JPG and TIFF 10 MB, PDF 2 MB (docs.adyen.com/risk-management/understanding-disputes/defense-requirements)

/** What files of one dispute may be together: below each of Adyen's limits but that of PDF, and a row that a database still likes. */
export const FILES_MAX_BYTES = 4_000_000

const documentOf = (file: EvidenceFile, codes: ReadonlyMap<string, string>): DefenseDocument => {
  const { kind, name, contentType, bytes } = file
  const code = codes.get(kind)
  if (code === undefined)
    return invalid(
      'files',
      `there is no defense document '${kind.slice(0, 64)}'; known are ${[...codes.keys()].join(', ')}`,
    )
  if (contentType === 'image/png') return invalid('files', `'${name.slice(0, 64)}' is a PNG; Adyen takes PDF and JPG`)
  if (contentType === 'application/pdf' && bytes.length > PDF_MAX_BYTES)
    return invalid('files', `'${name.slice(0, 64)}' has ${bytes.length} bytes; Adyen takes a PDF of ${PDF_MAX_BYTES}`)
  return {
    content: Buffer.from(bytes).toString('base64'),
    contentType: contentType === 'image/jpeg' ? 'image/jpg' : contentType,
    defenseDocumentTypeCode: code,
  }
}

/** The API documents no idempotency keys: what was accepted, or defended, is that, however often it is asked for. */
const post = (operation: string, body: DisputeBody): GatewayRequest => ({
  method: 'POST',
  host: 'disputes',
  path: `${DISPUTES_PATH}/${operation}`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const reasonOf = ({ texts }: DisputeCommand): string => {
  const unknown = Object.keys(texts).find((name) => name !== REASON)
  if (unknown !== undefined)
    invalid('texts', `there is no evidence '${unknown.slice(0, 40)}': Adyen takes ${REASON} and files`)
  const reason = texts[REASON] ?? ''
  return /^[A-Za-z0-9_.-]{1,64}$/.test(reason)
    ? reason
    : invalid('texts', `${REASON} must be one of the codes that the Customer Area offers for this dispute`)
}

const common = (command: DisputeCommand, merchantAccountCode: string): DisputeBody => ({
  merchantAccountCode,
  disputePspReference: command.dispute,
})

/** The defense itself, once its documents are there: it cannot be added to afterwards. */
export const defend = (command: DisputeCommand, merchantAccount: string): GatewayRequest =>
  post('defendDispute', { ...common(command, merchantAccount), defenseReasonCode: reasonOf(command) })

/** The first request of an act. Throws `invalid_request` for what Adyen does not take. */
export const disputeRequest = (
  command: DisputeCommand,
  merchantAccount: string,
  codes: ReadonlyMap<string, string>,
): GatewayRequest => {
  if (command.kind === 'accept_dispute') return post('acceptDispute', common(command, merchantAccount))
  const defense = defend(command, merchantAccount)
  const bytes = command.files.reduce((sum, file) => sum + file.bytes.length, 0)
  if (bytes > FILES_MAX_BYTES) invalid('files', `the files have ${bytes} bytes; ${FILES_MAX_BYTES} are sent together`)
  if (command.files.length === 0) return defense // what was supplied in the Customer Area, or none is asked for
  const defenseDocuments = command.files.map((file) => documentOf(file, codes))
  return post('supplyDefenseDocument', { ...common(command, merchantAccount), defenseDocuments })
}
