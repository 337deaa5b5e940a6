import { FlorinError } from '@florin/core'
import type { GatewayFact, RawDelivery } from '@florin/core/gateways'
import { signatureFault } from '../webhooks/sign.ts'
import { SIGNATURE_HEADER } from '../wire.ts'
import { answerOfCharge, answerOfOperation } from './facts.ts'
import { asObject, parseObject, readCharge, readOperation } from './reader.ts'

const BODY_MAX_BYTES = 65_536 // the sandbox's events have under 2 kB

const refuse = (why: string): never => {
  throw new FlorinError('webhook_rejected', `the sandbox webhook is refused: ${why}`)
}

/**
 * Verifies a delivery and says what it tells. Fails closed: no secret, a malformed or late signature, or an event of another account
 * throws `webhook_rejected`. An authentic event that says nothing about a command gives no facts.
 */
export const sandboxReceive = (secrets: readonly string[], delivery: RawDelivery): readonly GatewayFact[] => {
  const { account, body, headers, receivedAt } = delivery
  if (secrets.length === 0) return refuse('no webhook secret is configured')
  if (body.length > BODY_MAX_BYTES) return refuse(`it has ${body.length} bytes`)
  const fault = signatureFault(secrets, headers[SIGNATURE_HEADER], body, receivedAt)
  if (fault !== null) return refuse(fault)
  const event = parseObject(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  if (event === null) return refuse('it is not a JSON object')
  if (event.account !== account) return refuse('it is about another account')
  const data = asObject(event.data)
  const charge = readCharge(data)
  if (charge !== null) {
    const of = charge.capture === 'manual' ? 'authorize' : 'sale'
    return [
      {
        attempt: charge.reference,
        of,
        gatewayId: charge.id,
        parentGatewayId: null,
        amount: BigInt(charge.amount),
        currency: charge.currency,
        answer: answerOfCharge(charge),
      },
    ]
  }
  const operation = readOperation(data)
  if (operation === null) return []
  return [
    {
      attempt: operation.reference,
      of: operation.object,
      gatewayId: operation.id,
      parentGatewayId: operation.charge,
      amount: BigInt(operation.amount),
      currency: operation.currency,
      answer: answerOfOperation(operation),
    },
  ]
}
