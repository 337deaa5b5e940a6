import { FlorinError, type GatewayFact } from '@florin/core/gateways'
import type { ReadScope } from '../read/scope.ts'
import { type WireEvent, wireEvent } from '../wire/event.ts'
import { inShape } from '../wire/in-shape.ts'
import { wireIntent } from '../wire/intent.ts'
import { wireRefund } from '../wire/refund.ts'
import { intentFacts, refundFacts } from './facts.ts'
import { eventIn } from './verify.ts'

/**
 * Events that say something about a command, beside `payment_intent.*`. Charges say nothing that their PaymentIntent does not, and
 * carry the metadata of when they were made only.
 */
const REFUND_EVENTS: ReadonlySet<string> = new Set([
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refund.updated',
])

const unreadable = (why: string): never => {
  throw new FlorinError('webhook_rejected', `stripe: the event cannot be read: ${why}`)
}

/**
 * What a verified body tells about commands. Kinds of events that are not known, and thin events (which carry no object), tell nothing.
 * Throws where a kind that is known has another shape than documented: the delivery then waits with its bytes.
 */
export const stripeParse = (body: Uint8Array, scope: ReadScope): readonly GatewayFact[] => {
  const raw = eventIn(body) ?? unreadable('it is not a JSON object')
  if (raw.object === 'v2.core.event') return []
  const event = inShape(wireEvent, raw)
  if (event === null) return unreadable('it has not the shape of an event')
  if (event.type.startsWith('payment_intent.')) return ofIntent(event, scope)
  if (!REFUND_EVENTS.has(event.type)) return []
  const refund = inShape(wireRefund, event.data.object)
  return refund === null ? unreadable(`the object of a ${event.type} is no Refund`) : refundFacts(event, refund)
}

const ofIntent = (event: WireEvent, scope: ReadScope): readonly GatewayFact[] => {
  const intent = inShape(wireIntent, event.data.object)
  return intent === null ? unreadable('its object is no PaymentIntent') : intentFacts(event, intent, scope)
}
