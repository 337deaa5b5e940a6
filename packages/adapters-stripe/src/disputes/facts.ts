import { type DisputeFact, type DisputeReport, type DisputeStage, FlorinError, isPayable } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import { eventIn } from '../webhooks/verify.ts'
import { idOf, type WireDispute, wireDispute } from '../wire/dispute.ts'
import { type WireEvent, wireEvent } from '../wire/event.ts'
import { inShape } from '../wire/in-shape.ts'
import { PROGRESS, statusRule } from './statuses.ts'

const unreadable = (why: string): never => {
  throw new FlorinError('webhook_rejected', `stripe: the event cannot be read: ${why}`)
}

/** Events about the money say so by their name; the others tell by the status of the dispute that they carry. */
const MONEY: Readonly<Record<string, DisputeReport>> = {
  'charge.dispute.funds_withdrawn': 'withdrawn',
  'charge.dispute.funds_reinstated': 'reinstated',
}
const STATUS: ReadonlySet<string> = new Set([
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
])

/**
 * What a verified body says about disputes. An event carries the whole dispute, so one that was lost is made up for by the next: with the
 * status comes what its money did. Throws `webhook_rejected` where the body is not as documented, or the status is one that nobody knows:
 * the delivery then waits with its bytes.
 */
export const disputeFacts = (body: Uint8Array): readonly DisputeFact[] => {
  const raw = eventIn(body) ?? unreadable('it is not a JSON object')
  if (raw.object === 'v2.core.event') return []
  const event = inShape(wireEvent, raw) ?? unreadable('it has not the shape of an event')
  const money = Object.hasOwn(MONEY, event.type) ? MONEY[event.type] : undefined
  if (money === undefined && !STATUS.has(event.type)) return []
  const dispute = inShape(wireDispute, event.data.object) ?? unreadable(`the object of a ${event.type} is no Dispute`)
  const { stage, report } = statusRule(dispute.status) ?? unreadable('the dispute has a status that is not known here')
  if (money !== undefined) return [factOf(event, dispute, money, 'chargeback')]
  const moved = movedBy(dispute)
  // Many disputes are decided by the time that they are made (returned direct debits); and what ended has been open.
  const opening = event.type === 'charge.dispute.created' && report !== 'opened'
  return [
    ...(opening ? [factOf(event, dispute, 'opened', stage)] : []),
    ...(moved === null ? [] : [factOf(event, dispute, moved, 'chargeback')]),
    factOf(event, dispute, report, stage),
  ]
}

/** What the balance says by now: below zero it was taken; taken and given back, it is level again. */
const movedBy = ({ balance_transactions: movements }: WireDispute): 'withdrawn' | 'reinstated' | null => {
  if (movements.length === 0) return null
  return movements.reduce((sum, { amount }) => sum + amount, 0) < 0 ? 'withdrawn' : 'reinstated'
}

/** What Stripe keeps for the dispute, as far as it is booked; null where it is counted in another currency than the dispute. */
const feeOf = ({ balance_transactions: movements, currency }: WireDispute): bigint | null => {
  if (movements.length === 0 || movements.some((movement) => movement.currency !== currency)) return null
  const sum = movements.reduce((total, { fee }) => total + fee, 0)
  return sum < 0 ? null : fromStripe(sum, currency.toUpperCase())
}

const CODE = /^[\w.-]{1,40}$/

const reasonOf = ({ reason, payment_method_details: method }: WireDispute): DisputeFact['reason'] => {
  const code = method?.card?.network_reason_code ?? null
  const text = reason ?? null
  if (code === null && text === null) return null
  return { code: code !== null && CODE.test(code) ? code : null, text: text === null ? null : text.slice(0, 200) }
}

const NETWORK = /^[a-z_]{1,40}$/

const networkOf = ({ payment_method_details: method }: WireDispute): string | null => {
  const network = method?.card?.network ?? method?.card?.brand ?? null
  return network !== null && NETWORK.test(network) ? network : null
}

const factOf = (event: WireEvent, dispute: WireDispute, report: DisputeReport, stage: DisputeStage): DisputeFact => {
  const currency = dispute.currency.toUpperCase()
  if (!isPayable(currency)) return unreadable('its currency is not one of ISO 4217')
  const amount = fromStripe(dispute.amount, currency) ?? unreadable(`its amount cannot be one of ${currency}`)
  const due = dispute.evidence_details.due_by ?? null
  return {
    dispute: dispute.id,
    report,
    stage,
    attempt: null, // a dispute does not repeat the metadata of its payment
    charge: idOf(dispute.payment_intent ?? dispute.charge),
    amount,
    currency,
    fee: report === 'withdrawn' || report === 'reinstated' ? feeOf(dispute) : null,
    reason: reasonOf(dispute),
    network: networkOf(dispute),
    evidenceDueAt: due === null ? null : due * 1_000,
    occurredAt: event.created * 1_000 + PROGRESS[report],
  }
}
