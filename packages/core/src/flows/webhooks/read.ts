import type { DisputeFact, GatewayFact } from '../../gateways/index.ts'
import { FlorinError, isId } from '../../kernel/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Page } from '../../storage/index.ts'
import {
  DELIVERY_STATES,
  type DeliveryState,
  type WebhookEvidenceRow,
  type WebhookInboxRow,
  webhookBodies,
  webhookEvidence,
  webhookInbox,
} from '../../webhooks/index.ts'
import type { FlowContext } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { disputesIn, factsIn } from './process.ts'
import { openBody, openEvidence } from './stored-delivery.ts'

/** Where a delivery stands. `rejected`: not authentic, kept as evidence only. */
export type DeliveryViewState = DeliveryState | 'rejected'

/** A delivery without what it says. JSON-safe, and free of personal data. */
export interface DeliveryView {
  readonly object: 'delivery'
  readonly id: string
  readonly gateway: string
  readonly account: string
  readonly state: DeliveryViewState
  /** Why it is where it is, as a code; null where there is nothing to say. */
  readonly note: string | null
  readonly receivedAt: string
  /** How often it was worked on; of a rejected one, how often it came. */
  readonly tries: number
  /** While it waits: when it is worked on next. */
  readonly nextTryAt: string | null
  /** Bytes of the body. */
  readonly size: number
  /** SHA-256 of the body, in hex. */
  readonly digest: string
}

/** One thing that a delivery says, as today's adapter reads it. */
export interface FactView {
  /** The attempt of ours that it names. */
  readonly attempt: string | null
  readonly of: GatewayFact['of']
  readonly effect: GatewayFact['answer']['effect']
  readonly gatewayId: string
  readonly parentGatewayId: string | null
  /** Decimal string; null where it says none, or in a currency that Florin does not know. */
  readonly amount: string | null
  readonly currency: string | null
  readonly occurredAt: string | null
}

/** One thing that a delivery says about a dispute. */
export interface DisputeFactView extends Pick<FactView, 'attempt' | 'amount' | 'currency' | 'occurredAt'> {
  /** The dispute's id at the gateway. */
  readonly dispute: string
  readonly report: DisputeFact['report']
  readonly stage: DisputeFact['stage']
  /** The charge, by the gateway's id. */
  readonly charge: string | null
}

/** A delivery with what it says. */
export interface DeliveryDetails extends DeliveryView {
  /** Whether the raw bytes are still there. */
  readonly bodyKept: boolean
  /** Null where it cannot be read (any more), and of what is not authentic, which is never read. */
  readonly facts: readonly FactView[] | null
  /** What it says about disputes; null where `facts` is. */
  readonly disputes: readonly DisputeFactView[] | null
}

const iso = (at: number): string => new Date(at).toISOString()

/** The view of a delivery in the inbox. */
export const deliveryView = (row: WebhookInboxRow): DeliveryView => ({
  object: 'delivery',
  id: row.id,
  gateway: row.gateway,
  account: row.account,
  state: row.state,
  note: row.note,
  receivedAt: iso(row.receivedAt),
  tries: row.tries,
  nextTryAt: row.queue === null ? null : iso(row.due),
  size: row.size,
  digest: row.digest,
})

const evidenceView = (row: WebhookEvidenceRow): DeliveryView => ({
  object: 'delivery',
  id: row.id,
  gateway: row.gateway,
  account: row.account,
  state: 'rejected',
  note: row.note,
  receivedAt: iso(row.receivedAt),
  tries: row.times,
  nextTryAt: null,
  size: row.size,
  digest: row.digest,
})

/** A delivery by its id: in the inbox, or among the evidence. Throws `not_found`. */
export const findDelivery = async (
  context: FlowContext,
  id: string,
): Promise<{ readonly inbox: WebhookInboxRow } | { readonly evidence: WebhookEvidenceRow }> => {
  if (isId('whd', id)) {
    const query = { index: 'id', equals: { id }, limit: 1 } as const
    const [inbox] = (await context.storage.find(webhookInbox, query)).rows
    if (inbox !== undefined) return { inbox }
    const [evidence] = (await context.storage.find(webhookEvidence, query)).rows
    if (evidence !== undefined) return { evidence }
  }
  throw new FlorinError('not_found', `there is no delivery '${id.slice(0, 40)}'`)
}

/** A delivery and what it says: ids, kinds and amounts; nothing of a person. */
export const getDelivery = async (context: FlowContext, id: string): Promise<DeliveryDetails> => {
  const found = await findDelivery(context, id)
  if ('evidence' in found) {
    const bodyKept = found.evidence.delivery !== null
    return { ...evidenceView(found.evidence), bodyKept, facts: null, disputes: null }
  }
  const row = found.inbox
  const [stored] = await context.storage.load(webhookBodies, [{ id: row.id }])
  const bodyKept = stored?.delivery != null
  const foreign = row.state === 'quarantined'
  const said = bodyKept && !foreign ? await saidIn(context, row) : UNREAD
  return { ...deliveryView(row), bodyKept, ...said }
}

const UNREAD = { facts: null, disputes: null } as const

