import {
  awaitsAnswer,
  type DisputeActRow,
  type DisputeEvidenceRow,
  type DisputeRow,
  gatewayFeeOf,
  isDecided,
} from '../../disputes/index.ts'
import type { DisputeStage } from '../../gateways/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { TimelineEntry } from '../payments/read.ts'

/** A dispute as its merchant sees it: JSON-safe; amounts are decimal strings of `currency`, instants ISO 8601 in UTC. */
export interface DisputeView {
  readonly object: 'dispute'
  readonly id: string
  readonly payment: string
  readonly gateway: string
  readonly account: string
  /** By which the gateway knows it. */
  readonly gatewayId: string
  readonly stage: DisputeStage
  readonly status: DisputeRow['state']
  /** Evidence is awaited, and none is on its way. */
  readonly needsAnswer: boolean
  readonly amount: string
  readonly currency: string
  readonly reason: { readonly code: string | null; readonly text: string | null }
  readonly network: string | null
  readonly evidenceDueAt?: string
  /** Frozen of the owners' money. */
  readonly frozen: string
  /** What the gateway has taken back, for now or for good. */
  readonly withdrawn: string
  readonly lost: string
  /** What the gateway charged, and what the merchant was charged. */
  readonly gatewayFee: string
  readonly fee: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly version: number
}

/** One piece of evidence; what it says is not shown. */
export interface EvidenceView {
  readonly id: string
  readonly of: 'text' | 'file'
  readonly name: string
  readonly bytes: number
  readonly addedAt: string
}

/** A command about a dispute at its gateway. */
export interface DisputeActView {
  readonly id: string
  readonly kind: DisputeActRow['kind']
  readonly stage: DisputeStage
  readonly by: DisputeActRow['by']
  readonly status: DisputeActRow['state']
  readonly tries: number
  /** The gateway's code where it refused. */
  readonly code?: string
  readonly createdAt: string
}

/** A dispute with its evidence, its acts, and what happened to it, oldest first. */
export interface DisputeDetails extends DisputeView {
  readonly evidence: readonly EvidenceView[]
  readonly acts: readonly DisputeActView[]
  readonly timeline: readonly TimelineEntry[]
}

const iso = (at: number): string => new Date(at).toISOString()

/** The host's view of a dispute. */
export const disputeView = (row: DisputeRow): DisputeView => {
  const show = (minor: bigint): string => formatAmount(minor, row.currency)
  return {
    object: 'dispute',
    id: row.id,
    payment: row.payment,
    gateway: row.gateway,
    account: row.account,
    gatewayId: row.reference,
    stage: row.stage,
    status: row.state,
    needsAnswer: awaitsAnswer(row) && row.act === null,
    amount: show(row.amount),
    currency: row.currency,
    reason: row.reason,
    network: row.network,
    ...(row.evidenceDueAt === null || isDecided(row) ? {} : { evidenceDueAt: iso(row.evidenceDueAt) }),
    frozen: show(row.taken - row.lost),
    withdrawn: show(row.withheld),
    lost: show(row.lost),
    gatewayFee: show(gatewayFeeOf(row)),
    fee: show(row.merchantFee),
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    version: row.version,
  }
}

export const evidenceView = ({ id, of, name, size, addedAt }: DisputeEvidenceRow): EvidenceView => ({
  id,
  of,
  name,
  bytes: size,
  addedAt: iso(addedAt),
})

export const actView = (row: DisputeActRow): DisputeActView => ({
  id: row.id,
  kind: row.kind,
  stage: row.stage,
  by: row.by,
  status: row.state,
  tries: row.tries,
  ...(row.code === null ? {} : { code: row.code }),
  createdAt: iso(row.createdAt),
})
