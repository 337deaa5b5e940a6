import type { Account } from './account.ts'
import type { BalanceTransaction } from './balance-transaction.ts'
import type { Metadata } from './metadata.ts'
import type { PaymentMethod, WirePaymentMethod } from './payment-method.ts'
import type { WireError } from './refusal.ts'
import type { Shipping } from './shipping.ts'
import type { TestDecline } from './test-methods.ts'

/** Where a PaymentIntent stands (docs.stripe.com/payments/paymentintents/lifecycle). */
export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled'

/** Why the last try failed, as the payment itself tells it. */
export type PaymentError = Omit<WireError, 'payment_intent' | 'payment_method'> & {
  readonly payment_method?: WirePaymentMethod
}

/** A payment. Amounts as Stripe counts them. */
export interface Intent {
  readonly id: string
  readonly account: Account
  readonly created: number
  /** Which request made it, for the lag of the search. */
  readonly sequence: number
  readonly createdMs: number
  readonly clientSecret: string
  readonly confirmationMethod: 'automatic' | 'manual'
  readonly automaticMethods: { readonly allow_redirects: 'always' | 'never'; readonly enabled: true } | null
  readonly transferGroup: string | null
  amount: number
  currency: string
  status: IntentStatus
  captureMethod: 'automatic' | 'automatic_async' | 'manual'
  allowedTypes: string[] | null
  metadata: Metadata
  description: string | null
  customer: string | null
  receiptEmail: string | null
  shipping: Shipping | null
  setupFutureUsage: string | null
  statementDescriptorSuffix: string | null
  method: PaymentMethod | null
  /** `payment_method_options[card]`, as given. */
  cardOptions: Readonly<Record<string, string>>
  multicapture: boolean
  incremental: boolean
  /** Where the buyer returns to, and the page where they authenticate. */
  returnUrl: string | null
  challenge: { readonly url: string; readonly by: 'redirect' | 'sdk' } | null
  authenticated: boolean
  lastError: PaymentError | null
  /** The latest charge. */
  charge: Charge | null
  /** All of them: a PaymentIntent is confirmed anew after a decline. */
  readonly charges: Charge[]
  captures: number
  increments: number
  canceledAt: number | null
  cancellationReason: string | null
}

/** One try to take the money of a PaymentIntent. Amounts as Stripe counts them. */
export interface Charge {
  readonly id: string
  readonly intent: Intent
  readonly method: PaymentMethod
  readonly created: number
  /** A copy of the PaymentIntent's at that time: later changes there do not reach it. */
  readonly metadata: Metadata
  readonly decline: TestDecline | null
  readonly authenticated: boolean
  /** Authorised; increments raise it. */
  amount: number
  captured: number
  refunded: number
  /** Nothing of it can be captured any more, and what was captured stays. */
  closed: boolean
  /** Seconds; null once nothing is to be captured. */
  captureBefore: number | null
  transaction: BalanceTransaction | null
  readonly refunds: Refund[]
  readonly disputes: Dispute[]
}

/** Money that goes back. The amount is as Stripe counts it. */
export interface Refund {
  readonly id: string
  readonly charge: Charge
  readonly amount: number
  readonly created: number
  readonly reason: string | null
  metadata: Metadata
  status: 'pending' | 'succeeded' | 'failed'
  failureReason: string | null
  transaction: BalanceTransaction | null
  failureTransaction: BalanceTransaction | null
}

/** Where a dispute stands (docs.stripe.com/api/disputes/object). */
export type DisputeStatus =
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'warning_closed'
  | 'needs_response'
  | 'under_review'
  | 'won'
  | 'lost'

/** A buyer's bank against a charge. Amounts as Stripe counts them. */
export interface Dispute {
  readonly id: string
  readonly charge: Charge
  readonly amount: number
  readonly created: number
  readonly reason: string
  readonly dueBy: number
  status: DisputeStatus
  metadata: Metadata
  /** By Stripe's names; what was given, submitted or not. */
  evidence: Readonly<Record<string, string>>
  submissions: number
  readonly transactions: BalanceTransaction[]
}

/** What of it is held and not yet captured. */
export const capturableOf = (charge: Charge): number =>
  charge.closed || charge.decline !== null ? 0 : charge.amount - charge.captured
