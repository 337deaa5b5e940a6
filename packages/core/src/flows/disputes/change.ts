import {
  type DisputeRow,
  disputeCostPostings,
  disputeFeePostings,
  disputePostings,
  disputeStateOf,
  disputes,
  ownCostOf,
  positionOf,
} from '../../disputes/index.ts'
import { appendEvent } from '../../events/index.ts'
import { ledgerTransaction } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { PaymentDraft, type PaymentState } from '../../payments/index.ts'
import {
  type Change,
  claim,
  type Effect,
  type Guard,
  type Mutable,
  type Posting,
  replace,
} from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { wakeDuty } from './orphan.ts'

/** One event of a dispute before it has its version, and what it booked. */
interface Told {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly ledger: Uint8Array | null
}

/** A dispute as it is to be, with all that decides how its payment stands. */
export interface DisputeChange {
  readonly state: PaymentState
  /** Every dispute of the payment as stored. */
  readonly all: readonly DisputeRow[]
  /** As stored; null for a new one. */
  readonly before: DisputeRow | null
  /** The registers and the state as they are now; counters, dates and version follow here. */
  readonly after: DisputeRow
  /** What the merchant is charged for it from now on, minor units. */
  readonly fee: bigint
  /** What happened, beside what follows from the difference. */
  readonly events: readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[]
  readonly guards?: readonly Guard[]
  readonly effects?: readonly Effect[]
}

/** A change to commit, and the dispute as it is once that is done. */
export interface DisputeDecision {
  readonly change: Change
  readonly row: DisputeRow
}

/**
 * Makes a change of a dispute durable together with everything that follows from it: what is booked, its events, the counters and the state
 * of its payment. One commit, guarded by the versions of both, so that of two who change a payment's disputes at once one begins anew.
 */
export const disputeChange = (context: FlowContext, wanted: DisputeChange): DisputeDecision => {
  const { state, all, before, fee } = wanted
  const now = context.runtime.clock.now()
  const position = positionOf(wanted.after)
  const moved: DisputeRow = { ...wanted.after, ...position, merchantFee: fee, updatedAt: now }
  const draft = new PaymentDraft(state, now)
  const booked = bookings(before, moved, draft)
  const [first = reported(moved), ...rest] = eventsOf(before, moved, wanted.events)
  // What moved is recorded by an event of the dispute itself: those of fees and costs have transactions of their own.
  const events = [{ ...first, ledger: booked.money }, ...rest, ...booked.events]
  const row = { ...moved, version: (before?.version ?? 0) + events.length }
  const own =
    before === null ? claim(disputes, row) : replace(disputes, keyOf(row), before.version, mutableDispute(row))
  const payment = paymentChange(context, draft, all, before, row)
  const effects = events.map((event, index) =>
    appendEvent({
      ...event,
      merchant: row.merchant,
      subject: row.id,
      version: (before?.version ?? 0) + index + 1,
      id: context.runtime.ids.make('evt'),
      at: now,
    }),
  )
  return {
    row,
    change: {
      guards: [...payment.guards, own, ...booked.guards, ...(wanted.guards ?? [])],
      effects: [...payment.effects, ...effects, ...(wanted.effects ?? [])],
    },
  }
}

const keyOf = ({ merchant, id }: DisputeRow) => ({ merchant, id })

interface Bookings {
  readonly guards: readonly Guard[]
  /** The digest of what moved between owners and gateway. */
  readonly money: Uint8Array | null
  /** Fees and costs have events, and transactions, of their own. */
  readonly events: readonly Told[]
}

const NOWHERE = { taken: 0n, withheld: 0n, lost: 0n }

const bookings = (before: DisputeRow | null, after: DisputeRow, draft: PaymentDraft): Bookings => {
  const { merchant, id: subject, currency } = after
  const { now } = draft
  const guards: Guard[] = []
  const book = (
    what: string,
    postings: readonly Posting[],
    metadata: Readonly<Record<string, string>> | null,
  ): Uint8Array | null => {
    if (postings.length === 0) return null
    const reference = `${subject}/${what}/${before?.version ?? 0}`
    const at = { effectiveAt: now, recordedAt: now }
    const { postings: all, metadata: why } = draft.settled(postings, metadata)
    const made = ledgerTransaction({ merchant, reference, subject, type: what, postings: all, metadata: why, ...at })
    guards.push(...made.guards)
    return made.digest
  }
  const money = book('dispute', disputePostings(after, before ?? NOWHERE, after), null)
  const fee = after.merchantFee - (before?.merchantFee ?? 0n)
  const cost = ownCostOf(after) - (before === null ? 0n : ownCostOf(before))
  const charged = book('dispute_fee', disputeFeePostings(after, fee), { rule: 'disputes.fee' })
  const paid = book('dispute_cost', disputeCostPostings(after, cost), null)
  const event = (type: string, amount: bigint, ledger: Uint8Array | null): readonly Told[] =>
    ledger === null ? [] : [{ type, data: { amount: formatAmount(amount, currency), currency }, ledger }]
  return {
    guards,
    money,
    events: [...event('dispute.fee_charged', fee, charged), ...event('dispute.cost_booked', cost, paid)],
  }
}

