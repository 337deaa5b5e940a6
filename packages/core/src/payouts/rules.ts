import { FlorinError, type Machine, step } from '../kernel/index.ts'
import { formatAmount } from '../money/index.ts'
import { claim, type Guard, type Mutable, type Posting, replace } from '../records/index.ts'
import { PAYOUT, type PayoutEvent, type PayoutState } from './machine.ts'
import { ownerOf, type PayoutEventDraft } from './model.ts'
import { failedPostings, orderPostings, paidPostings, returnedPostings } from './postings.ts'
import { type PayoutRow, payouts } from './records.ts'

const TABLE: Machine<PayoutState, PayoutEvent> = PAYOUT

/** What was decided about one payout: its row after it, what makes it durable, what is booked for it, and its one event. */
export interface PayoutDecision {
  readonly row: PayoutRow
  readonly guards: readonly Guard[]
  /** By which name, and what; no postings: nothing moves. The event records it. */
  readonly booking: { readonly type: string; readonly postings: readonly Posting[] }
  readonly event: PayoutEventDraft
  /** What it means to the refund that it carries: `settle`, the buyer has the money; `free`, the buyer has not. */
  readonly refund: 'settle' | 'free' | null
}

type PayoutSet = Partial<Pick<PayoutRow, 'file' | 'railId' | 'code' | 'note' | 'sentAt'>>

const TOLD: Readonly<Record<PayoutEvent, string>> = {
  approve: 'payout.approved',
  cancel: 'payout.canceled',
  submit: 'payout.submitted',
  unsent: 'payout.not_sent',
  lost: 'payout.unknown',
  accept: 'payout.processing',
  reject: 'payout.failed',
  pay: 'payout.paid',
  return: 'payout.returned',
}

/** Orders a payout: the money is set aside with the row that asks for it. `approved`: nobody has to approve it. */
export const orderPayout = (fresh: PayoutRow, approved: boolean): PayoutDecision => {
  const state = approved ? step(TABLE, fresh.state, 'approve') : fresh.state
  const row: PayoutRow = { ...fresh, state, waiting: waitingIn(fresh, state) }
  return {
    row,
    guards: [claim(payouts, row)],
    booking: { type: 'payout_ordered', postings: orderPostings(row) },
    event: { type: 'payout.created', data: { ...payoutData(row), approved } },
    refund: null,
  }
}

/** Moves a payout by its machine, books what that means for its money, and writes what came along. */
export const movePayout = (
  before: PayoutRow,
  event: PayoutEvent,
  now: number,
  set: PayoutSet = {},
  more: Readonly<Record<string, unknown>> = {},
): PayoutDecision => {
  const state = step(TABLE, before.state, event)
  const needsReview = before.needsReview && state === 'unknown'
  const row: PayoutRow = {
    ...before,
    ...set,
    state,
    waiting: waitingIn(before, state),
    needsReview,
    reviewFor: needsReview ? before.merchant : null,
    updatedAt: now,
    version: before.version + 1,
  }
  const code = row.code === null ? {} : { code: row.code }
  return {
    row,
    guards: [swap(before, row)],
    booking: { type: `payout_${state}`, postings: postingsOf(before, event) },
    event: { type: TOLD[event], data: { ...payoutData(row), ...code, ...more } },
    refund: refundOf(before, state),
  }
}

/** Asks for a person, once, where nobody else can tell what became of a payout. `why`: the event that says so, and what it says besides. */
export const reviewPayout = (
  before: PayoutRow,
  now: number,
  why: PayoutEventDraft = { type: 'payout.review_needed', data: {} },
): PayoutDecision => {
  const row: PayoutRow = {
    ...before,
    ...{ needsReview: true, reviewFor: before.merchant, updatedAt: now, version: before.version + 1 },
  }
  const event = { type: why.type, data: { ...payoutData(row), ...why.data } }
  return { row, guards: [swap(before, row)], booking: NOTHING, event, refund: null }
}

/** Whoever collects for a file finds only what may be sent, and is in none. */
const waitingIn = ({ form, rail }: PayoutRow, state: PayoutState): string | null =>
  state === 'approved' && form === 'file' ? rail : null

const NOTHING: PayoutDecision['booking'] = { type: 'payout', postings: [] }

const postingsOf = (before: PayoutRow, event: PayoutEvent): readonly Posting[] => {
  if (event === 'pay') return paidPostings(before, before.state)
  if (event === 'return') return returnedPostings(before, before.state)
  return event === 'reject' || event === 'cancel' ? failedPostings(before) : []
}

const GONE: ReadonlySet<PayoutState> = new Set(['failed', 'canceled', 'returned'])

const refundOf = (before: PayoutRow, state: PayoutState): PayoutDecision['refund'] => {
  if (before.purpose !== 'refund') return null
  if (state === 'paid') return 'settle'
  return GONE.has(state) && !GONE.has(before.state) ? 'free' : null
}

const swap = (before: PayoutRow, row: PayoutRow): Guard => {
  const { merchant, id } = before
  return replace(payouts, { merchant, id }, before.version, mutablePayout(row))
}

const mutablePayout = (row: PayoutRow): Mutable<typeof payouts> => ({
  state: row.state,
  waiting: row.waiting,
  file: row.file,
  railId: row.railId,
  code: row.code,
  note: row.note,
  sentAt: row.sentAt,
  needsReview: row.needsReview,
  reviewFor: row.reviewFor,
  updatedAt: row.updatedAt,
  version: row.version,
})

const payoutData = (row: PayoutRow): Readonly<Record<string, unknown>> => ({
  amount: formatAmount(row.amount, row.currency),
  currency: row.currency,
  destination: row.destination,
  rail: row.rail,
  ...(ownerOf(row) === null ? {} : { owner: row.owner }),
  ...(row.payment === null ? {} : { payment: row.payment }),
  ...(row.file === null ? {} : { file: row.file }),
})

/** Throws a refusal that names the payout and its state. */
export const refusePayout = (row: PayoutRow, why: string): never => {
  throw new FlorinError('invalid_state', `payout ${row.id} is ${row.state}: ${why}`, {
    details: { payout: row.id, state: row.state },
  })
}
