import {
  type Answer,
  type ChargeCommand,
  type Command,
  type CompleteCommand,
  type GatewayResponse,
  jsonIn,
  type LookupCommand,
  type RefundCommand,
} from '@florin/core/gateways'
import { toStripe } from '../amount.ts'
import { ATTEMPT_KEY, attemptIn } from '../metadata.ts'
import { confirmRequest } from '../request/request.ts'
import { inShape } from '../wire/in-shape.ts'
import { isKnownStatus, type WireIntent, wireIntent } from '../wire/intent.ts'
import { wireList } from '../wire/list.ts'
import { type WireRefund, wireRefund } from '../wire/refund.ts'
import { chargeAnswer } from './charge-answer.ts'
import { cancelAnswer, captureAnswer, capturedSum, incrementAnswer } from './operation-answer.ts'
import { refundAnswer } from './refund-answer.ts'
import { readRefusal } from './refusal.ts'
import { isOurMode, type ReadScope } from './scope.ts'
import { unknown, word } from './unknown.ts'

/** Reads a response to `command`. Whatever is not exactly as documented, or does not carry our reference, is `unknown`. */
export const stripeRead = (response: GatewayResponse, command: Command, scope: ReadScope): Answer => {
  if (response.status !== 200) return readRefusal(response, command, scope)
  const raw = jsonIn(response.body)
  if (raw === undefined) return unknown('the answer is not JSON')
  if (command.kind === 'refund') return ofRefund(raw, command)
  if (command.kind === 'lookup') return ofLookup(raw, command, scope)
  const intent = inShape(wireIntent, raw)
  if (command.kind === 'complete') return ofCompletion(intent, raw, command, scope)
  const target = 'target' in command ? command.target : null
  const fault = faultOf(intent, target?.attempt ?? command.attempt, command.currency, scope)
  if (intent === null || fault !== null) return unknown(fault ?? 'the answer is no PaymentIntent')
  if (target !== null && target.gatewayId !== intent.id) return unknown('the answer is about another PaymentIntent')
  switch (command.kind) {
    case 'authorize':
    case 'sale':
      return ofCharge(intent, command, scope)
    case 'capture':
      // A capture made at the dashboard would show here too: a lookup tells them apart, an answer has to agree with itself.
      if (capturedSum(intent) !== intent.amount_received)
        return unknown('the captures do not agree with what was received')
      return done(captureAnswer(intent, command.attempt), command.amount, 'captured')
    case 'increment':
      if (intent.amount !== counted(command)) return unknown('the answer is about another amount')
      return done(incrementAnswer(intent, command.attempt, counted(command)), null, 'raised')
    case 'cancel':
      return done(cancelAnswer(intent), null, 'canceled')
  }
}

const counted = ({ amount, currency }: { amount: bigint; currency: string }): number => toStripe(amount, currency)

/** Why a PaymentIntent is not the one of this attempt; null where it is. */
const faultOf = (intent: WireIntent | null, attempt: string, currency: string, scope: ReadScope): string | null => {
  if (intent === null) return 'the answer is no PaymentIntent'
  if (attemptIn(intent.metadata) !== attempt) return `the answer has another ${ATTEMPT_KEY}`
  if (intent.currency !== currency.toLowerCase()) return 'the answer is in another currency'
  if (!isOurMode(scope, intent.livemode)) return 'the answer is of another mode than the key'
  return isKnownStatus(intent.status) ? null : `the PaymentIntent is ${word(intent.status)}`
}

/** Of an operation's own answer: that it left no trace contradicts the success which it came as. */
const done = (answer: Answer, amount: bigint | null, what: string): Answer => {
  if (answer.effect === 'absent') return unknown(`the PaymentIntent was not ${what}`)
  const other = answer.effect === 'applied' && amount !== null && answer.amount !== amount
  return other ? unknown('the answer is about another amount') : answer
}

const ofCharge = (intent: WireIntent, command: ChargeCommand, scope: ReadScope): Answer => {
  const { options } = scope
  if (intent.amount !== counted(command)) return unknown('the answer is about another amount', intent.id)
  if (intent.capture_method !== (command.kind === 'authorize' ? 'manual' : 'automatic'))
    return unknown('the answer has another capture mode', intent.id)
  if (intent.status === 'requires_confirmation' && options.form === 'two_step')
    return { effect: 'next', step: { gatewayId: intent.id, request: confirmRequest(command, options, intent.id) } }
  const answer = chargeAnswer(intent, scope)
  return answer.effect === 'absent' ? unknown('the PaymentIntent was not confirmed', intent.id) : answer
}

/** A search or a page of it: the one object, `none`, or null for anything else. */
const onlyIn = (raw: unknown): { readonly only: unknown } | 'none' | null => {
  const list = inShape(wireList, raw)
  if (list === null || list.data.length > 1 || list.has_more) return null
  return list.data.length === 0 ? 'none' : { only: list.data[0] }
}