/** What a merchant is told, by its state. */
const TYPES: Readonly<Record<DisputeRow['state'], string>> = {
  inquiry: 'dispute.inquiry',
  opened: 'dispute.opened',
  evidence_due: 'dispute.evidence_due',
  evidence_submitted: 'dispute.under_review',
  pre_arbitration: 'dispute.pre_arbitration',
  won: 'dispute.won',
  lost: 'dispute.lost',
  accepted: 'dispute.accepted',
}

const eventsOf = (before: DisputeRow | null, after: DisputeRow, given: DisputeChange['events']): readonly Told[] => {
  const own = given.map((event): Told => ({ ...event, ledger: null }))
  const what = dataOf(after)
  const moved = before?.state === after.state ? [] : [{ type: TYPES[after.state], data: what, ledger: null }]
  const money = { currency: after.currency }
  const taken = after.withheld - (before?.withheld ?? 0n)
  const funds =
    taken === 0n
      ? []
      : [
          {
            type: taken > 0n ? 'dispute.funds_withdrawn' : 'dispute.funds_reinstated',
            data: { ...money, amount: formatAmount(taken > 0n ? taken : -taken, after.currency) },
            ledger: null,
          },
        ]
  return [...moved, ...own, ...funds]
}

const reported = (row: DisputeRow): Told => ({ type: 'dispute.updated', data: dataOf(row), ledger: null })

/** A dispute's part of an event's data. Amounts are decimal strings; nothing of it is personal. */
const dataOf = (row: DisputeRow): Readonly<Record<string, unknown>> => ({
  payment: row.payment,
  gateway: row.gateway,
  account: row.account,
  stage: row.stage,
  state: row.state,
  amount: formatAmount(row.amount, row.currency),
  currency: row.currency,
  reason: row.reason.code,
  ...(row.evidenceDueAt === null ? {} : { evidenceDueAt: new Date(row.evidenceDueAt).toISOString() }),
})

const paymentChange = (
  context: FlowContext,
  draft: PaymentDraft,
  all: readonly DisputeRow[],
  before: DisputeRow | null,
  after: DisputeRow,
): Change => {
  const { payment } = draft
  const by = after.owners.length === 0 ? 0n : after.taken - (before?.taken ?? 0n)
  const others = all.filter((one) => one.id !== after.id)
  draft.setPayment({ disputed: payment.disputed + by, disputeState: disputeStateOf([...others, after]) })
  if (after.foreign && before === null && payment.needsReview === null) {
    draft.setPayment({ needsReview: 'currency_mismatch' })
    draft.event('payment.needs_review', { dispute: after.id, reason: 'currency_mismatch', told: after.currency })
  }
  wakeDuty(context, draft, others, after)
  draft.event('payment.disputed', {
    dispute: after.id,
    state: after.state,
    disputed: formatAmount(draft.payment.disputed, payment.currency),
    refunded: formatAmount(payment.refunded, payment.currency),
    currency: payment.currency,
  })
  return changeOf(context, draft.finish())
}

/** All columns of a dispute that a replacement writes. */
const mutableDispute = (row: DisputeRow): Mutable<typeof disputes> => ({
  state: row.state,
  stage: row.stage,
  report: row.report,
  reportStage: row.reportStage,
  amount: row.amount,
  reason: row.reason,
  network: row.network,
  evidenceDueAt: row.evidenceDueAt,
  withdrawn: row.withdrawn,
  reinstated: row.reinstated,
  told: row.told,
  foreign: row.foreign,
  taken: row.taken,
  withheld: row.withheld,
  lost: row.lost,
  gatewayFee: row.gatewayFee,
  merchantFee: row.merchantFee,
  act: row.act,
  updatedAt: row.updatedAt,
  version: row.version,
})
