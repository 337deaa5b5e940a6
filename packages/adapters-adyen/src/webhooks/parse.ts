import { type Decline, FlorinError, type GatewayFact } from '@florin/core/gateways'
import { fromAdyenAmount } from '../money/amount.ts'
import { readReference } from '../reference.ts'
import { EVENT_RULES, type EventRule, reversalRule } from './events.ts'
import { type NotificationItem, readNotification } from './notification.ts'

/**
 * Adyen tells why in `reason`, which it does not sign: what went wrong is known from the event alone, and a decline of a buyer is never
 * tried again by itself. (The answer to the charge, where there was one, has the precise reason.)
 */
const declineOf = ({ of, code }: EventRule): Decline => {
  const buyers = of === 'authorize'
  return {
    class: !buyers ? 'configuration' : code === 'expired' ? 'customer_action' : 'hard',
    code,
    gatewayCode: null,
    networkAdvice: null,
    message: buyers
      ? 'The payment was declined. Please use another payment method.'
      : 'The gateway refused it. Its Customer Area says why.',
  }
}

const answerOf = (item: NotificationItem, rule: EventRule, amount: bigint | null): GatewayFact['answer'] | null => {
  const effect = item.success ? rule.success : rule.failure
  switch (effect) {
    case null:
      return null
    case 'rejected':
      return { effect, decline: declineOf(rule), gatewayId: item.pspReference }
    case 'undone':
      return { effect, decline: declineOf(rule) }
    case 'applied':
      // An amount that ISO 4217 cannot say must not pass for the amount that was asked for.
      return rule.amount && amount === null
        ? { effect: 'unknown', reason: 'an amount that cannot be counted here', gatewayId: item.pspReference }
        : { effect, gatewayId: item.pspReference }
  }
}

/** Which attempt of ours an event is about. One about a modification that repeats the payment's reference names none. */
const attemptOf = ({ merchantReference }: NotificationItem, { of }: EventRule): string | null => {
  const reference = readReference(merchantReference)
  if (reference === null) return null
  return reference.of === (of === 'authorize' ? 'charge' : of) ? reference.attempt : null
}

/** When it happened, by Adyen's clock, which it does not sign: good for putting facts in order, and for nothing else. */
export const occurredAt = ({ eventDate }: NotificationItem): number | null => {
  const at = eventDate === null ? Number.NaN : Date.parse(eventDate)
  return Number.isSafeInteger(at) ? at : null
}

const PSP_REFERENCE = /^[A-Za-z0-9_]{1,64}$/ // strict: it becomes part of a path

/** Refuses references that are none of Adyen's. */
export const checkReferences = ({ pspReference, originalReference, eventCode }: NotificationItem): void => {
  if (PSP_REFERENCE.test(pspReference) && (originalReference === null || PSP_REFERENCE.test(originalReference))) return
  throw new FlorinError(
    'webhook_rejected',
    `the Adyen webhook is refused: its ${eventCode} names no payment by an Adyen reference`,
  )
}

const factOf = (item: NotificationItem): GatewayFact | null => {
  const reversal = item.eventCode === 'CANCEL_OR_REFUND' ? reversalRule(item.modificationAction) : undefined
  const rule = reversal ?? EVENT_RULES.get(item.eventCode)
  if (rule === undefined) return null
  checkReferences(item)
  const amount = rule.amount ? fromAdyenAmount(item.amount) : null
  const answer = answerOf(item, rule, amount)
  if (answer === null) return null
  return {
    attempt: attemptOf(item, rule),
    of: rule.of,
    gatewayId: item.pspReference,
    parentGatewayId: rule.of === 'authorize' ? null : item.originalReference,
    amount,
    currency: item.amount.currency,
    occurredAt: occurredAt(item),
    answer,
  }
}

/** What a verified delivery says about commands. Throws `webhook_rejected` where the body cannot be read. */
export const parseWebhook = (body: Uint8Array): readonly GatewayFact[] =>
  readNotification(body).items.flatMap((item) => {
    const fact = factOf(item)
    return fact === null ? [] : [fact]
  })
