import { appendEvent } from '../../events/index.ts'
import { type HedgeTrade, hedgePostings, hedgeTimer, pairName, tradeRate } from '../../fx/index.ts'
import { schedule } from '../../jobs/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import { type LedgerTransactionRow, ledgerTransaction, ledgerTransactions } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Change } from '../../records/index.ts'
import { type FlowContext, intentOf, type Reading } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { positionsOf } from './exposure.ts'

/** A trade that hedged a position. JSON-safe: amounts and rates are decimal strings, instants ISO 8601 in UTC. */
export interface FxHedgeView {
  readonly object: 'fx_hedge'
  /** The counterparty's, or your own: by it the trade is booked once. */
  readonly reference: string
  /** Two codes in the order of the alphabet: `EUR-USD`. */
  readonly pair: string
  readonly from: string
  readonly to: string
  /** What was given away of `from`, and what was got of `to`. */
  readonly sold: string
  readonly bought: string
  /** Units of `to` for one of `from`, to 12 digits, the fee left aside. */
  readonly rate: string
  readonly fee?: { readonly amount: string; readonly currency: string }
  readonly counterparty: string
  /** The host's own id of who booked it. */
  readonly by: string
  /** When the trade was made, as it was told. */
  readonly executedAt: string
  readonly bookedAt: string
}

/** A trade as it is to be booked. */
export interface HedgeRequest extends HedgeTrade {
  readonly reference: string
  readonly by: string
  /** UTC milliseconds; null: now. */
  readonly executedAt: number | null
}

const TRIES = 8
const NAMED = 'hedge/'
const AHEAD_MS = 60_000 // clocks differ

const nameOf = (reference: string): string => `${NAMED}${reference}`

/**
 * Books a trade that was made to hedge a position, once for its reference: the positions of the pair change by it, in one commit with the event and
 * the timer that compares the position with its threshold. A report of what was done: it may bring a position below zero.
 */
export const executeHedge = async (
  context: FlowContext,
  merchant: string,
  request: HedgeRequest,
): Promise<FxHedgeView> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const booked = await rowOf(context, merchant, request.reference)
    if (booked !== undefined) return repeated(booked, request)
    const now = context.runtime.clock.now()
    refuseAhead(request, now)
    await refuseUnknown(context, merchant, request)
    const told = toldBy(request, now)
    const change = changeOf(context, merchant, request, told)
    if ((await context.committer.commit(change, intentOf(context, merchant))).committed) return viewOf(told)
  }
  throw new FlorinError('conflict', `hedge '${request.reference}' is being booked by others: read it`)
}

const refuseAhead = ({ executedAt }: HedgeRequest, now: number): void => {
  if (executedAt === null || executedAt <= now + AHEAD_MS) return
  const told = new Date(executedAt).toISOString()
  throw new FlorinError('invalid_request', `executedAt: ${told} is still to come: book a trade once it was made`, {
    details: { path: 'executedAt' },
  })
}

/** A trade in currencies between which nothing was ever exchanged hedges nothing: as a rule one of them is a slip. */
const refuseUnknown = async (context: Reading, merchant: string, { from, to }: HedgeRequest): Promise<void> => {
  const pair = pairName(from, to)
  if ((await positionsOf(context, merchant, pair)).length > 0) return
  const why = `nothing was ever exchanged between ${from} and ${to} here: look at the currencies, and at whose merchant's position it is`
  throw new FlorinError('not_found', why, { details: { pair } })
}

/** What is kept of a trade, beside its postings. */
type Told = Pick<LedgerTransactionRow, 'reference' | 'metadata' | 'effectiveAt' | 'recordedAt'>

const toldBy = (request: HedgeRequest, now: number): Told => ({
  reference: nameOf(request.reference),
  metadata: metadataOf(request),
  effectiveAt: request.executedAt ?? now,
  recordedAt: now,
})

