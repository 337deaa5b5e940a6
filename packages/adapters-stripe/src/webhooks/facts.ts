import { FlorinError, type GatewayFact, isPayable } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import { attemptIn, entriesIn, type OperationEntry } from '../metadata.ts'
import { chargeAnswer } from '../read/charge-answer.ts'
import { chargeIdOf } from '../read/charge-facts.ts'
import { cancelAnswer, captureAnswer, foreignCapture } from '../read/operation-answer.ts'
import { refundAnswer } from '../read/refund-answer.ts'
import type { ReadScope } from '../read/scope.ts'
import type { WireEvent } from '../wire/event.ts'
import type { WireIntent } from '../wire/intent.ts'
import type { WireRefund } from '../wire/refund.ts'

/**
 * Stripe's clock has seconds, and much happens within one. What is further along its way is later: the milliseconds of a fact's time
 * say how far.
 */
const PROGRESS: Readonly<Record<string, number>> = {
  requires_payment_method: 300, // after an action that failed
  requires_confirmation: 0,
  requires_action: 100,
  pending: 100,
  processing: 200,
  requires_capture: 500,
  succeeded: 700,
  failed: 900,
  canceled: 900,
}

const unreadable = (why: string): never => {
  throw new FlorinError('webhook_rejected', `stripe: the event cannot be read: ${why}`)
}

const at = ({ created }: WireEvent, status: string | null): number => created * 1_000 + (PROGRESS[status ?? ''] ?? 0)

const currencyOf = (wire: string): string => {
  const currency = wire.toUpperCase()
  return isPayable(currency) ? currency : unreadable('its currency is not one of ISO 4217')
}

const minor = (counted: number, currency: string): bigint =>
  fromStripe(counted, currency) ?? unreadable(`its amount cannot be one of ${currency}`)

/** The charge itself, where something is told of it; then what was captured, raised and canceled of it. */
export const intentFacts = (event: WireEvent, intent: WireIntent, scope: ReadScope): readonly GatewayFact[] => {
  const attempt = attemptIn(intent.metadata)
  if (attempt === null) return [] // another system's on the same account
  const currency = currencyOf(intent.currency)
  const occurredAt = at(event, intent.status)
  const common = { currency, occurredAt } as const
  const entries = entriesIn(intent.metadata)
  const facts: GatewayFact[] = []
  const answer = chargeAnswer(intent, scope)
  const told = answer.effect === 'applied' || answer.effect === 'rejected' || answer.effect === 'pending'
  // After an increment the PaymentIntent has another amount than the attempt that made it, of which everything is known by then.
  if (told && !entries.some(({ kind }) => kind === 'increment')) {
    const of = intent.capture_method === 'manual' ? 'authorize' : 'sale'
    const amount = minor(intent.amount, currency)
    facts.push({ ...common, attempt, of, gatewayId: intent.id, parentGatewayId: null, amount, answer })
  }
  return [...facts, ...operationFacts(intent, { ...common, parentGatewayId: intent.id })]
}

type Common = Pick<GatewayFact, 'occurredAt' | 'parentGatewayId'> & { readonly currency: string }

const operationFacts = (intent: WireIntent, common: Common): readonly GatewayFact[] => [
  ...entriesIn(intent.metadata).flatMap((entry) => entryFacts(intent, entry, common)),
  ...dashboardFacts(intent, common),
]

const entryFacts = (intent: WireIntent, entry: OperationEntry, common: Common): readonly GatewayFact[] => {
  const { attempt, kind: of } = entry
  if (of === 'increment') {
    if (entry.amount > intent.amount) return []
    const gatewayId = `${intent.id}/${attempt}`
    const amount = minor(entry.amount, common.currency) // of an increment, reports tell the total
    return [{ ...common, attempt, of, gatewayId, amount, answer: { effect: 'applied', gatewayId } }]
  }
  const answer = captureAnswer(intent, attempt)
  if (answer.effect !== 'applied') return []
  const { gatewayId, amount = null } = answer
  return [{ ...common, attempt, of, gatewayId, amount, answer }]
}

/** What has no reference of ours: a capture that somebody made at Stripe's dashboard, and any cancel, for Stripe has no object of one. */
const dashboardFacts = (intent: WireIntent, common: Common): readonly GatewayFact[] => {
  const facts: GatewayFact[] = []
  const foreign = foreignCapture(intent)
  if (foreign !== null) {
    const { gatewayId } = foreign
    const amount = minor(foreign.amount, common.currency)
    const answer = { effect: 'applied', gatewayId, amount } as const
    facts.push({ ...common, attempt: null, of: 'capture', gatewayId, amount, answer })
  }
  // What our own final capture left over is part of that capture; and what was never charged was no authorisation to cancel.
  const called =
    intent.status === 'canceled' && cancelAnswer(intent).effect === 'applied' && chargeIdOf(intent) !== null
  if (called || (foreign !== null && intent.amount_received < intent.amount)) {
    const answer = { effect: 'applied', gatewayId: intent.id } as const
    facts.push({ ...common, attempt: null, of: 'cancel', gatewayId: intent.id, amount: null, answer })
  }
  return facts
}

/**
 * A refund. One without our reference was made at the dashboard; it counts once it has moved money (under old API versions a canceled
 * authorisation looks like a refund too, without a balance transaction). One that failed had been on its way: what it took comes back.
 */
export const refundFacts = (event: WireEvent, refund: WireRefund): readonly GatewayFact[] => {
  const attempt = attemptIn(refund.metadata)
  const moved = (refund.balance_transaction ?? null) !== null && refund.reason !== 'expired_uncaptured_charge'
  if (refund.payment_intent === null || refund.payment_intent === undefined || (attempt === null && !moved)) return []
  const currency = currencyOf(refund.currency)
  const answer = refundAnswer(refund)
  if (answer.effect === 'unknown') return []
  const was = event.data.previous_attributes?.status
  const undone = answer.effect === 'rejected' && was !== 'pending' && was !== 'requires_action'
  return [
    {
      attempt,
      of: 'refund',
      gatewayId: refund.id,
      parentGatewayId: refund.payment_intent,
      amount: minor(refund.amount, currency),
      currency,
      occurredAt: at(event, refund.status),
      answer: undone ? { effect: 'undone', decline: answer.decline } : answer,
    },
  ]
}
