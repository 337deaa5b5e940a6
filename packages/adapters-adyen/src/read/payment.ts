import {
  type Answer,
  type ChargeCommand,
  type CompleteCommand,
  type GatewayResponse,
  type InstrumentFacts,
  jsonIn,
} from '@florin/core/gateways'
import { fromAdyenAmount } from '../money/amount.ts'
import { actionEnd, actionOf } from './action.ts'
import { answerTime } from './answer-time.ts'
import { declineOf } from './decline.ts'
import { networkOf } from './network.ts'
import { unknown } from './unknown.ts'
import { paymentSchema, type WirePayment } from './wire.ts'

/** Commands that Adyen answers with a payment. */
export type PaymentCommand = ChargeCommand | CompleteCommand

const DAY_MS = 86_400_000
/** Adyen closes an offer that no shopper took after 12 hours for cards, later for others, and says so with OFFER_CLOSED. */
const SHOPPER_MS = DAY_MS
/** Direct debits and transfers take days; a webhook says when they are through. */
const PROCESSING_MS = 14 * DAY_MS

const referenceOf = (command: PaymentCommand): string =>
  command.kind === 'complete' ? command.target.attempt : command.attempt

const shaped = (pattern: RegExp, value: string | undefined): string | undefined =>
  value !== undefined && pattern.test(value) ? value : undefined

/** What Adyen tells about the card, where the account is set up to: never more than BIN and last four. */
const instrumentOf = ({ additionalData: extra, paymentMethod }: WirePayment): InstrumentFacts | undefined => {
  const network = networkOf(paymentMethod?.brand ?? extra?.paymentMethod)
  const last4 = shaped(/^[0-9]{4}$/, extra?.cardSummary)
  const bin = shaped(/^[0-9]{6,8}$/, extra?.issuerBin ?? extra?.cardBin)
  const networkTransactionId = shaped(/^[A-Za-z0-9]{1,40}$/, extra?.networkTxReference)
  const country = shaped(/^[A-Z]{2}$/, extra?.cardIssuingCountry)
  const facts = { network, last4, bin, networkTransactionId, country }
  return Object.values(facts).every((fact) => fact === undefined) ? undefined : facts
}

/** Why a payment is not the command's, or null where it is. `strict` wants it to say so itself. */
const stranger = (payment: WirePayment, command: PaymentCommand, strict: boolean): string | null => {
  const { merchantReference, amount } = payment
  if (merchantReference === undefined ? strict : merchantReference !== referenceOf(command))
    return 'the answer is about another reference'
  if (amount === undefined) return null
  if (amount.currency !== command.currency) return 'the answer is in another currency'
  return null
}

const applied = (payment: WirePayment, command: PaymentCommand): Answer => {
  const { pspReference: gatewayId, amount } = payment
  // The buyer hands over what a completion is made of, and could hand over another payment's: only its own reference counts.
  const strange = stranger(payment, command, true)
  if (strange !== null) return unknown(strange)
  if (gatewayId === undefined) return unknown('the answer has no pspReference')
  const got = amount === undefined ? command.amount : fromAdyenAmount(amount)
  const partial = payment.resultCode === 'PartiallyAuthorised'
  if (got === null || (partial ? amount === undefined : got !== command.amount))
    return unknown('the answer is about another amount', { gatewayId })
  return { effect: 'applied', gatewayId, amount: got, instrument: instrumentOf(payment) }
}

const rejected = (
  payment: WirePayment,
  command: PaymentCommand,
  resultCode: 'Refused' | 'Error' | 'Cancelled',
): Answer => {
  // A completion that was made of another payment's result says nothing about this one.
  const strange = stranger(payment, command, command.kind === 'complete')
  if (strange !== null) return unknown(strange)
  const decline = declineOf({
    resultCode,
    refusalReasonCode: payment.refusalReasonCode,
    merchantAdvice: payment.additionalData?.merchantAdviceCode,
  })
  return { effect: 'rejected', decline, gatewayId: payment.pspReference }
}

/**
 * The buyer has to act. A payment's lasting pspReference comes with its result only, so our own reference stands in its place until then:
 * Florin replaces it by the one that the result brings.
 */
const awaitsCustomer = (payment: WirePayment, command: PaymentCommand, now: number): Answer => {
  const { action } = payment
  if (action === undefined) return unknown(`${payment.resultCode} without an action`)
  const customerAction = actionOf(action)
  if (customerAction === null) return unknown(`${payment.resultCode} with a redirect that leads nowhere`)
  // A transfer is shown to the buyer and needs no answer from them: the bank's money decides.
  const byTransfer = customerAction.type === 'bank_transfer'
  const lasting = byTransfer || payment.resultCode === 'PresentToShopper' ? payment.pspReference : undefined
  return {
    effect: 'pending',
    gatewayId: lasting ?? referenceOf(command),
    awaits: byTransfer ? 'gateway' : 'customer',
    expiresAt: actionEnd(action) ?? now + (byTransfer ? PROCESSING_MS : SHOPPER_MS),
    action: customerAction,
  }
}

const pending = (payment: WirePayment, command: PaymentCommand, now: number): Answer => {
  const strange = stranger(payment, command, command.kind === 'complete' && payment.action === undefined)
  if (strange !== null) return unknown(strange)
  if (payment.action !== undefined) return awaitsCustomer(payment, command, now)
  if (payment.resultCode !== 'Received' && payment.resultCode !== 'Pending')
    return unknown(`${payment.resultCode} without an action`)
  const gatewayId = payment.pspReference
  if (gatewayId === undefined) return unknown('the answer has no pspReference')
  return { effect: 'pending', gatewayId, awaits: 'gateway', expiresAt: now + PROCESSING_MS }
}

/**
 * Reads the answer to a charge or its completion. Result codes: `PaymentResponse` in Adyen's OpenAPI document
 * of Checkout v71, where `Refused`, `Error` and `Cancelled` are final. Date: 2026-11-21. Any other code is `unknown`.
 */
export const readPayment = (response: GatewayResponse, command: PaymentCommand): Answer => {
  const parsed = paymentSchema.safeParse(jsonIn(response.body))
  if (!parsed.success) return unknown('the answer is not a payment')
  const payment = parsed.data
  const { resultCode } = payment
  switch (resultCode) {
    case 'Authorised':
    case 'PartiallyAuthorised':
      return applied(payment, command)
    case 'Refused':
    case 'Error':
    case 'Cancelled':
      return rejected(payment, command, resultCode)
    case 'RedirectShopper':
    case 'IdentifyShopper':
    case 'ChallengeShopper':
    case 'PresentToShopper':
    case 'Received':
    case 'Pending':
      return pending(payment, command, answerTime(response, command.attempt))
    default:
      return unknown('the payment has a result code that is not known here')
  }
}
