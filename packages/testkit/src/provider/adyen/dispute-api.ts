import type { GatewayResponse } from '@florin/core/gateways'
import { accept, defend } from './disputing.ts'
import type { AdyenDisputeOperation } from './faults.ts'
import { type Body, textIn } from './input.ts'
import type { Dispute } from './payment.ts'
import { FOREIGN_ACCOUNT, JSON_HEADERS, malformed } from './problem.ts'
import type { State } from './state.ts'

/** Where Adyen's Disputes API is; its host is another one than Checkout's. */
export const DISPUTES_PATH = '/ca/services/DisputeService/v30/'

const OPERATIONS = {
  acceptDispute: 'accept_dispute',
  supplyDefenseDocument: 'supply_document',
  defendDispute: 'defend_dispute',
  retrieveApplicableDefenseReasons: 'defense_reasons',
} as const satisfies Readonly<Record<string, AdyenDisputeOperation>>

/** What a path of the Disputes API asks for; null where the double has no such thing. */
export const disputeOperation = (method: string, path: string): AdyenDisputeOperation | null => {
  const name = path.slice(DISPUTES_PATH.length)
  return method === 'POST' && Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name as keyof typeof OPERATIONS] : null
}

const result = (errorMessage: string | null, more: object = {}): GatewayResponse => {
  const told = errorMessage === null ? { success: true } : { success: false, errorMessage }
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ ...more, disputeServiceResult: told }) }
}

const FIELDS: Readonly<Record<AdyenDisputeOperation, ReadonlySet<string>>> = {
  accept_dispute: new Set(['disputePspReference', 'merchantAccountCode']),
  defend_dispute: new Set(['disputePspReference', 'merchantAccountCode', 'defenseReasonCode']),
  supply_document: new Set(['disputePspReference', 'merchantAccountCode', 'defenseDocuments']),
  defense_reasons: new Set(['disputePspReference', 'merchantAccountCode']),
}

const DOCUMENT = 'DefenseMaterial'
const REASON = 'SupplyDefenseMaterial'
const TYPES: ReadonlySet<unknown> = new Set(['application/pdf', 'image/jpg', 'image/tiff'])

/** Answers a request to the Disputes API. What the dispute forbids is said in the result, with HTTP 200, as at Adyen. */
export const actOnDispute = (state: State, operation: AdyenDisputeOperation, body: Body): GatewayResponse => {
  const strange = Object.keys(body).find((field) => !FIELDS[operation].has(field))
  if (strange !== undefined) throw malformed(`The request contains the unknown field ${strange}`)
  const merchant = state.merchants.get(textIn(body, 'merchantAccountCode') ?? '')
  if (merchant === undefined) throw FOREIGN_ACCOUNT
  const dispute = state.disputes.get(textIn(body, 'disputePspReference') ?? '')
  if (dispute === undefined || dispute.payment.merchant !== merchant) return result('Unknown dispute')
  if (operation === 'defense_reasons') return result(null, { defenseReasons: [reasonOf(dispute)] })
  if (dispute.status === 'ended') return result('Dispute is not defendable.')
  if (dispute.dueAt <= state.now) return result('Dispute expired.')
  switch (operation) {
    case 'accept_dispute':
      accept(state, dispute)
      return result(null)
    case 'supply_document':
      return supply(dispute, body)
    default:
      return defendWith(state, dispute, textIn(body, 'defenseReasonCode'))
  }
}

const reasonOf = ({ documents }: Dispute) => ({
  defenseReasonCode: REASON,
  satisfied: documents.has(DOCUMENT),
  defenseDocumentTypes: [
    { defenseDocumentTypeCode: DOCUMENT, available: documents.has(DOCUMENT), requirementLevel: 'Optional' },
  ],
})

const supply = (dispute: Dispute, body: Body): GatewayResponse => {
  const documents = Array.isArray(body.defenseDocuments) ? (body.defenseDocuments as readonly Body[]) : []
  if (documents.length === 0) return result('No documents supplied.')
  for (const { defenseDocumentTypeCode: code, contentType, content } of documents) {
    if (code !== DOCUMENT) return result('Invalid defense document type.')
    if (!TYPES.has(contentType)) return result('Invalid content type.')
    if (typeof content !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(content)) return result('Invalid content.')
  }
  dispute.documents.add(DOCUMENT)
  return result(null)
}

const defendWith = (state: State, dispute: Dispute, reason: string | null): GatewayResponse => {
  if (reason !== REASON) return result('Invalid defense reason.')
  // What is defended is that, however often it is asked for: the API has no keys.
  if (dispute.status !== 'defended') defend(state, dispute)
  return result(null)
}
