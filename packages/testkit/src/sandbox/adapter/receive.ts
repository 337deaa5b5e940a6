import { FlorinError } from '@florin/core'
import type { GatewayFact, RawDelivery } from '@florin/core/gateways'
import { signatureFault } from '../webhooks/sign.ts'
import { SIGNATURE_HEADER } from '../wire.ts'
import { answerOfCharge, answerOfOperation, undoneOf } from './facts.ts'
import { asObject, isInstant, parseObject, readCharge, readOperation } from './reader.ts'

const BODY_MAX_BYTES = 65_536 // the sandbox's events have under 2 kB

const refuse = (why: string): never => {
  throw new FlorinError('webhook_rejected', `the sandbox webhook is refused: ${why}`)
}

const eventOf = (body: Uint8Array) =>
  parseObject(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')) ??
  refuse('it is not a JSON object')

/**
 * Fails closed: no secret, a malformed or late signature throws `webhook_rejected`; an authentic event of another account throws
 * `webhook_foreign`.
 */
export const sandboxVerify = (secrets: readonly string[], delivery: RawDelivery): void => {
  const { account, body, headers, receivedAt } = delivery
  if (secrets.length === 0) return refuse('no webhook secret is configured')
  if (body.length > BODY_MAX_BYTES) return refuse(`it has ${body.length} bytes`)
  const fault = signatureFault(secrets, headers[SIGNATURE_HEADER], body, receivedAt)
  if (fault !== null) return refuse(fault)
  if (eventOf(body).account !== account)
    throw new FlorinError('webhook_foreign', `the sandbox webhook is about another account than '${account}'`)
}

/** What a verified event tells. One that says nothing about a command gives no facts. */
export const sandboxParse = (body: Uint8Array): readonly GatewayFact[] => {
  const event = eventOf(body)
  const occurredAt = isInstant(event.created_at) ? event.created_at : null
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
        occurredAt,
        answer: undoneOf(charge) ?? answerOfCharge(charge),
      },
    ]
  }
  const operation = readOperation(data)
  if (operation === null) return []
  return [
    {
      attempt: operation.reference ?? operation.charge_reference, // of what was done in the dashboard only the charge is ours
      of: operation.object,
      gatewayId: operation.id,
      parentGatewayId: operation.charge,
      amount: BigInt(operation.amount),
      currency: operation.currency,
      occurredAt,
      answer: undoneOf(operation) ?? answerOfOperation(operation),
    },
  ]
}
