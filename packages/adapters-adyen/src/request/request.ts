import { type Command, FlorinError, type GatewayRequest } from '@florin/core/gateways'
import { chargeBody } from './charge.ts'
import { completionBody } from './completion.ts'
import { invalid } from './invalid.ts'
import { modificationOf } from './modification.ts'
import type { RequestSettings } from './settings.ts'

const KEY_MAX = 64 // docs.adyen.com/development-resources/api-idempotency

const post = ({ key }: Command, path: string, body: object): GatewayRequest => {
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > KEY_MAX)
    invalid('key', `the idempotency key has ${key.length} characters; Adyen takes 1 to ${KEY_MAX} printable ones`)
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  }
}

/** A command as the bytes that are stored and sent: the same command always gives the same bytes. */
export const requestOf = (command: Command, merchantAccount: string, settings: RequestSettings): GatewayRequest => {
  switch (command.kind) {
    case 'authorize':
    case 'sale':
      return post(command, '/payments', chargeBody(command, merchantAccount, settings))
    case 'complete':
      return post(command, '/payments/details', completionBody(command))
    case 'capture':
    case 'cancel':
    case 'refund':
    case 'increment': {
      const { path, body } = modificationOf(command, merchantAccount, settings)
      return post(command, path, body)
    }
    case 'lookup':
      throw new FlorinError('unsupported', 'adyen: there is no lookup; webhooks tell what became of a payment')
  }
}