const changeOf = (context: FlowContext, merchant: string, request: HedgeRequest, told: Told): Change => {
  const { reference: subject, recordedAt: at } = told
  const { guards, digest } = ledgerTransaction({
    ...{ merchant, subject, type: 'hedge', postings: hedgePostings(request) },
    ...told,
  })
  const { ids } = context.runtime
  const event = { merchant, subject, version: 1, id: ids.make('evt'), type: 'fx.hedged', at, ledger: digest }
  const data = { reference: request.reference, ...told.metadata }
  const timer = hedgeTimer(merchant, request.from, request.to, at)
  return { guards, effects: [appendEvent({ ...event, data }), schedule({ ...timer, id: ids.make('job'), merchant })] }
}

/** What a transaction says of its trade: all of it, in decimal strings. */
const metadataOf = (request: HedgeRequest): Readonly<Record<string, string>> => {
  const { from, to, sold, bought, fee, counterparty, by } = request
  return {
    pair: pairName(from, to),
    from,
    to,
    sold: formatAmount(sold, from),
    bought: formatAmount(bought, to),
    rate: tradeRate(request),
    ...(fee === null ? {} : { fee: formatAmount(fee.amount, fee.currency), feeCurrency: fee.currency }),
    counterparty,
    by,
  }
}

const rowOf = async ({ storage }: Reading, merchant: string, reference: string): Promise<Told | undefined> =>
  (await storage.load(ledgerTransactions, [{ merchant, reference: nameOf(reference) }]))[0]

const SAME = ['from', 'to', 'sold', 'bought', 'fee', 'feeCurrency', 'counterparty'] as const

/** The reference is taken: by this very trade, whoever booked it, or by another one. */
const repeated = (row: Told, request: HedgeRequest): FxHedgeView => {
  const view = viewOf(row)
  const asked = metadataOf(request)
  const differs = SAME.find((field) => asked[field] !== row.metadata?.[field])
  const when = request.executedAt === null || request.executedAt === row.effectiveAt
  if (differs === undefined && when) return view
  const { reference, sold, from, bought, to } = view
  const what = differs === undefined ? `was made at ${view.executedAt}` : `has another \`${differs}\``
  throw new FlorinError(
    'idempotency_mismatch',
    `reference: '${reference}' is booked already, of ${sold} ${from} for ${bought} ${to}, and that one ${what}: give this trade a reference of its own`,
    { details: { path: 'reference', reference } },
  )
}

const viewOf = ({ reference, metadata, effectiveAt, recordedAt }: Told): FxHedgeView => {
  const told = metadata ?? {}
  const text = (field: string): string => told[field] ?? ''
  const { fee: amount, feeCurrency: currency } = told
  return {
    object: 'fx_hedge',
    reference: reference.slice(NAMED.length),
    pair: text('pair'),
    from: text('from'),
    to: text('to'),
    sold: text('sold'),
    bought: text('bought'),
    rate: text('rate'),
    ...(amount === undefined || currency === undefined ? {} : { fee: { amount, currency } }),
    counterparty: text('counterparty'),
    by: text('by'),
    executedAt: new Date(effectiveAt).toISOString(),
    bookedAt: new Date(recordedAt).toISOString(),
  }
}

/** A hedge by its reference. Throws `not_found`. */
export const getHedge = async (context: Reading, merchant: string, reference: string): Promise<FxHedgeView> => {
  const row = await rowOf(context, merchant, reference)
  if (row !== undefined) return viewOf(row)
  throw new FlorinError('not_found', `there is no hedge '${reference.slice(0, 64)}'`)
}

/** A merchant's hedges, by reference. */
export const listHedges = async (
  { storage }: Reading,
  merchant: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<PageView<FxHedgeView>> => {
  const range = { from: NAMED, to: `${NAMED}~` } // no character of a reference sorts above '~'
  const query = { index: 'key', equals: { merchant }, ...range, limit } as const
  const page = await storage.find(ledgerTransactions, { ...query, ...(after === undefined ? {} : { after }) })
  const next = page.next === undefined ? {} : { next: page.next }
  return { object: 'list', data: page.rows.map(viewOf), ...next }
}
