import type { DisputeWebhook } from './payment.ts'

/** The event codes that the double sends. */
export type EventCode =
  | DisputeWebhook['code']
  | 'AUTHORISATION'
  | 'AUTHORISATION_ADJUSTMENT'
  | 'CANCELLATION'
  | 'CANCEL_OR_REFUND'
  | 'CAPTURE'
  | 'CAPTURE_FAILED'
  | 'EXPIRE'
  | 'OFFER_CLOSED'
  | 'REFUND'
  | 'REFUNDED_REVERSED'
  | 'REFUND_FAILED'
  | 'TECHNICAL_CANCEL'

/** A `NotificationRequestItem`. `eventCode` is one of `EventCode` wherever the double made it by itself. */
export interface NotificationItem {
  readonly additionalData: Readonly<Record<string, string>>
  readonly amount: { readonly currency: string; readonly value: number }
  readonly eventCode: string
  readonly eventDate: string
  readonly merchantAccountCode: string
  readonly merchantReference: string
  readonly operations?: readonly string[]
  readonly originalReference?: string
  readonly paymentMethod?: string
  readonly pspReference: string
  readonly reason: string
  readonly success: 'true' | 'false'
}

const HOUR_MS = 3_600_000

/** `eventDate`: to the second, by Amsterdam's winter clock. */
export const eventDate = (at: number): string => `${new Date(at + HOUR_MS).toISOString().slice(0, 19)}+01:00`
