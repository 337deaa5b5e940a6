import { type DisputeFact, type DisputeReport, type DisputeStage, FlorinError, isPayable } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import { eventIn } from '../webhooks/verify.ts'
import { idOf, type WireDispute, type WireMovement, wireDispute } from '../wire/dispute.ts'
import { type WireEvent, wireEvent } from '../wire/event.ts'
import { inShape } from '../wire/in-shape.ts'
import { PROGRESS, statusRule } from './statuses.ts'

const unreadable = (why: string): never => {
  throw new FlorinError('webhook_rejected', `stripe: the event cannot be read: ${why}`)
}

/** Events whose money may be told by their name alone. */
const MONEY: Readonly<Record<string, MoneyReport>> = {
  'charge.dispute.funds_withdrawn': 'withdrawn',
  'charge.dispute.funds_reinstated': 'reinstated',
}
const EVENTS: ReadonlySet<string> = new Set([
  ...Object.keys(MONEY),
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
])

type MoneyReport = 'withdrawn' | 'reinstated'

/**
 * What a verified body says about disputes. Every event carries the whole dispute, so one that was lost is made up for by the next: beside the
 * status come all movements of its money, each when it happened. Throws `webhook_rejected` where the body is not as documented, or the
 * status is one that nobody knows: the delivery then waits with its bytes.
 */
export const disputeFacts = (body: Uint8Array): readonly DisputeFact[] => {
  const raw = eventIn(body) ?? unreadable('it is not a JSON object')
  if (raw.object === 'v2.core.event') return []
  const event = inShape(wireEvent, raw) ?? unreadable('it has not the shape of an event')
  if (!EVENTS.has(event.type)) return []
  const dispute = inShape(wireDispute, event.data.object) ?? unreadable(`the object of a ${event.type} is no Dispute`)
  const { stage, report } = statusRule(dispute.status) ?? unreadable('the dispute has a status that is not known here')
  const common = aboutOf(dispute)
  const at = (told: DisputeReport): number => event.created * 1_000 + PROGRESS[told]
  // Many disputes are decided by the time that they are made (returned direct debits); and what ended has been open.
  const opening = event.type === 'charge.dispute.created' && report !== 'opened'
  return [
    ...(opening ? [{ ...common, report: 'opened', stage, occurredAt: at('opened') } as const] : []),
    ...movementsOf(event, dispute, common),
    { ...common, report, stage, occurredAt: at(report) },
  ]
}

type About = ReturnType<typeof aboutOf>

/** An inquiry takes no money: whatever was taken belongs to a chargeback, or to what came of it. */
const stageOfMoney = ({ status }: WireDispute): DisputeStage => {
  const stage = statusRule(status)?.stage
  return stage === undefined || stage === 'inquiry' ? 'chargeback' : stage
}

const movementsOf = (event: WireEvent, dispute: WireDispute, common: About): readonly DisputeFact[] => {
  const stage = stageOfMoney(dispute)
  let kept = 0
  const told = dispute.balance_transactions.map((movement): DisputeFact => {
    kept += movement.fee
    const report: MoneyReport = movement.amount < 0 ? 'withdrawn' : 'reinstated'
    const occurredAt = movement.created * 1_000 + PROGRESS[report]
    return { ...common, ...moneyOf(movement, dispute, kept), report, stage, occurredAt }
  })
  const named = Object.hasOwn(MONEY, event.type) ? MONEY[event.type] : undefined
  if (named === undefined || told.some(({ report }) => report === named)) return told
  return [...told, { ...common, report: named, stage, occurredAt: event.created * 1_000 + PROGRESS[named] }]
}

/** What moved, and what Stripe has kept by then, where the balance is in the dispute's currency; the dispute's own amount where not. */
const moneyOf = (movement: WireMovement, dispute: WireDispute, kept: number) => {
  if (movement.currency !== dispute.currency) return {}
  const currency = dispute.currency.toUpperCase()
  const amount = fromStripe(Math.abs(movement.amount), currency)
  if (amount === null) return {}
  const told = movement.amount < 0 || movement.fee !== 0 // what comes back need not say anything about the fee
  return { amount, fee: told && kept >= 0 ? fromStripe(kept, currency) : null }
}

const WORD = /^[a-z_]{1,60}$/ // Stripe's reasons are words of a list
const CODE = /^[\w.-]{1,40}$/

const reasonOf = ({ reason, network_reason_code, payment_method_details }: WireDispute): DisputeFact['reason'] => {
  const code = payment_method_details?.card?.network_reason_code ?? network_reason_code ?? null
  const text = reason ?? null
  if (code === null && text === null) return null
  return { code: code !== null && CODE.test(code) ? code : null, text: text !== null && WORD.test(text) ? text : null }
}

const NETWORK = /^[a-z_]{1,40}$/

const networkOf = ({ payment_method_details: method }: WireDispute): string | null => {
  const network = method?.card?.network ?? method?.card?.brand ?? null
  return network !== null && NETWORK.test(network) ? network : null
}

const aboutOf = (dispute: WireDispute) => {
  const currency = dispute.currency.toUpperCase()
  if (!isPayable(currency)) return unreadable('its currency is not one of ISO 4217')
  const amount = fromStripe(dispute.amount, currency) ?? unreadable(`its amount cannot be one of ${currency}`)
  const due = dispute.evidence_details.due_by ?? null
  return {
    dispute: dispute.id,
    attempt: null, // a dispute does not repeat the metadata of its payment
    charge: idOf(dispute.payment_intent ?? dispute.charge),
    amount,
    currency,
    fee: null,
    reason: reasonOf(dispute),
    network: networkOf(dispute),
    evidenceDueAt: due === null ? null : due * 1_000,
  }
}
