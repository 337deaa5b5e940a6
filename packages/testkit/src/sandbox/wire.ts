import type { WireDispute } from './wire-dispute.ts'

/**
 * The sandbox's wire protocol, both ways: JSON over HTTP, amounts as strings of minor units, instants as UTC milliseconds. The acquirer
 * writes these shapes; the adapter reads them from bytes that it does not trust.
 */
export const CHARGE_STATUSES = [
  'requires_action', // the buyer has a challenge to pass
  'pending', // somebody else decides
  'authorized', // money is held, nothing captured
  'partially_captured', // some captured, some still held
  'captured', // some captured, nothing held any more
  'declined',
  'canceled', // nothing captured, nothing held
  'expired', // as canceled, because the authorization lapsed
  'returned', // a sale whose money went back to the buyer after all
] as const
/** Where a charge stands. */
export type ChargeStatus = (typeof CHARGE_STATUSES)[number]

/** What the buyer has to do. */
export interface WireAction {
  readonly type: 'redirect' | 'bank_transfer'
  readonly url?: string
  readonly data?: Readonly<Record<string, string>>
}

/** Why a charge was declined: the sandbox's own code, and a scheme's advice where there is one. */
export interface WireDecline {
  readonly code: string
  readonly network_advice: string | null
}

/** What may be shown of a card. */
export interface WireInstrument {
  readonly network: string
  readonly bin: string
  readonly last4: string
  /** Where it was issued. */
  readonly country?: string | undefined
  readonly network_transaction_id: string
}

/** A charge, as every answer and every webhook about it shows it. */
export interface WireCharge {
  readonly object: 'charge'
  readonly id: string
  readonly reference: string
  readonly capture: 'manual' | 'automatic'
  readonly status: ChargeStatus
  readonly currency: string
  /** As asked at first. */
  readonly amount: string
  /** Authorised in all, increments included. */
  readonly authorized: string
  readonly captured: string
  readonly refunded: string
  /** The acquirer's fee on what was captured. */
  readonly fee: string
  /** When the hold, the challenge or the wait ends; null once nothing is open. */
  readonly expires_at: number | null
  readonly instrument: WireInstrument | null
  readonly action: WireAction | null
  readonly decline: WireDecline | null
  readonly created_at: number
}

/** What can be done to a charge. */
export const OPERATION_OBJECTS = ['capture', 'cancel', 'refund', 'increment'] as const
/** The kind of an operation. */
export type OperationObject = (typeof OPERATION_OBJECTS)[number]

/** Something done to a charge. An operation that is refused leaves none; one that succeeded may fail after all, and succeed again. */
export interface WireOperation {
  readonly object: OperationObject
  readonly id: string
  readonly charge: string
  readonly charge_reference: string
  /** Null for what was done in the acquirer's dashboard. */
  readonly reference: string | null
  /** Captured, released or refunded; the new total for an increment. */
  readonly amount: string
  readonly currency: string
  readonly fee: string
  readonly status: 'succeeded' | 'failed'
  /** Why it failed after all; null while it stands. */
  readonly failure: { readonly code: string } | null
  readonly created_at: number
}

/** Every error answer. */
export interface WireError {
  readonly error: { readonly code: string; readonly message: string }
}

/** A webhook's body. */
export interface WireEvent {
  readonly id: string
  readonly type: string
  readonly account: string
  readonly created_at: number
  readonly data: WireCharge | WireOperation | WireDispute
}

/** Carries the idempotency key of a POST. */
export const IDEMPOTENCY_HEADER = 'idempotency-key'
/** `true` on an answer that was given before. */
export const REPLAYED_HEADER = 'idempotent-replayed'
/** Carries a webhook's timestamp and signatures. */
export const SIGNATURE_HEADER = 'sandbox-signature'
