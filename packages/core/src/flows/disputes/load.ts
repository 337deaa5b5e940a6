import {
  type DisputeActRow,
  type DisputeEvidenceRow,
  type DisputeRow,
  disputeActs,
  disputeEvidence,
  disputes,
} from '../../disputes/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import type { Reading } from '../context.ts'

/** More disputes than a payment can have charges and stages; beyond it a gateway gives every report an id of its own. */
const MOST_DISPUTES = 100
/** Evidence has a bound of its own, and acts end; both are far below this. */
const MOST_ROWS = 1_000

/** A merchant's dispute; refuses an id that this merchant does not have. */
export const loadDispute = async (context: Reading, merchant: string, id: string): Promise<DisputeRow> => {
  const [row] = id.startsWith('dis_')
    ? await context.storage.load(disputes, [{ merchant, id: id as `dis_${string}` }])
    : []
  if (row !== undefined) return row
  throw new FlorinError('not_found', `there is no dispute '${id.slice(0, 64)}'`, {
    details: { dispute: id.slice(0, 64) },
  })
}

/** Every dispute of a payment, oldest first. */
export const disputesOf = async (
  context: Reading,
  merchant: string,
  payment: `pay_${string}`,
): Promise<readonly DisputeRow[]> =>
  (await context.storage.find(disputes, { index: 'payment', equals: { merchant, payment }, limit: MOST_DISPUTES })).rows

/** The acts about a dispute, oldest first. */
export const actsOf = async (context: Reading, { merchant, id }: DisputeRow): Promise<readonly DisputeActRow[]> =>
  (await context.storage.find(disputeActs, { index: 'key', equals: { merchant, dispute: id }, limit: MOST_ROWS })).rows

/** Everything that was added as evidence, oldest first. */
export const evidenceOf = async (
  context: Reading,
  { merchant, id }: DisputeRow,
): Promise<readonly DisputeEvidenceRow[]> =>
  (await context.storage.find(disputeEvidence, { index: 'key', equals: { merchant, dispute: id }, limit: MOST_ROWS }))
    .rows
