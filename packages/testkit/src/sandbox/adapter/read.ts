import {
  type Answer,
  type ChargeCommand,
  type Command,
  type CompleteCommand,
  type GatewayResponse,
  type LookupCommand,
  retryAfterMs,
} from '@florin/core/gateways'
import { REPLAYED_HEADER, type WireCharge, type WireOperation } from '../wire.ts'
import { RATE_LIMITED, refusalOf } from './declines.ts'
import { answerOfCharge, answerOfOperation, unknown } from './facts.ts'
import { parseObject, readCharge, readErrorCode, readOnly, readOperation } from './reader.ts'

type OperationCommand = Exclude<Command, ChargeCommand | CompleteCommand | LookupCommand>

/** Reads a response to `command`. Whatever is not exactly as documented is `unknown`. */
export const sandboxRead = (response: GatewayResponse, command: Command): Answer => {
  const { status } = response
  if (status === 200) return readSuccess(response, command)
  if (status === 402) return readDeclined(response, command)
  if (status >= 400 && status < 500) return readRefusal(response, command)
  const replayed = response.headers[REPLAYED_HEADER] === 'true'
  const reason = `the sandbox answered ${status}`
  return status >= 500 && replayed ? { effect: 'unknown', reason, replayed } : unknown(reason)
}

const readSuccess = (response: GatewayResponse, command: Command): Answer => {
  const raw = parseObject(response.body)
  if (raw === null) return unknown('the answer is not a JSON object')
  switch (command.kind) {
    case 'authorize':
    case 'sale':
    case 'complete':
      return ofCharge(readCharge(raw), command)
    case 'lookup':
      return ofLookup(raw, command)
    default:
      return ofOperation(readOperation(raw), command)
  }
}

const readDeclined = (response: GatewayResponse, command: Command): Answer => {
  if (command.kind !== 'authorize' && command.kind !== 'sale' && command.kind !== 'complete')
    return unknown(`the sandbox answered 402 to a ${command.kind}`)
  const charge = readCharge(parseObject(response.body))
  if (charge !== null && charge.status !== 'declined') return unknown(`402 with a charge that is ${charge.status}`)
  return ofCharge(charge, command)
}

const ofCharge = (charge: WireCharge | null, command: ChargeCommand | CompleteCommand): Answer => {
  if (charge === null) return unknown('the answer is not a charge')
  const reference = command.kind === 'complete' ? command.target.attempt : command.attempt
  if (charge.reference !== reference) return unknown('the answer is about another reference')
  if (charge.currency !== command.currency) return unknown('the answer is in another currency', charge.id)
  if (charge.amount !== command.amount.toString()) return unknown('the answer is about another amount', charge.id)
  if (command.kind === 'complete') return answerOfCharge(charge)
  const capture = command.kind === 'authorize' ? 'manual' : 'automatic'
  return charge.capture === capture ? answerOfCharge(charge) : unknown('the answer has another capture mode', charge.id)
}

const ofOperation = (operation: WireOperation | null, command: OperationCommand): Answer => {
  if (operation === null || operation.object !== command.kind) return unknown(`the answer is not a ${command.kind}`)
  if (operation.reference !== command.attempt) return unknown('the answer is about another reference')
  const { attempt, gatewayId } = command.target
  if (operation.charge_reference !== attempt || (gatewayId !== null && operation.charge !== gatewayId))
    return unknown('the answer is about another charge')
  if (operation.currency !== command.currency) return unknown('the answer is in another currency', operation.id)
  if (command.kind !== 'cancel' && operation.amount !== command.amount.toString())
    return unknown('the answer is about another amount', operation.id)
  return answerOfOperation(operation)
}

const ofLookup = (raw: Readonly<Record<string, unknown>>, command: LookupCommand): Answer => {
  const { of, target, currency } = command
  const found = target.gatewayId === null ? readOnly(raw) : raw
  if (found === null) return unknown('the sandbox does not name one object')
  if (found === 'none') return { effect: 'absent' }
  const isCharge = of === 'authorize' || of === 'sale'
  const subject = isCharge ? readCharge(found) : readOperation(found)
  if (subject === null) return unknown(`the answer is not about a ${of}`)
  if (subject.reference !== target.attempt) return unknown('the answer is about another reference')
  if (subject.currency !== currency) return unknown('the answer is in another currency', subject.id)
  if (subject.object !== 'charge') return subject.object === of ? answerOfOperation(subject) : unknown(`not a ${of}`)
  if (subject.capture !== (of === 'authorize' ? 'manual' : 'automatic'))
    return unknown('the charge has another capture mode', subject.id)
  return answerOfCharge(subject)
}

const BUSY_MS = 1_000

const readRefusal = (response: GatewayResponse, command: Command): Answer => {
  const code = readErrorCode(parseObject(response.body))
  const reason = `the sandbox answered ${response.status}${code === null ? '' : ` ${code.slice(0, 40)}`}`
  // In flight says nothing about the first request; and only a charge may go elsewhere after a 429 (F11).
  if (response.status === 409) return { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  const charging = command.kind === 'authorize' || command.kind === 'sale'
  if (response.status === 429) {
    return charging && code === 'rate_limited'
      ? { effect: 'rejected', decline: RATE_LIMITED, retryAfterMs: retryAfterMs(response, BUSY_MS) }
      : { effect: 'unknown', reason, retryAfterMs: retryAfterMs(response, BUSY_MS) }
  }
  if (code === null) return unknown(reason)
  // A lookup changes nothing, so a refusal of one says nothing about its target; only the documented not-found does.
  if (command.kind === 'lookup')
    return response.status === 404 && code === 'not_found' ? { effect: 'absent' } : unknown(reason)
  // A refused completion leaves the charge as open as it was: only a lookup can tell.
  const decline = command.kind === 'complete' ? undefined : refusalOf(code)
  return decline === undefined ? unknown(reason) : { effect: 'rejected', decline }
}
