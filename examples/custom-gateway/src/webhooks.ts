import { FlorinError, type GatewayFact, jsonIn, type RawDelivery } from '@florin/core/gateways'
import { chargeOutcome, operationNews } from './outcome.ts'
import { webhookFault } from './standard-webhooks.ts'
import { eventHead, type Operation, type Order, orderEvent } from './wire.ts'

const BODY_MAX_BYTES = 262_144 // an order of 200 operations has under 50 kB

const refuse = (why: string): never => {
  throw new FlorinError('webhook_rejected', `guilder-pay: the webhook is refused: ${why}`)
}

/** Fails closed: throws `webhook_rejected` on every doubt, and `webhook_foreign` on an authentic webhook of another merchant. */
export const guilderVerify = (
  { account, headers, body, receivedAt }: RawDelivery,
  keys: readonly Buffer[],
  ours: { readonly account: string; readonly merchant: string },
): void => {
  if (account !== ours.account) return refuse('it came for an account that is not configured')
  if (body.length > BODY_MAX_BYTES) return refuse(`it has ${body.length} bytes`)
  const fault = webhookFault(keys, headers, body, receivedAt)
  if (fault !== null) return refuse(fault)
  const event = eventHead.safeParse(jsonIn(body))
  if (!event.success) return refuse('it is not an event')
  if (event.data.merchant !== ours.merchant)
    throw new FlorinError('webhook_foreign', `guilder-pay: the webhook is about another merchant than ${ours.merchant}`)
}

const OF = { capture: 'capture', cancellation: 'cancel', refund: 'refund' } as const

const factOfOperation = (order: Order, operation: Operation, occurredAt: number): GatewayFact => ({
  attempt: operation.reference,
  of: OF[operation.kind],
  gatewayId: operation.id,
  parentGatewayId: order.id,
  amount: operation.amount,
  currency: order.currency,
  occurredAt,
  answer: operationNews(operation),
})

const factOfOrder = (order: Order, occurredAt: number): GatewayFact => ({
  attempt: order.reference,
  of: order.mode === 'hold' ? 'authorize' : 'sale',
  gatewayId: order.id,
  parentGatewayId: null,
  amount: order.amount,
  currency: order.currency,
  occurredAt,
  answer: chargeOutcome(order),
})

const unreadable = (what: string): never => {
  throw new FlorinError('invalid_request', `guilder-pay: ${what} cannot be read; the delivery waits until it can`)
}

/** What a verified event tells; nothing, for kinds that say nothing about a command. Throws where it cannot be read. */
export const guilderParse = (body: Uint8Array): readonly GatewayFact[] => {
  const json = jsonIn(body)
  const head = eventHead.safeParse(json)
  if (!head.success) return unreadable('a webhook')
  if (head.data.type !== 'order.changed' && head.data.type !== 'operation.changed') return []
  const event = orderEvent.safeParse(json)
  if (!event.success) return unreadable(`an event of type ${head.data.type}`)
  const { order, operation: id, at } = event.data
  if (id === null) return order.state === 'open' ? [] : [factOfOrder(order, at)]
  const operation = order.operations.find((each) => each.id === id)
  return [
    factOfOperation(order, operation ?? unreadable('an event about an operation that its order does not list'), at),
  ]
}
