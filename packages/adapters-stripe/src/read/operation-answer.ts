import type { Answer } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import { entriesIn, type OperationEntry } from '../metadata.ts'
import type { WireIntent } from '../wire/intent.ts'
import { chargeIdOf, chargeIn, costOf, lapsesAt } from './charge-facts.ts'
import { unknown, word } from './unknown.ts'

/** Whether a PaymentIntent stands where captures can have happened. */
const CAPTURABLE: ReadonlySet<string> = new Set(['requires_capture', 'succeeded', 'canceled'])

const capturesOf = (intent: WireIntent): readonly OperationEntry[] =>
  entriesIn(intent.metadata).filter(({ kind }) => kind === 'capture')

/** What our own captures took of a PaymentIntent, as Stripe counts. */
export const capturedSum = (intent: WireIntent): number =>
  capturesOf(intent).reduce((sum, { amount }) => sum + amount, 0)

/**
 * The id that Florin keeps for a capture. Stripe gives captures none of their own: one charge is captured once or several times. The
 * charge's id (which its balance transactions name as their source) is that of a capture that took all there is; one of several adds
 * its attempt. No two captures can ever have the same one.
 */
export const captureIdOf = (intent: WireIntent, attempt: string, amount: number): string | null => {
  const charge = chargeIdOf(intent)
  if (charge === null) return null
  return intent.amount_received === amount ? charge : `${charge}/${attempt}`
}

/** What a PaymentIntent says about a capture of it. `absent`: it has left no entry. */
export const captureAnswer = (intent: WireIntent, attempt: string): Answer => {
  if (!CAPTURABLE.has(intent.status))
    return unknown(`a PaymentIntent that is ${word(intent.status)} cannot be captured`)
  if (intent.capture_method !== 'manual') return unknown('the PaymentIntent is captured automatically')
  // Entries are written with the money. Where they do not agree with it, nobody knows which of them is true.
  if (capturedSum(intent) > intent.amount_received) return unknown('the captures do not agree with what was received')
  const entry = capturesOf(intent).find((each) => each.attempt === attempt)
  if (entry === undefined) return { effect: 'absent' }
  const gatewayId = captureIdOf(intent, attempt, entry.amount)
  const amount = fromStripe(entry.amount, intent.currency.toUpperCase())
  if (gatewayId === null || amount === null) return unknown('the capture has no charge, or an amount that cannot be')
  return { effect: 'applied', gatewayId, amount, cost: costOf(chargeIn(intent), entry.amount) }
}

/** What a PaymentIntent says about an increment of it. */
export const incrementAnswer = (intent: WireIntent, attempt: string, total: number): Answer => {
  const entry = entriesIn(intent.metadata).find((each) => each.kind === 'increment' && each.attempt === attempt)
  if (entry === undefined) return { effect: 'absent' }
  if (entry.amount !== total || intent.amount < total) return unknown('the increment is about another total')
  return { effect: 'applied', gatewayId: `${intent.id}/${attempt}`, expiresAt: lapsesAt(chargeIn(intent)) }
}

/** Whether nothing is held any more, though something of it was captured before, and by us. */
const remainderReleased = (intent: WireIntent): boolean => {
  const { status, amount, amount_capturable: left, amount_received: received } = intent
  if ((status !== 'canceled' && status !== 'succeeded') || left !== 0 || received >= amount) return false
  return received > 0 && capturedSum(intent) === received
}

/** What a PaymentIntent says about a cancel of it. `absent`: it is not canceled, and may yet be. */
export const cancelAnswer = (intent: WireIntent): Answer => {
  const { id: gatewayId, status, amount_received: received } = intent
  if ((status === 'canceled' && received === 0) || remainderReleased(intent)) return { effect: 'applied', gatewayId }
  if (status === 'canceled') return unknown('a canceled PaymentIntent has taken money')
  return { effect: 'absent' }
}

/** Money that was captured at Stripe's dashboard; it shows once nothing can be captured any more. Null where there is none. */
export const foreignCapture = (intent: WireIntent): { readonly gatewayId: string; readonly amount: number } | null => {
  const over = intent.status === 'succeeded' || intent.status === 'canceled'
  if (!over || intent.capture_method !== 'manual') return null
  const amount = intent.amount_received - capturedSum(intent)
  const charge = chargeIdOf(intent)
  if (amount <= 0 || charge === null) return null
  return { gatewayId: amount === intent.amount_received ? charge : `${charge}/dashboard`, amount }
}