const ofCompletion = (
  retrieved: WireIntent | null,
  raw: unknown,
  command: CompleteCommand,
  scope: ReadScope,
): Answer => {
  const { gatewayId, attempt } = command.target
  const found = gatewayId === null ? onlyIn(raw) : null
  const intent = found !== null && found !== 'none' ? inShape(wireIntent, found.only) : retrieved
  const fault = faultOf(intent, attempt, command.currency, scope)
  if (intent === null || fault !== null) return unknown(fault ?? 'the answer is no PaymentIntent')
  if (gatewayId !== null && intent.id !== gatewayId) return unknown('the answer is about another PaymentIntent')
  if (intent.amount !== counted(command)) return unknown('the answer is about another amount', intent.id)
  const answer = chargeAnswer(intent, scope)
  return answer.effect === 'absent' ? unknown('the PaymentIntent was not confirmed', intent.id) : answer
}

const ofLookup = (raw: unknown, command: LookupCommand, scope: ReadScope): Answer => {
  const { of, target, parent } = command
  if (of === 'refund') return ofRefundLookup(raw, command)
  const charge = of === 'authorize' || of === 'sale' ? target : parent
  if (charge === null) return unknown(`a ${of} is looked up by its charge`)
  const found = charge.gatewayId === null ? onlyIn(raw) : { only: raw }
  if (found === null) return unknown('Stripe does not name one PaymentIntent')
  // That the charge of an operation is not found (yet) is no word about the operation.
  if (found === 'none') return charge === target ? { effect: 'absent' } : unknown('the charge is not found')
  const intent = inShape(wireIntent, found.only)
  const fault = faultOf(intent, charge.attempt, command.currency, scope)
  if (intent === null || fault !== null) return unknown(fault ?? 'the answer is no PaymentIntent')
  if (charge.gatewayId !== null && charge.gatewayId !== intent.id)
    return unknown('the answer is about another PaymentIntent')
  switch (of) {
    case 'capture': {
      const answer = captureAnswer(intent, target.attempt)
      const other = answer.effect === 'applied' && answer.amount !== command.amount
      return other ? unknown('the capture is about another amount') : answer
    }
    case 'increment':
      return incrementAnswer(intent, target.attempt, counted(command))
    case 'cancel':
      return cancelAnswer(intent)
    default:
      return ofChargeLookup(intent, command, scope)
  }
}

const ofChargeLookup = (intent: WireIntent, command: LookupCommand, scope: ReadScope): Answer => {
  if (intent.amount !== counted(command)) return unknown('the PaymentIntent is about another amount', intent.id)
  if (intent.capture_method !== (command.of === 'authorize' ? 'manual' : 'automatic'))
    return unknown('the PaymentIntent has another capture mode', intent.id)
  return chargeAnswer(intent, scope)
}

const refundFault = (refund: WireRefund, attempt: string, charge: string | null, command: Command): string | null => {
  if (attemptIn(refund.metadata) !== attempt) return `the refund has another ${ATTEMPT_KEY}`
  if (charge !== null && refund.payment_intent !== charge) return 'the refund is of another PaymentIntent'
  if (refund.currency !== command.currency.toLowerCase()) return 'the refund is in another currency'
  return refund.amount === counted(command) ? null : 'the refund is about another amount'
}

const ofRefund = (raw: unknown, command: RefundCommand): Answer => {
  const refund = inShape(wireRefund, raw)
  if (refund === null) return unknown('the answer is no Refund')
  const fault = refundFault(refund, command.attempt, command.target.gatewayId, command)
  return fault === null ? refundAnswer(refund) : unknown(fault)
}

/** The most refunds of one PaymentIntent that are looked through: one page. */
const ofRefundLookup = (raw: unknown, command: LookupCommand): Answer => {
  const { target, parent } = command
  const charge = parent?.gatewayId ?? null
  if (target.gatewayId !== null) {
    const refund = inShape(wireRefund, raw)
    if (refund === null || refund.id !== target.gatewayId) return unknown('the answer is not this Refund')
    const fault = refundFault(refund, target.attempt, charge, command)
    return fault === null ? refundAnswer(refund) : unknown(fault)
  }
  const list = inShape(wireList, raw)
  if (list === null) return unknown('the answer is no list of refunds')
  const refunds = list.data.map((each) => inShape(wireRefund, each))
  if (refunds.includes(null)) return unknown('a refund in the list cannot be read')
  const ours = refunds.filter((refund) => attemptIn(refund?.metadata) === target.attempt)
  const [refund] = ours
  if (ours.length > 1) return unknown('several refunds carry this attempt')
  if (refund === undefined || refund === null)
    return list.has_more ? unknown('there are more refunds than one page holds') : { effect: 'absent' }
  const fault = refundFault(refund, target.attempt, charge, command)
  return fault === null ? refundAnswer(refund) : unknown(fault)
}
