import { type SettleTerms, settledAmount } from '../../fx/index.ts'
import {
  type CustomerAction,
  type Decline,
  type MethodType,
  type NextStepAfterDecline,
  nextAfterDecline,
} from '../../gateways/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  captureStateOf,
  coarseOf,
  isClosing,
  openHold,
  type PaymentDisputeState,
  type PaymentState,
  type PaymentStatus,
  refundable,
  refundStateOf,
  winnerOf,
} from '../../payments/index.ts'
import type { RefundRow, RefundState } from '../../refunds/index.ts'
import type { PaymentDetails } from './details.ts'

/** What is shown of the instrument: never more than BIN and last four digits (PCI DSS 3.4.1). */
export interface MethodView {
  readonly type: MethodType
  readonly brand?: string
  readonly network?: string
  readonly bin?: string
  readonly last4?: string
}

/** Why the newest attempt was refused. */
export interface DeclineView {
  readonly class: Decline['class']
  /** Florin's code, the same for every gateway. */
  readonly code: string
  /** What may sensibly follow; a scheme's advice outranks the class. */
  readonly next: NextStepAfterDecline
  readonly message: string
  readonly gatewayCode: string | null
  readonly networkAdvice: string | null
}

/** One refund, as its payment shows it. Amounts are decimal strings. */
export interface RefundView {
  readonly id: string
  /** `requested` waits for a person to approve it; `processing` is on its way. */
  readonly status: RefundState
  readonly amount: string
  readonly createdAt: string
}

/** One seller's order within a checkout. Amounts are decimal strings. */
export interface OrderView {
  readonly id: string
  readonly seller: string
  readonly reference: string
  readonly amount: string
  readonly captured: string
  readonly refunded: string
}

/** Where a payment's money is converted as it is captured. Decimal strings. */
export interface SettleView {
  readonly currency: string
  /** Units of it for one of the payment's currency. */
  readonly rate: string
  readonly quote: string
  /** What has come to the merchant so far, after fees, and less what went back. */
  readonly amount: string
}

/** A payment as its host sees it: JSON-safe; amounts are decimal strings of `currency`, instants ISO 8601 in UTC. */
export interface PaymentView {
  readonly object: 'payment'
  readonly id: string
  readonly status: PaymentStatus
  /** Four words for dashboards that know no more than that. */
  readonly coarseStatus: 'PENDING' | 'PROCESSING' | 'SUCCESS' | 'FAILED'
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly authorized: string
  readonly captured: string
  readonly refunded: string
  /** Frozen by disputes, or lost in them. */
  readonly disputed: string
  /** What a capture may still take, and a refund may still give back. */
  readonly capturable: string
  readonly refundable: string
  readonly capture: 'automatic' | 'manual'
  readonly captureState: 'none' | 'pending' | 'partial' | 'full'
  readonly refundState: 'none' | 'pending' | 'partial' | 'full'
  readonly disputeState: PaymentDisputeState
  /** A person should look; the timeline says why. */
  readonly needsReview: boolean
  readonly method: MethodView
  readonly gateway: string | null
  /** What the buyer has to do: always while `status` is `requires_action`; where to send the money while a transfer is awaited. */
  readonly action?: CustomerAction
  /** Present while `status` is `declined`. */
  readonly decline?: DeclineView
  readonly refunds: readonly RefundView[]
  /** Where captures are converted into another currency. */
  readonly settle?: SettleView
  readonly checkout?: string
  readonly orders?: readonly OrderView[]
  readonly customer?: string
  readonly description?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt: string
  /** When an open authorisation lapses at the gateway. */
  readonly authorizedUntil?: string
  /** While no gateway can take it: until when it waits for one that can. */
  readonly parkedUntil?: string
  readonly version: number
}

/** What was reported may exceed what was ordered: then nothing is left, and `needsReview` says that a person should look. */
const atLeastZero = (minor: bigint): bigint => (minor > 0n ? minor : 0n)

const iso = (at: number): string => new Date(at).toISOString()

/** The host's view of a state. `action` is the opened action of the attempt that waits for the buyer. */
export const paymentView = (
  state: PaymentState,
  details: PaymentDetails,
  refunds: readonly RefundRow[],
  action: CustomerAction | null,
): PaymentView => {
  const { payment } = state
  const show = (minor: bigint): string => formatAmount(minor, payment.currency)
  const { status, currency, reference, capture } = payment
  const attempt = winnerOf(state) ?? state.attempts.findLast((one) => one.kind === 'authorize' || one.kind === 'sale')
  return {
    object: 'payment',
    id: payment.id,
    status,
    coarseStatus: coarseOf(status),
    reference,
    amount: show(payment.amount),
    currency,
    authorized: show(payment.authorized),
    captured: show(payment.captured),
    refunded: show(payment.refunded),
    disputed: show(payment.disputed),
    capturable: show(payment.closed !== null || isClosing(state) ? 0n : atLeastZero(openHold(payment))),
    refundable: show(atLeastZero(refundable(payment))),
    capture,
    captureState: captureStateOf(payment),
    refundState: refundStateOf(payment),
    disputeState: payment.disputeState,
    needsReview: payment.needsReview !== null,
    method: methodView(payment.method),
    gateway: attempt?.gateway ?? null,
    ...(action === null ? {} : { action }),
    ...(status === 'declined' && payment.decline !== null
      ? { decline: declineView(payment.method.network, payment.decline) }
      : {}),
    refunds: refunds.map((one) => ({
      id: one.id,
      status: one.state,
      amount: show(one.amount),
      createdAt: iso(one.createdAt),
    })),
    ...(payment.settle === null ? {} : { settle: settleView(payment.settle, payment) }),
    ...(payment.checkout === null ? {} : { checkout: payment.checkout, orders: ordersView(state) }),
    ...(payment.customer === null ? {} : { customer: payment.customer }),
    ...(details.description === null ? {} : { description: details.description }),
    metadata: details.metadata,
    createdAt: iso(payment.createdAt),
    updatedAt: iso(payment.updatedAt),
    expiresAt: iso(payment.expiresAt),
    ...(payment.authorizedUntil === null ? {} : { authorizedUntil: iso(payment.authorizedUntil) }),
    ...(payment.parkedUntil === null ? {} : { parkedUntil: iso(payment.parkedUntil) }),
    version: payment.version,
  }
}

const settleView = (terms: SettleTerms, { converted, currency }: PaymentState['payment']): SettleView => ({
  currency: terms.currency,
  rate: terms.rate,
  quote: terms.quote,
  amount: formatAmount(settledAmount(converted, currency, terms), terms.currency),
})

const methodView = (method: PaymentState['payment']['method']): MethodView => ({
  type: method.type,
  ...(method.brand === undefined ? {} : { brand: method.brand }),
  ...(method.network === undefined ? {} : { network: method.network }),
  ...(method.bin === undefined ? {} : { bin: method.bin }),
  ...(method.last4 === undefined ? {} : { last4: method.last4 }),
})

const declineView = (network: string | undefined, decline: Decline): DeclineView => ({
  class: decline.class,
  code: decline.code,
  next: nextAfterDecline(network, decline),
  message: decline.message,
  gatewayCode: decline.gatewayCode,
  networkAdvice: decline.networkAdvice,
})

const ordersView = (state: PaymentState): readonly OrderView[] =>
  state.allocations.map((one) => ({
    id: one.id,
    seller: one.seller,
    reference: one.reference,
    amount: formatAmount(one.amount, state.payment.currency),
    captured: formatAmount(one.captured, state.payment.currency),
    refunded: formatAmount(one.refunded, state.payment.currency),
  }))
