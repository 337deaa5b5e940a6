import type { Answer } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import { declineBy } from '../declines/decline.ts'
import { REFUND_FAILED } from '../declines/table.ts'
import type { WireRefund } from '../wire/refund.ts'
import { unknown, word } from './unknown.ts'

/** A refund that is pending ends within days; some banks take up to 30 (docs.stripe.com/refunds#failed-refunds). */
const PENDING_MS = 30 * 86_400_000

/** What a Refund says about the command that made it, now. */
export const refundAnswer = (refund: WireRefund): Answer => {
  const { id: gatewayId, status } = refund
  switch (status) {
    case 'succeeded': {
      const amount = fromStripe(refund.amount, refund.currency.toUpperCase())
      return amount === null
        ? unknown('the amount cannot be one of this currency', gatewayId)
        : { effect: 'applied', gatewayId, amount }
    }
    case 'pending':
    case 'requires_action': // the buyer has to say where the money goes; Stripe asks them by mail
      return { effect: 'pending', gatewayId, awaits: 'gateway', expiresAt: refund.created * 1_000 + PENDING_MS }
    case 'failed':
    case 'canceled':
      return { effect: 'rejected', decline: declineBy(REFUND_FAILED, refund.failure_reason ?? status), gatewayId }
    default:
      return unknown(`the refund is ${word(status ?? '')}`, gatewayId)
  }
}
