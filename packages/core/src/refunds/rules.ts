import type { MethodCapabilities } from '../gateways/index.ts'
import {
  type AttemptRow,
  type PaymentState,
  refundable,
  refuse,
  refuseUnresolved,
  show,
  winnerOf,
} from '../payments/index.ts'

export interface RefundDecision {
  readonly charge: AttemptRow
  readonly amount: bigint
}

const remedyOf = ({ authorized, capturePending }: PaymentState['payment']): string => {
  if (capturePending > 0n) return 'its capture is on the way; refund it when that is done'
  return authorized > 0n ? 'nothing is captured yet; cancel it instead' : 'nothing was captured'
}

/** What the buyer's bank takes back, or has taken, is not given back once more. */
export const refuseDisputed = (payment: PaymentState['payment'], left: bigint, want: bigint): void => {
  if (payment.disputed === 0n || (left > 0n && want <= left)) return
  const most = left > 0n ? `refund at most ${show(left, payment)}` : 'answer the dispute instead, or accept it'
  refuse(
    'invalid_state',
    payment,
    `has ${show(payment.disputed, payment)} in dispute, which cannot be refunded too: ${most}`,
  )
}

/** Whether `amount` (all that is refundable if null) may be refunded now. Throws the refusal. */
export const decideRefund = (state: PaymentState, amount: bigint | null, can: MethodCapabilities): RefundDecision => {
  const { payment } = state
  const charge = winnerOf(state)
  const left = refundable(payment)
  const want = amount ?? left
  if (charge === undefined || payment.captured === 0n) {
    return refuse('invalid_state', payment, `is ${payment.status}: there is nothing to refund, ${remedyOf(payment)}`)
  }
  refuseUnresolved(state, 'refund')
  refuseDisputed(state.payment, left, want)
  if (left <= 0n) return refuse('amount_too_large', payment, 'is refunded in full: there is nothing left to refund')
  if (want > left) {
    return refuse(
      'amount_too_large',
      payment,
      `has ${show(left, payment)} captured and not yet refunded: ${show(want, payment)} is more`,
    )
  }
  if (!can.refund) return refuse('unsupported', payment, `is at gateway '${charge.gateway}', which cannot refund`)
  if (want < payment.captured && !can.partialRefund) {
    return refuse('unsupported', payment, `is at gateway '${charge.gateway}', which refunds only in full`)
  }
  return { charge, amount: want }
}
