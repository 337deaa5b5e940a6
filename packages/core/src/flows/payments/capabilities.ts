import type { MethodCapabilities, MethodType } from '../../gateways/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import { type AttemptRow, isCharge, type PaymentState, winnerOf } from '../../payments/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { routeOf } from '../routing/route-view.ts'

/** What the gateway of a payment's charge can do for its method. */
export const capabilitiesOf = (context: FlowContext, state: PaymentState): MethodCapabilities => {
  const charge = winnerOf(state) ?? state.attempts.findLast(isCharge)
  return charge === undefined ? NOTHING : capabilitiesAt(context, state, charge)
}

/** The method that a charge was made with: a later retry may have used another. */
const methodOf = (state: PaymentState, attempt: AttemptRow): MethodType =>
  routeOf(attempt)?.method ?? state.payment.method.type

/** What the gateway of this charge can do for the method that it was made with. */
export const capabilitiesAt = (context: FlowContext, state: PaymentState, attempt: AttemptRow): MethodCapabilities => {
  const method = methodOf(state, attempt)
  const can = gatewayOf(context, attempt.gateway).capabilities.methods[method]
  if (can !== undefined) return can
  throw new FlorinError(
    'unsupported',
    `gateway '${attempt.gateway}' no longer takes ${method}, with which payment ${state.payment.id} was made`,
  )
}

/**
 * Whether the gateway of a charge gives back by itself what a final capture leaves. Asked while an outcome is recorded, so it never throws:
 * one that is not configured any more does, as far as is known.
 */
export const finalCaptureReleases = (context: FlowContext, state: PaymentState, charge: AttemptRow): boolean =>
  context.gateways.get(charge.gateway)?.capabilities.methods[methodOf(state, charge)]?.finalCaptureReleases !== false

/** Whether the gateway can take this charge back before it is captured. */
export const canReverse = (context: FlowContext, state: PaymentState, attempt: AttemptRow): boolean => {
  const { reverseBy } = capabilitiesAt(context, state, attempt)
  return reverseBy.includes('reference') || (attempt.gatewayId !== null && reverseBy.includes('gateway_id'))
}

/**
 * Whether this open charge may be put aside, with an obligation to reverse it: where it can be taken back, or where the merchant opted
 * in to refunding a late success of what cannot (FAILURES 2.10).
 */
export const mayPutAside = (context: FlowContext, state: PaymentState, attempt: AttemptRow): boolean => {
  if (canReverse(context, state, attempt)) return true
  const { refundLateSuccess } = context.termsOf(state.payment.merchant)
  return refundLateSuccess && attempt.kind === 'sale' && capabilitiesAt(context, state, attempt).refund
}

const NOTHING: MethodCapabilities = Object.freeze({
  separateCapture: false,
  multiCapture: false,
  partialCapture: false,
  increment: false,
  refund: false,
  partialRefund: false,
  reverseBy: [],
})
