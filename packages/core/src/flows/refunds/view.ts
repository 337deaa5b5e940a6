import { formatAmount } from '../../money/index.ts'
import type { RefundRow, RefundState } from '../../refunds/index.ts'
import type { FlowContext } from '../context.ts'
import { decisionPlace, reasonPlace } from './places.ts'

/** What a person decided about a refund. */
export interface RefundDecisionView {
  readonly outcome: 'approved' | 'denied'
  /** The host's own id of who decided. */
  readonly by: string
  readonly reason?: string
  readonly at: string
}

/** A refund with what was decided about it. Amounts are decimal strings, instants ISO 8601 in UTC. */
export interface RefundDetails {
  readonly object: 'refund'
  readonly id: string
  readonly payment: string
  /** `requested` waits for a person; `processing` is on its way; `expired`: nobody decided in time. */
  readonly status: RefundState
  readonly amount: string
  readonly currency: string
  /** The host's reason. */
  readonly reason?: string
  /** The rules of the merchant's policy for which a person decides. */
  readonly because?: readonly string[]
  /** Until when it waits for a decision; only while it does. */
  readonly expiresAt?: string
  readonly decision?: RefundDecisionView
  /** The command at the payment's gateway, once there is one. */
  readonly attempt?: string
  /** The payout that carries it to another method. */
  readonly payout?: string
  readonly createdAt: string
  readonly updatedAt: string
}

const iso = (at: number): string => new Date(at).toISOString()

/** The host's view of a refund, with what is sealed of it opened. */
export const refundDetails = async (context: FlowContext, row: RefundRow): Promise<RefundDetails> => {
  const { merchant, id, payment, state, amount, currency, because, expiresAt, attempt, payout } = row
  const open = (place: ReturnType<typeof reasonPlace>, sealed: Uint8Array | null): Promise<string> | undefined =>
    sealed === null ? undefined : context.sealer.open<string>(place, sealed)
  const reason = await open(reasonPlace(merchant, id), row.reason)
  const said = await open(decisionPlace(merchant, id), row.decision)
  const decided =
    row.decidedBy === null || row.decidedAt === null
      ? undefined
      : ({ outcome: state === 'denied' ? 'denied' : 'approved', by: row.decidedBy, at: iso(row.decidedAt) } as const)
  return {
    object: 'refund',
    ...{ id, payment, status: state, amount: formatAmount(amount, currency), currency },
    ...(reason === undefined ? {} : { reason }),
    ...(because === null ? {} : { because }),
    ...(state !== 'requested' || expiresAt === null ? {} : { expiresAt: iso(expiresAt) }),
    ...(decided === undefined ? {} : { decision: said === undefined ? decided : { ...decided, reason: said } }),
    ...(attempt === null ? {} : { attempt }),
    ...(payout === null ? {} : { payout }),
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  }
}
