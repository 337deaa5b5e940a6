import type { WireDispute } from '../wire-dispute.ts'
import type { Charge } from './charge.ts'

/** A dispute as the acquirer keeps it. */
export interface Dispute {
  readonly object: 'dispute'
  readonly id: string
  readonly charge: Charge
  readonly amount: bigint
  readonly reason: string
  readonly createdAt: number
  stage: WireDispute['stage']
  status: WireDispute['status']
  changedAt: number
  fee: bigint
  dueAt: number
  /** Of money: so much went, or came back, then, in that stage; null while it did not. */
  withdrawn: Movement | null
  reinstated: Movement | null
  /** Files that were uploaded, by our reference. */
  readonly files: Map<string, { readonly kind: string; readonly bytes: number }>
  evidence: { readonly texts: Readonly<Record<string, string>>; readonly files: readonly string[] } | null
}

interface Movement {
  readonly amount: bigint
  readonly at: number
  readonly stage: WireDispute['stage']
}

/** A dispute as the protocol shows it, now. */
export const wireDispute = (dispute: Dispute): WireDispute => ({
  object: 'dispute',
  id: dispute.id,
  charge: dispute.charge.id,
  charge_reference: dispute.charge.reference,
  stage: dispute.stage,
  status: dispute.status,
  changed_at: dispute.changedAt,
  amount: dispute.amount.toString(),
  currency: dispute.charge.currency,
  fee: dispute.fee.toString(),
  reason: { code: dispute.reason, text: null },
  network: dispute.charge.instrument?.network ?? null,
  evidence_due_at: dispute.dueAt,
  withdrawn: wireMovement(dispute.withdrawn),
  reinstated: wireMovement(dispute.reinstated),
  created_at: dispute.createdAt,
})

const wireMovement = (movement: Movement | null): WireDispute['withdrawn'] =>
  movement === null ? null : { ...movement, amount: movement.amount.toString() }
