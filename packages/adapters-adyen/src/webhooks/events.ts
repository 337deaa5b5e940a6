import type { MutatingKind } from '@florin/core/gateways'

/** What an event says about a command, once it is successful, and once it is not. */
export interface EventRule {
  readonly of: MutatingKind
  readonly success: 'applied' | 'undone' | 'rejected'
  readonly failure: 'rejected' | null
  /** Whether the signed amount is the command's. A cancel has none of its own, and an adjustment's is the new total. */
  readonly amount: boolean
  /** Florin's code for what did not work. */
  readonly code: string
}

/**
 * The events that say something about a command. All others (ORDER_OPENED, REPORT_AVAILABLE, CHARGEBACK …, and whatever Adyen invents)
 * give no facts. OFFER_CLOSED is final for a payment that no shopper finished; EXPIRE takes an authorisation back.
 * Source: Adyen's OpenAPI document of webhooks, version 1. Date: 2026-11-21.
 */
export const EVENT_RULES: ReadonlyMap<string, EventRule> = new Map<string, EventRule>([
  ['AUTHORISATION', { of: 'authorize', success: 'applied', failure: 'rejected', amount: true, code: 'declined' }],
  ['OFFER_CLOSED', { of: 'authorize', success: 'rejected', failure: null, amount: true, code: 'expired' }],
  ['EXPIRE', { of: 'authorize', success: 'undone', failure: null, amount: false, code: 'expired' }],
  ['CAPTURE', { of: 'capture', success: 'applied', failure: 'rejected', amount: true, code: 'capture_refused' }],
  ['CAPTURE_FAILED', { of: 'capture', success: 'undone', failure: null, amount: true, code: 'capture_failed' }],
  ['CANCELLATION', { of: 'cancel', success: 'applied', failure: 'rejected', amount: false, code: 'cancel_refused' }],
  [
    'TECHNICAL_CANCEL',
    { of: 'cancel', success: 'applied', failure: 'rejected', amount: false, code: 'cancel_refused' },
  ],
  ['REFUND', { of: 'refund', success: 'applied', failure: 'rejected', amount: true, code: 'refund_refused' }],
  ['REFUND_FAILED', { of: 'refund', success: 'undone', failure: null, amount: true, code: 'refund_failed' }],
  ['REFUNDED_REVERSED', { of: 'refund', success: 'undone', failure: null, amount: true, code: 'refund_failed' }],
  [
    'AUTHORISATION_ADJUSTMENT',
    { of: 'increment', success: 'applied', failure: 'rejected', amount: false, code: 'increment_refused' },
  ],
])

const REVERSED: Readonly<Record<string, EventRule>> = {
  cancel: { of: 'cancel', success: 'applied', failure: null, amount: false, code: 'cancel_refused' },
  refund: { of: 'refund', success: 'applied', failure: null, amount: true, code: 'refund_refused' },
}

/** CANCEL_OR_REFUND: a reversal, which Florin never orders, turned out to be one or the other. */
export const reversalRule = (action: string | null): EventRule | undefined =>
  action !== null && Object.hasOwn(REVERSED, action) ? REVERSED[action] : undefined
