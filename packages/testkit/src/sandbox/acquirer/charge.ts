import type { SandboxInstrument, SandboxOutcome } from '../tokens.ts'
import type { ChargeStatus, OperationObject, WireAction, WireCharge, WireDecline, WireOperation } from '../wire.ts'

/** The account of a charge, as far as charges need to know it. */
export interface ChargeOwner {
  readonly name: string
  touch(reference: string): { effects: number }
  addCharge(charge: Charge): void
  addOperation(operation: Operation, reference: string): void
}

/** A charge as the acquirer keeps it. Amounts are minor units. Only charging, movements, operations and due write to one. */
export interface Charge {
  readonly id: string
  readonly account: ChargeOwner
  readonly reference: string
  readonly capture: 'manual' | 'automatic'
  readonly method: string
  readonly currency: string
  readonly amount: bigint
  readonly instrument: SandboxInstrument | null
  readonly networkTransactionId: string
  readonly returnUrl: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: number
  /** Approved and able to hold or to have held money. */
  approved: boolean
  authorized: bigint
  captured: bigint
  refunded: bigint
  /** Taken back for disputes, and not given back. */
  disputed: bigint
  /** Given back to the buyer without ever being captured. */
  released: bigint
  fee: bigint
  expiresAt: number | null
  /** What is still to happen to it: the outcome once the challenge is passed or the wait is over. */
  waiting: { readonly for: 'challenge' | 'decision'; readonly next: SandboxOutcome } | null
  challenge: { readonly result: string; readonly passed: boolean } | null
  /** The capture that was said to be the last one, and released the rest; null before. */
  lastCapture: Operation | null
  ended: 'declined' | 'canceled' | 'expired' | 'returned' | null
  action: WireAction | null
  decline: WireDecline | null
}

/** What a charge still holds. */
export const heldOf = (charge: Charge): bigint => charge.authorized - charge.captured - charge.released

/** The status is never stored, so it cannot contradict the amounts. */
export const statusOf = (charge: Charge): ChargeStatus => {
  if (charge.waiting !== null) return charge.waiting.for === 'challenge' ? 'requires_action' : 'pending'
  if (!charge.approved) return charge.ended ?? 'declined'
  const held = charge.authorized - charge.captured - charge.released
  if (charge.captured > 0n) return held > 0n ? 'partially_captured' : 'captured'
  return held > 0n ? 'authorized' : (charge.ended ?? 'canceled')
}

/** Something that was done to a charge; nothing of it changes afterwards but whether it stands. */
export interface Operation {
  readonly object: OperationObject
  readonly id: string
  readonly charge: Charge
  readonly reference: string | null
  readonly amount: bigint
  readonly fee: bigint
  readonly createdAt: number
  /** Why it failed after it had succeeded; null while it stands. */
  failure: string | null
}

const amountText = (amount: bigint): string => (amount === 0n ? '0' : amount.toString())

/** A charge as the protocol shows it, now. */
export const wireCharge = (charge: Charge): WireCharge => ({
  object: 'charge',
  id: charge.id,
  reference: charge.reference,
  capture: charge.capture,
  status: statusOf(charge),
  currency: charge.currency,
  amount: amountText(charge.amount),
  authorized: amountText(charge.authorized),
  captured: amountText(charge.captured),
  refunded: amountText(charge.refunded),
  fee: amountText(charge.fee),
  expires_at: charge.expiresAt,
  instrument:
    charge.instrument === null
      ? null
      : {
          network: charge.instrument.network,
          bin: charge.instrument.bin,
          last4: charge.instrument.last4,
          country: charge.instrument.country,
          network_transaction_id: charge.networkTransactionId,
        },
  action: charge.action,
  decline: charge.decline,
  created_at: charge.createdAt,
})

/** An operation as the protocol shows it. */
export const wireOperation = (operation: Operation): WireOperation => ({
  object: operation.object,
  id: operation.id,
  charge: operation.charge.id,
  charge_reference: operation.charge.reference,
  reference: operation.reference,
  amount: amountText(operation.amount),
  currency: operation.charge.currency,
  fee: amountText(operation.fee),
  status: operation.failure === null ? 'succeeded' : 'failed',
  failure: operation.failure === null ? null : { code: operation.failure },
  created_at: operation.createdAt,
})
