import type { ChargeCommand, Command, GatewayRequest, LookupCommand, Target } from '@florin/core/gateways'
import { IDEMPOTENCY_HEADER } from '../wire.ts'

const at = (target: Target): string => encodeURIComponent(target.gatewayId ?? target.attempt)

const post = (command: Command, path: string, body: object): GatewayRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: command.key },
  body: JSON.stringify(body),
})

const customerOf = ({ id, email, ip }: ChargeCommand['customer']): object | undefined =>
  id === null && email === null && ip === null
    ? undefined
    : { id: id ?? undefined, email: email ?? undefined, ip: ip ?? undefined }

const chargeBody = (command: ChargeCommand): object => ({
  reference: command.attempt,
  amount: command.amount.toString(),
  currency: command.currency,
  capture: command.kind === 'authorize' ? 'manual' : 'automatic', // never left to the account's default
  method: { type: command.method.type, token: command.method.token, brand: command.method.brand },
  return_url: command.returnUrl ?? undefined,
  description: command.description ?? undefined,
  customer: customerOf(command.customer),
  metadata: { merchant_reference: command.merchantReference },
})

const lookup = ({ of, target }: LookupCommand): GatewayRequest => {
  const root = of === 'authorize' || of === 'sale' ? '/v1/charges' : '/v1/operations'
  const path =
    target.gatewayId === null ? `${root}?reference=${encodeURIComponent(target.attempt)}` : `${root}/${at(target)}`
  return { method: 'GET', path, headers: {}, body: null }
}

/** A command as the bytes that are stored and sent. The same command always gives the same bytes. */
export const sandboxRequest = (command: Command): GatewayRequest => {
  const reference = command.attempt
  switch (command.kind) {
    case 'authorize':
    case 'sale':
      return post(command, '/v1/charges', chargeBody(command))
    case 'complete':
      return post(command, `/v1/charges/${at(command.target)}/complete`, { reference, payload: command.payload })
    case 'capture': {
      const body = { reference, amount: command.amount.toString(), final: command.final }
      return post(command, `/v1/charges/${at(command.target)}/capture`, body)
    }
    case 'cancel':
      return post(command, `/v1/charges/${at(command.target)}/cancel`, { reference })
    case 'refund': {
      const body = { reference, amount: command.amount.toString(), reason: command.reason }
      return post(command, `/v1/charges/${at(command.target)}/refunds`, body)
    }
    case 'increment': {
      const body = { reference, amount: command.amount.toString() }
      return post(command, `/v1/charges/${at(command.target)}/increment`, body)
    }
    case 'lookup':
      return lookup(command)
  }
}
