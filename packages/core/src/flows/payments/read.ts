import { FlorinError, isId, toHex } from '../../kernel/index.ts'
import { ledgerTransactions } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { checkouts, type PaymentRow, payments } from '../../payments/index.ts'
import type { Page } from '../../storage/index.ts'
import { events } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { wordsOf } from '../refunds/words.ts'
import { type AttemptView, attemptView } from './attempt-view.ts'
import { loadState, refundsOf, stateOf, viewOf } from './load.ts'
import { settledState } from './operate.ts'
import type { PaymentView } from './view.ts'

/** One page of a list; give `next` as `after` for the following one. */
export interface PageView<T> {
  readonly object: 'list'
  readonly data: readonly T[]
  readonly next?: string
}

/** One posting of a timeline entry; `amount` is a decimal string. */
export interface PostingView {
  readonly debit: string
  readonly credit: string
  readonly amount: string
  readonly currency: string
  readonly phase: string
}

/** One thing that happened to a payment, with what it booked. */
export interface TimelineEntry {
  readonly version: number
  readonly at: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly postings: readonly PostingView[]
}

/** The whole story of a payment, oldest first. */
export interface TimelineView {
  readonly object: 'timeline'
  readonly payment: string
  readonly entries: readonly TimelineEntry[]
  /** Every command at a gateway, oldest first, with the reasons for where it went. */
  readonly attempts: readonly AttemptView[]
}

/**
 * A payment by its id, or by the id of its checkout. A read asks nobody, so that it is fast; with `refresh` what is not known is asked for
 * first, for as long as a caller may wait (FAILURES 2.17).
 */
export const getPayment = async (
  context: FlowContext,
  merchant: string,
  id: string,
  refresh: boolean,
): Promise<PaymentView> => {
  const state = await loadState(context, merchant, await paymentIdOf(context, merchant, id))
  return viewOf(context, refresh ? await settledState(context, state) : state)
}

/** The payment of a checkout; any other id is the payment's own. */
export const paymentIdOf = async (context: FlowContext, merchant: string, id: string): Promise<string> => {
  if (!isId('chk', id)) return id
  const [checkout] = await context.storage.load(checkouts, [{ merchant, id }])
  if (checkout !== undefined) return checkout.payment
  throw new FlorinError('not_found', `there is no checkout '${id}'`, { details: { checkout: id } })
}

/** Which payments to list. */
export interface ListRequest {
  readonly merchant: string
  readonly limit: number
  readonly after: string | null
  readonly reference: string | null
}

/** A merchant's payments, newest first. */
export const listPayments = async (context: FlowContext, request: ListRequest): Promise<PageView<PaymentView>> => {
  const { merchant, limit, after, reference } = request
  const keyset = { descending: true, limit, ...(after === null ? {} : { after }) }
  const page: Page<PaymentRow> =
    reference === null
      ? await context.storage.find(payments, { index: 'key', equals: { merchant }, ...keyset })
      : await context.storage.find(payments, { index: 'reference', equals: { merchant, reference }, ...keyset })
  const data = await Promise.all(page.rows.map(async (row) => viewOf(context, await stateOf(context, row))))
  return { object: 'list', data, ...(page.next === undefined ? {} : { next: page.next }) }
}

const MOST_ENTRIES = 1_000 // a payment with more has a machine at work on it, and `needsReview` long since

/** What happened to a payment, in order, with the postings that each step made, and what people said who decided about refunds. */
export const timelineOf = async (context: FlowContext, merchant: string, given: string): Promise<TimelineView> => {
  const id = await paymentIdOf(context, merchant, given)
  const state = await loadState(context, merchant, id)
  const { payment, attempts } = state
  const words = await wordsOf(context, await refundsOf(context, state))
  const equals = { merchant, subject: payment.id }
  const [told, booked] = await Promise.all([
    context.storage.find(events, { index: 'key', equals, limit: MOST_ENTRIES }),
    context.storage.find(ledgerTransactions, { index: 'subject', equals, limit: MOST_ENTRIES }),
  ])
  const byDigest = new Map(booked.rows.map((row) => [toHex(row.digest), row]))
  const entries = told.rows.map((event): TimelineEntry => {
    const transaction = event.ledger === null ? undefined : byDigest.get(toHex(event.ledger))
    return {
      version: event.version,
      at: new Date(event.at).toISOString(),
      type: event.type,
      data: { ...event.data, ...words(event) },
      postings: (transaction?.postings ?? []).map(([debit, credit, amount, currency, phase]) => ({
        debit,
        credit,
        amount: formatAmount(BigInt(amount), currency),
        currency,
        phase,
      })),
    }
  })
  return { object: 'timeline', payment: payment.id, entries, attempts: attempts.map(attemptView) }
}
