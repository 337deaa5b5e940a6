import { type Answer, type GatewayResponse, jsonIn } from '@florin/core/gateways'
import { toAdyenAmount } from '../money/amount.ts'
import { modificationReference } from '../reference.ts'
import { type ModificationCommand, pspReferenceOf } from '../request/modification.ts'
import { answerTime } from './answer-time.ts'
import { unknown } from './unknown.ts'
import { modificationSchema, type WireModification } from './wire.ts'

/** Schemes decide within days; then it is a person's business, who is told by the payment's `needsReview` long before. */
const DECIDED_WITHIN_MS = 14 * 86_400_000

const isItsPayment = (wire: WireModification, { target }: ModificationCommand): boolean => {
  const psp = pspReferenceOf(target)
  return psp === null ? wire.paymentReference === target.attempt : wire.paymentPspReference === psp
}

const isItsAmount = ({ amount }: WireModification, command: ModificationCommand): boolean => {
  if (command.kind === 'cancel') return true // a cancel has none of its own
  const asked = toAdyenAmount(command.amount, command.currency)
  return amount !== undefined && amount.value === asked.value && amount.currency === asked.currency
}

/** Reads the acknowledgement of a modification. It says that Adyen has it, and nothing about the outcome: a webhook will. */
export const readModification = (
  response: GatewayResponse,
  command: ModificationCommand,
  merchantAccount: string,
): Answer => {
  const parsed = modificationSchema.safeParse(jsonIn(response.body))
  if (!parsed.success) return unknown(`the answer is not that of a ${command.kind}`)
  const wire = parsed.data
  if (wire.status !== 'received') return unknown(`the ${command.kind} has a status that is not known here`)
  if (wire.merchantAccount !== merchantAccount) return unknown('the answer is about another merchant account')
  if (wire.reference !== modificationReference(command.attempt, command.kind))
    return unknown('the answer is about another reference')
  if (!isItsPayment(wire, command)) return unknown('the answer is about another payment')
  if (!isItsAmount(wire, command)) return unknown('the answer is about another amount')
  const expiresAt = answerTime(response, command.attempt) + DECIDED_WITHIN_MS
  return { effect: 'pending', gatewayId: wire.pspReference, awaits: 'gateway', expiresAt }
}
