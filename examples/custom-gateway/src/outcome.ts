import type { Answer, GatewayFact } from '@florin/core/gateways'
import { declineOf } from './declines.ts'
import type { Operation, Order } from './wire.ts'

/** An answer that proves nothing: what to say whenever in doubt. */
export const unknown = (reason: string, gatewayId?: string): Answer =>
  gatewayId === undefined ? { effect: 'unknown', reason } : { effect: 'unknown', reason, gatewayId }

const applied = ({ id, amount, card, mode, expires_at: end }: Order): Answer => ({
  effect: 'applied',
  gatewayId: id,
  amount,
  expiresAt: mode === 'hold' ? (end ?? undefined) : undefined,
  instrument: card === null ? undefined : { network: card.scheme, last4: card.last4 },
})

const awaitsBuyer = ({ id, pay_url: url, expires_at: expiresAt }: Order): Answer =>
  url === null || expiresAt === null
    ? unknown('the order waits for the buyer, and says not where or until when', id)
    : {
        effect: 'pending',
        gatewayId: id,
        awaits: 'customer',
        expiresAt,
        action: { type: 'redirect', url, method: 'GET' },
      }

/** What an order says, now, about the charge that made it. */
export const chargeOutcome = (order: Order): Answer => {
  switch (order.state) {
    case 'open': // put, and never paid: no money moved, and nothing proves that the payment is not on its way
      return { effect: 'absent' }
    case 'awaiting_buyer':
      return awaitsBuyer(order)
    case 'held':
      return order.mode === 'hold' ? applied(order) : unknown('a sale is held and not taken', order.id)
    case 'captured':
      return applied(order)
    case 'declined':
      return order.decline === null
        ? unknown('declined without a code', order.id)
        : { effect: 'rejected', decline: declineOf(order.decline.code, order.decline.advice), gatewayId: order.id }
    case 'voided':
    case 'lapsed': // documented as final: such an order holds nothing and took nothing
      return { effect: 'rejected', decline: declineOf(order.state), gatewayId: order.id }
  }
}

const BANKS_DECIDE_WITHIN_MS = 10 * 86_400_000 // the manual: "up to six banking days"

const failure = ({ failure: code, state }: Operation) => declineOf(code ?? state)

/** What an operation says, now, about the command that made it. Refunds are `accepted` first; the bank decides later. */
export const operationOutcome = (operation: Operation): Answer => {
  const { id: gatewayId, kind, amount, at, state } = operation
  switch (state) {
    case 'accepted':
      return { effect: 'pending', gatewayId, awaits: 'gateway', expiresAt: at + BANKS_DECIDE_WITHIN_MS }
    case 'done': // a cancellation releases whatever is left, and has no amount to disagree about
      return { effect: 'applied', gatewayId, amount: kind === 'cancellation' ? undefined : amount }
    case 'failed':
    case 'returned':
      return { effect: 'rejected', decline: failure(operation), gatewayId }
  }
}

/** As `operationOutcome`, for a webhook: only that can say that something done was taken back. */
export const operationNews = (operation: Operation): GatewayFact['answer'] =>
  operation.state === 'returned' ? { effect: 'undone', decline: failure(operation) } : operationOutcome(operation)