const saidIn = async (
  context: FlowContext,
  row: WebhookInboxRow,
): Promise<Pick<DeliveryDetails, 'facts' | 'disputes'>> => {
  const { body } = await openBody(context, row)
  try {
    const disputes = disputesIn(context, row, body).map(disputeFactView)
    return { facts: factsIn(context, row, body).map(factView), disputes }
  } catch {
    return UNREAD // its note says so
  }
}

const factView = (fact: GatewayFact): FactView => ({
  attempt: fact.attempt !== null && isId('att', fact.attempt) ? fact.attempt : null, // another's reference may be anything
  of: fact.of,
  effect: fact.answer.effect,
  gatewayId: fact.gatewayId,
  parentGatewayId: fact.parentGatewayId,
  amount: amountOf(fact),
  currency: fact.currency,
  occurredAt: fact.occurredAt === null ? null : iso(fact.occurredAt),
})

const disputeFactView = (fact: DisputeFact): DisputeFactView => ({
  attempt: fact.attempt !== null && isId('att', fact.attempt) ? fact.attempt : null,
  dispute: fact.dispute,
  report: fact.report,
  stage: fact.stage,
  charge: fact.charge,
  amount: amountOf(fact),
  currency: fact.currency,
  occurredAt: fact.occurredAt === null ? null : iso(fact.occurredAt),
})

const amountOf = ({ amount, currency }: Pick<GatewayFact, 'amount' | 'currency'>): string | null => {
  if (amount === null || currency === null) return null
  try {
    return formatAmount(amount, currency)
  } catch {
    return null
  }
}

/** The raw bytes as they came in. They may hold personal data. Throws `not_found`, and `invalid_state` once they were dropped. */
export const bodyOfDelivery = async (context: FlowContext, id: string): Promise<Uint8Array> => {
  const found = await findDelivery(context, id)
  const raw = 'inbox' in found ? await openBody(context, found.inbox) : await openEvidence(context, found.evidence)
  return raw.body
}

/** Which deliveries to list. */
export interface DeliveryQuery {
  readonly state: DeliveryViewState
  readonly gateway: string | null
  readonly account: string | null
  readonly limit: number
  readonly after: string | null
}

const MOST_PAGES = 50 // a filter that finds little gives a short page, and `next`

/** Deliveries in a state, newest first. */
export const listDeliveries = async (context: FlowContext, query: DeliveryQuery): Promise<PageView<DeliveryView>> => {
  const page =
    query.state === 'rejected'
      ? await filtered(query, (more) => evidencePage(context, more))
      : await filtered(query, (more) => inboxPage(context, query.state as DeliveryState, more))
  return page
}

interface More {
  readonly limit: number
  readonly after?: string
}

const inboxPage = async (context: FlowContext, state: DeliveryState, more: More): Promise<Page<DeliveryView>> => {
  const query = { index: 'state', equals: { state }, descending: true, ...more } as const
  const { rows, ...rest } = await context.storage.find(webhookInbox, query)
  return { rows: rows.map(deliveryView), ...rest }
}

const evidencePage = async (context: FlowContext, more: More): Promise<Page<DeliveryView>> => {
  const query = { index: 'state', equals: { state: 'rejected' }, descending: true, ...more } as const
  const { rows, ...rest } = await context.storage.find(webhookEvidence, query)
  return { rows: rows.map(evidenceView), ...rest }
}

const filtered = async (
  { gateway, account, limit, after }: DeliveryQuery,
  read: (more: More) => Promise<Page<DeliveryView>>,
): Promise<PageView<DeliveryView>> => {
  const data: DeliveryView[] = []
  let next = after ?? undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await read({ limit: limit - data.length, ...(next === undefined ? {} : { after: next }) })
    data.push(
      ...page.rows.filter(
        (one) => (gateway ?? one.gateway) === one.gateway && (account ?? one.account) === one.account,
      ),
    )
    next = page.next
    if (next === undefined || data.length === limit) break
  }
  return { object: 'list', data, ...(next === undefined ? {} : { next }) }
}

/** How many deliveries are in a state. */
export interface DeliveryCount {
  readonly count: number
  /** There are more than were counted. */
  readonly more: boolean
  readonly oldest: string | null
}

/** How the inbox stands. Processed deliveries are not counted. */
export type InboxCounts = Readonly<Record<Exclude<DeliveryViewState, 'processed'>, DeliveryCount>>

const MOST_COUNTED = 1_000

/** Counts what somebody may have to look at; at most 1,000 of each. */
export const countDeliveries = async (context: FlowContext): Promise<InboxCounts> => {
  const states = DELIVERY_STATES.filter((state) => state !== 'processed')
  const of = async (state: DeliveryViewState): Promise<readonly [string, DeliveryCount]> => {
    const query = { index: 'state', equals: { state: state as never }, limit: MOST_COUNTED } as const
    const { rows, next } = await context.storage.find(state === 'rejected' ? webhookEvidence : webhookInbox, query)
    const [first] = rows as readonly { readonly receivedAt: number }[]
    return [
      state,
      { count: rows.length, more: next !== undefined, oldest: first === undefined ? null : iso(first.receivedAt) },
    ]
  }
  return Object.fromEntries(await Promise.all([...states, 'rejected' as const].map(of))) as InboxCounts
}
