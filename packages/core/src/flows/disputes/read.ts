import { type DisputeRow, type DisputeState, disputes } from '../../disputes/index.ts'
import { toHex } from '../../kernel/index.ts'
import { ledgerTransactions } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Page } from '../../storage/index.ts'
import { events } from '../../storage/index.ts'
import type { Reading } from '../context.ts'
import type { PageView, TimelineEntry } from '../payments/read.ts'
import { effective } from './evidence.ts'
import { actsOf, evidenceOf, loadDispute } from './load.ts'
import { actView, type DisputeDetails, type DisputeView, disputeView, evidenceView } from './view.ts'

/** Which disputes to list. */
export interface DisputeQuery {
  readonly merchant: string
  readonly state: DisputeState | null
  readonly payment: string | null
  readonly limit: number
  readonly after: string | null
}

/** A merchant's disputes, newest first. */
export const listDisputes = async (context: Reading, query: DisputeQuery): Promise<PageView<DisputeView>> => {
  const page = await find(context, query)
  return { object: 'list', data: page.rows.map(disputeView), ...(page.next === undefined ? {} : { next: page.next }) }
}

const find = (
  context: Reading,
  { merchant, state, payment, limit, after }: DisputeQuery,
): Promise<Page<DisputeRow>> => {
  const keyset = { descending: true, limit, ...(after === null ? {} : { after }) }
  if (payment !== null) {
    const equals = { merchant, payment: payment as `pay_${string}` }
    return context.storage.find(disputes, { index: 'payment', equals, ...keyset })
  }
  return state === null
    ? context.storage.find(disputes, { index: 'key', equals: { merchant }, ...keyset })
    : context.storage.find(disputes, { index: 'state', equals: { merchant, state }, ...keyset })
}

/** A dispute with its evidence, its acts and its story. */
export const getDispute = async (context: Reading, merchant: string, id: string): Promise<DisputeDetails> =>
  detailsOf(context, await loadDispute(context, merchant, id))

const MOST_ENTRIES = 1_000

/** The details of a dispute that is at hand. */
export const detailsOf = async (context: Reading, row: DisputeRow): Promise<DisputeDetails> => {
  const [evidence, acts, timeline] = await Promise.all([
    evidenceOf(context, row),
    actsOf(context, row),
    timelineOf(context, row),
  ])
  return {
    ...disputeView(row),
    evidence: effective(evidence).map(evidenceView),
    acts: acts.map(actView),
    timeline,
  }
}

const timelineOf = async (context: Reading, { merchant, id }: DisputeRow): Promise<readonly TimelineEntry[]> => {
  const equals = { merchant, subject: id }
  const [told, booked] = await Promise.all([
    context.storage.find(events, { index: 'key', equals, limit: MOST_ENTRIES }),
    context.storage.find(ledgerTransactions, { index: 'subject', equals, limit: MOST_ENTRIES }),
  ])
  const byDigest = new Map(booked.rows.map((row) => [toHex(row.digest), row]))
  return told.rows.map((event) => ({
    version: event.version,
    at: new Date(event.at).toISOString(),
    type: event.type,
    data: event.data,
    postings: (event.ledger === null ? [] : (byDigest.get(toHex(event.ledger))?.postings ?? [])).map(
      ([debit, credit, amount, currency, phase]) => ({
        debit,
        credit,
        amount: formatAmount(BigInt(amount), currency),
        currency,
        phase,
      }),
    ),
  }))
}
