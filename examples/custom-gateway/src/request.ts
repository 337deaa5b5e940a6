import {
  type ChargeCommand,
  type Command,
  type CommandMethod,
  FlorinError,
  formatAmount,
  type GatewayRequest,
  type LookupCommand,
  type MethodType,
  type Target,
} from '@florin/core/gateways'

/** Guilder Pay's names for what buyers pay with. */
const METHODS: Readonly<Partial<Record<MethodType, string>>> = {
  card: 'card',
  apple_pay: 'applepay',
  redirect: 'ideal',
}

const refuse = (why: string): never => {
  throw new FlorinError('invalid_request', `guilder-pay: ${why}`)
}

const segment = encodeURIComponent

/** Every order has Guilder Pay's id and our reference, and is found by either at once. */
const orderAt = ({ gatewayId, attempt }: Target): string =>
  gatewayId === null ? `/v2/orders/by-reference/${segment(attempt)}` : `/v2/orders/${segment(gatewayId)}`

/** Every change is a PUT under an id that we choose: the command's key. The same id again never does anything twice. */
const put = (path: string, body: object): GatewayRequest => ({
  method: 'PUT',
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const get = (path: string): GatewayRequest => ({ method: 'GET', path, headers: {}, body: null })

const wireMethod = ({ type, brand = 'ideal' }: CommandMethod): string => {
  const name = METHODS[type] ?? refuse(`there is no payment by ${type}`)
  return type === 'redirect' && brand !== 'ideal' ? refuse(`of redirects there is only ideal, not '${brand}'`) : name
}

const newOrder = (command: ChargeCommand): GatewayRequest => {
  const { attempt, key, kind, amount, currency, method } = command
  wireMethod(method) // refused before there is an order, not after
  if (kind === 'authorize' && method.type === 'redirect') refuse('ideal takes money at once: charge it as a sale')
  return put(`/v2/orders/new/${segment(key)}`, {
    reference: attempt,
    shop_order: command.merchantReference,
    mode: kind === 'authorize' ? 'hold' : 'sale', // always said, never left to the account's default
    amount: formatAmount(amount, currency),
    currency,
    description: command.description,
    return_url: command.returnUrl,
  })
}

/** The second request of a charge, once the order stands. An order is paid once, so it needs no id of ours. */
export const payOrder = (orderId: string, method: CommandMethod): GatewayRequest =>
  put(`/v2/orders/${segment(orderId)}/payment`, { method: wireMethod(method), token: method.token })

/** An order lists all that was done to it, so a lookup of an operation asks for its order. */
const lookup = ({ of, target, parent }: LookupCommand): GatewayRequest => {
  if (of === 'authorize' || of === 'sale') return get(orderAt(target))
  return get(orderAt(parent ?? refuse(`a ${of} is looked up by its order, and the command names none`)))
}

/** A command as the bytes that are stored and sent. Throws `invalid_request` for what Guilder Pay cannot do. */
export const guilderRequest = (command: Command): GatewayRequest => {
  const { attempt: reference, key, amount, currency } = command
  switch (command.kind) {
    case 'authorize':
    case 'sale':
      return newOrder(command)
    case 'complete': // what the buyer's browser brings back proves nothing: the order itself says how it went
      return get(orderAt(command.target))
    case 'capture': {
      if (!command.final) refuse('an order is captured once: make this capture the final one')
      const path = `${orderAt(command.target)}/captures/${segment(key)}`
      return put(path, { reference, amount: formatAmount(amount, currency) })
    }
    case 'cancel':
      return put(`${orderAt(command.target)}/cancellations/${segment(key)}`, { reference })
    case 'refund': {
      const path = `${orderAt(command.target)}/refunds/${segment(key)}`
      return put(path, { reference, amount: formatAmount(amount, currency), reason: command.reason })
    }
    case 'increment':
      return refuse('a hold cannot be raised')
    case 'lookup':
      return lookup(command)
  }
}
