import type { ProviderCharge } from '../provider.ts'
import { toIso } from './minor-units.ts'
import type { TestResult } from './test-results.ts'

/** One of the company's merchant accounts. */
export interface Merchant {
  /** Florin's name of it. */
  readonly name: string
  readonly merchantAccount: string
}

/** What the double keeps of a card: never its number. */
export interface Card {
  readonly brand: string
  readonly bin: string
  readonly last4: string
  readonly expiry: string
  readonly holderName: string | null
  readonly enrolled: boolean
}

/** How a shopper is asked to act. */
export interface Offer {
  readonly kind: 'redirect' | 'native'
  /** Names the offer in the page's URL. */
  readonly id: string
  /** What the return, or the 3-D Secure component, brings along. */
  readonly secret: string
  answer: 'confirm' | 'fail' | null
}

/** A payment as the double keeps it. Amounts are Adyen's minor units. */
export interface Payment {
  /** Its `pspReference`. */
  readonly id: string
  readonly merchant: Merchant
  readonly reference: string
  readonly currency: string
  readonly amount: bigint
  /** `paymentMethod.type` of the request. */
  readonly type: string
  /** As webhooks name it: the card's brand, or the type. */
  readonly method: string
  readonly card: Card | null
  readonly returnUrl: string
  /** What the issuer will say. */
  readonly result: TestResult
  /** Milliseconds after the authorisation; null for captures by request. */
  readonly captureAfterMs: number | null
  /** What it stored: goes into `additionalData`. */
  readonly stored: { readonly id: string; readonly shopperReference: string } | null
  /** How often its webhooks are sent: a fault makes it 0 or 2. */
  readonly copies: number
  offer: Offer | null
  /** When what it waits for is over: the shopper's time, a decision, an automatic capture, the authorisation's validity. */
  dueAt: number
  /** Null until it is decided. */
  outcome: TestResult | null
  ended: 'canceled' | 'expired' | null
  /** Reserved and not released; what is captured counts. */
  authorized: bigint
  captured: bigint
  refunded: bigint
  /** Taken back by disputes and not given back. */
  disputed: bigint
}

/** What a line of a settlement is about, in Adyen's words. */
export type JournalType =
  | 'Settled'
  | 'SettledReversed'
  | 'Refunded'
  | 'RefundedReversed'
  | 'Chargeback'
  | 'SecondChargeback'
  | 'ChargebackReversed'

/** One movement of a payment's money, to be settled. Amounts are Adyen's minor units; below zero they go to the buyer. */
export interface Movement {
  readonly type: JournalType
  readonly payment: Payment
  /** Of the modification, or of the dispute. */
  readonly reference: string
  readonly modificationReference: string | null
  readonly amount: bigint
  readonly at: number
  batch: number | null
}

/** A buyer's bank against a payment. The amount is Adyen's. */
export interface Dispute {
  /** Its `pspReference`, the same in all its webhooks. */
  readonly id: string
  readonly payment: Payment
  readonly amount: bigint
  readonly reasonCode: string
  readonly reason: string
  readonly dueAt: number
  stage: 'inquiry' | 'chargeback' | 'pre_arbitration'
  status: 'undefended' | 'defended' | 'ended'
  /** Whether it has the money now. */
  taken: boolean
  /** Types of the documents that were supplied. */
  readonly documents: Set<string>
}

/** What is told of a dispute: its event, and the status beside it. */
export interface DisputeWebhook {
  readonly code:
    | 'REQUEST_FOR_INFORMATION'
    | 'NOTIFICATION_OF_CHARGEBACK'
    | 'INFORMATION_SUPPLIED'
    | 'CHARGEBACK'
    | 'CHARGEBACK_REVERSED'
    | 'SECOND_CHARGEBACK'
    | 'PREARBITRATION_WON'
    | 'PREARBITRATION_LOST'
    | 'ISSUER_RESPONSE_TIMEFRAME_EXPIRED'
    | 'DISPUTE_DEFENSE_PERIOD_ENDED'
  readonly status: 'Unresponded' | 'Responded' | 'Expired' | 'Undefended' | 'Accepted' | 'Pending' | 'Lost' | 'Won'
}

/** A request to change a payment, or what somebody did to it in Adyen's dashboard. */
export interface Modification {
  /** Its own `pspReference`. */
  readonly id: string
  readonly kind: ModificationKind
  readonly merchant: Merchant
  /** Newest last; only a technical cancel can have none, or several. */
  readonly payments: readonly Payment[]
  readonly paymentReference: string
  /** Null where none was given; webhooks then repeat the payment's. */
  readonly reference: string | null
  /** Null where the request has none. */
  readonly amount: bigint | null
  readonly currency: string
  readonly copies: number
  readonly dueAt: number
  /** What a reversal turned out to be. */
  action: 'cancel' | 'refund' | null
  state: 'received' | 'done' | 'refused' | 'undone'
}

/** The kinds of modification. */
export type ModificationKind = 'capture' | 'cancel' | 'technical_cancel' | 'refund' | 'reversal' | 'amount_update'

/** What it may still capture. */
export const openOf = (payment: Payment): bigint => payment.authorized - payment.captured

/** The state is never stored, so it cannot contradict the amounts. */
export const stateOf = (payment: Payment): ProviderCharge['state'] => {
  if (payment.captured > 0n) return 'captured'
  if (payment.ended !== null) return 'canceled'
  if (payment.outcome === null) return 'waiting'
  return payment.outcome.resultCode === 'Authorised' ? 'authorized' : 'declined'
}

/** A payment in the books, in ISO 4217's minor units. */
export const chargeOf = (payment: Payment): ProviderCharge => {
  const { id, reference, currency } = payment
  return {
    id,
    reference,
    currency,
    amount: toIso(payment.amount, currency),
    authorized: toIso(payment.authorized, currency),
    captured: toIso(payment.captured, currency),
    refunded: toIso(payment.refunded, currency),
    disputed: toIso(payment.disputed, currency),
    state: stateOf(payment),
  }
}
