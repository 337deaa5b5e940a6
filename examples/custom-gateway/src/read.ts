import {
  type Answer,
  type Command,
  type GatewayResponse,
  jsonIn,
  type MutatingKind,
  retryAfterMs,
  type Target,
} from '@florin/core/gateways'
import { refusalOf } from './declines.ts'
import { chargeOutcome, operationOutcome, unknown } from './outcome.ts'
import { payOrder } from './request.ts'
import { errorShape, type Operation, type Order, orderShape } from './wire.ts'

const KINDS = { capture: 'capture', cancel: 'cancellation', refund: 'refund' } as const
type OperationCommandKind = keyof typeof KINDS

/** What is asked about: the kind of command that it was, its own attempt, and its order. */
interface Subject {
  readonly of: MutatingKind | 'complete'
  readonly self: Target
  readonly order: Target | null
}

const subjectOf = (command: Command): Subject => {
  const self = { attempt: command.attempt, gatewayId: null }
  switch (command.kind) {
    case 'authorize':
    case 'sale':
      return { of: command.kind, self, order: self }
    case 'lookup': {
      const { of, target, parent } = command
      return { of, self: target, order: of === 'authorize' || of === 'sale' ? target : parent }
    }
    default:
      return { of: command.kind, self, order: command.target }
  }
}

const isOperation = (of: Subject['of']): of is OperationCommandKind => Object.hasOwn(KINDS, of)

/** By its id where that is known: what was done in the dashboard has no reference of ours. */
const operationIn = (order: Order, of: OperationCommandKind, { gatewayId, attempt }: Target): Operation | undefined =>
  order.operations.find(
    ({ kind, id, reference }) =>
      kind === KINDS[of] &&
      (gatewayId === null ? reference === attempt : id === gatewayId && (reference ?? attempt) === attempt),
  )

const ofCharge = (order: Order, of: Subject['of'], command: Command): Answer => {
  if (order.amount !== command.amount) return unknown('the order has another amount', order.id)
  if (of !== 'complete' && order.mode !== (of === 'authorize' ? 'hold' : 'sale'))
    return unknown('the order has another mode', order.id)
  // The order stands; now it is paid. Florin commits this second request, too, before it is sent.
  if (order.state === 'open' && (command.kind === 'authorize' || command.kind === 'sale'))
    return { effect: 'next', step: { gatewayId: order.id, request: payOrder(order.id, command.method) } }
  const outcome = chargeOutcome(order)
  return outcome.effect === 'absent' && command.kind !== 'lookup' ? unknown('the order is not paid', order.id) : outcome
}

const ofOperation = (order: Order, of: OperationCommandKind, self: Target, command: Command): Answer => {
  const operation = operationIn(order, of, self)
  if (operation === undefined)
    return command.kind === 'lookup' ? { effect: 'absent' } : unknown(`the order does not list the ${of}`)
  if (of !== 'cancel' && operation.amount !== command.amount)
    return unknown(`the ${of} has another amount`, operation.id)
  return operationOutcome(operation)
}

const ofOrder = (order: Order, command: Command): Answer => {
  const { of, self, order: asked } = subjectOf(command)
  if (asked === null || order.reference !== asked.attempt) return unknown('the order has another reference')
  if (asked.gatewayId !== null && order.id !== asked.gatewayId) return unknown('it is another order')
  if (order.currency !== command.currency) return unknown('the order is in another currency')
  return isOperation(of) ? ofOperation(order, of, self, command) : ofCharge(order, of, command)
}

const BUSY_MS = 1_000

const ofError = (response: GatewayResponse, code: string, command: Command): Answer => {
  const { status } = response
  const reason = `guilder-pay answered ${status} ${code}`
  if (status === 409 || status === 429)
    return { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  if (status < 400 || status > 499) return unknown(reason)
  // A lookup changes nothing, so a refused one says nothing about what it asked for; but "there is no such order" does.
  if (command.kind === 'lookup') return code === 'order_not_found' ? { effect: 'absent' } : unknown(reason)
  const decline = command.kind === 'complete' ? undefined : refusalOf(code)
  return decline === undefined ? unknown(reason) : { effect: 'rejected', decline }
}

/** Reads a response to `command`. Whatever is not exactly as documented is `unknown`. */
export const guilderRead = (response: GatewayResponse, command: Command): Answer => {
  const { status, body } = response
  const json = jsonIn(body)
  if (status === 200 || status === 201) {
    const order = orderShape.safeParse(json)
    return order.success ? ofOrder(order.data, command) : unknown('the answer is not an order')
  }
  const error = errorShape.safeParse(json)
  return error.success ? ofError(response, error.data.error, command) : unknown(`guilder-pay answered ${status}`)
}
