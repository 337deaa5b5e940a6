import type { SettleTerms } from '../../fx/index.ts'
import type { Id } from '../../kernel/index.ts'
import {
  type AttemptRow,
  attemptData,
  checkouts,
  type Decision,
  PaymentDraft,
  type PaymentState,
} from '../../payments/index.ts'
import { append } from '../../records/index.ts'
import type { Prepared } from '../attempts/prepared.ts'
import type { FlowContext } from '../context.ts'
import { type Settlement, settleData, settleTermsOf, useForPayment } from '../fx/settlement.ts'
import type { Keyed, KeyRow } from '../idempotency/keyed.ts'
import { type Chosen, choose, planCharge, subjectOf } from '../routing/plan-charge.ts'
import { schemeVerdict } from '../routing/scheme-history.ts'
import { carriedBy, prepareCharge } from './charge.ts'
import type { CreateRequest } from './create-request.ts'
import { sealDetails } from './load.ts'
import { orderRows } from './orders.ts'
import type { Rounds } from './reference.ts'

/** A payment's first commit, decided, and the call that follows it. */
export interface Intent {
  readonly decision: Decision
  readonly state: PaymentState
  readonly attempt: Id<'att'>
  readonly prepared: Prepared
  readonly key: KeyRow
}

/** What is to be known of other payments. */
export interface Surroundings {
  readonly rounds: Rounds
  /** Charges of the same card. */
  readonly tried: readonly AttemptRow[]
  /** The quote by which captures are converted. */
  readonly settlement: Settlement | null
}

/** Decides the first commit: payment, attempt with the very request, orders, event. */
export const draftIntent = (
  context: FlowContext,
  request: CreateRequest,
  keyed: Keyed,
  { rounds, tried, settlement }: Surroundings,
): Intent => {
  const { ids, clock } = context.runtime
  const now = clock.now()
  const id = ids.make('pay')
  const checkout = request.orders.length === 0 ? null : ids.make('chk')
  const settle = settleTermsOf(settlement)
  const draft = new PaymentDraft(
    emptyState(context, request, { id, checkout, round: rounds.payment, now, settle }),
    now,
    true,
  )
  for (const row of orderRows(context, request, id, rounds)) draft.addAllocation(row)
  if (checkout !== null) {
    const { merchant, reference } = request
    draft.effect(append(checkouts, { merchant, id: checkout, payment: id, reference, createdAt: now }))
  }
  const origination = [keyed.operation, keyed.key] as const
  const of = { payment: id, origination, now }
  const { row, prepared } = prepareCharge(
    context,
    request,
    chosenFor(context, request, id, tried),
    of,
    carriedBy(context, request, now),
  )
  draft.addAttempt(row)
  if (settlement !== null) useForPayment(context, draft, settlement)
  const { reference, capture } = request
  draft.event('payment.created', { ...attemptData(row), reference, capture, ...settleData(settle) })
  const decision = draft.finish()
  const key = { merchant: request.merchant, operation: keyed.operation, key: keyed.key, version: 1 }
  return { decision, state: decision.state, attempt: row.id, prepared, key }
}

const chosenFor = (
  context: FlowContext,
  request: CreateRequest,
  payment: Id<'pay'>,
  tried: readonly AttemptRow[],
): Chosen => {
  const subject = subjectOf(request, payment)
  const caps = schemeVerdict(request, tried, context.runtime.clock.now())
  return choose(context, subject, planCharge(context, subject, { caps }))
}

const emptyState = (
  context: FlowContext,
  request: CreateRequest,
  made: { id: Id<'pay'>; checkout: Id<'chk'> | null; round: number; now: number; settle: SettleTerms | null },
): PaymentState => ({
  payment: {
    merchant: request.merchant,
    id: made.id,
    reference: request.reference,
    round: made.round,
    amount: request.amount,
    currency: request.currency,
    capture: request.capture,
    checkout: made.checkout,
    customer: request.customer,
    details: sealDetails(context, request.merchant, made.id, request.details),
    createdAt: made.now,
    expiresAt: made.now + context.timings.paymentExpiryMs,
    status: 'processing',
    closed: null,
    authorized: 0n,
    captured: 0n,
    capturePending: 0n,
    released: 0n,
    refunded: 0n,
    refundPending: 0n,
    disputed: 0n,
    disputeState: 'none',
    refunds: 0,
    method: {
      type: request.method.type,
      ...(request.method.brand === null ? {} : { brand: request.method.brand }),
      ...request.method.instrument,
    },
    decline: null,
    settle: made.settle,
    converted: 0n,
    authorizedUntil: null,
    parkedUntil: null,
    needsReview: null,
    reviews: 0,
    updatedAt: made.now,
    version: 0,
  },
  attempts: [],
  winner: null,
  allocations: [],
  shares: [],
  obligations: [],
  holds: null,
})
