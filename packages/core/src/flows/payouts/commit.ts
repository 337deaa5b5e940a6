import { appendEvent } from '../../events/index.ts'
import { schedule } from '../../jobs/index.ts'
import { FlorinError, isId, randomBelow, sleep } from '../../kernel/index.ts'
import { ledgerTransaction } from '../../ledger/index.ts'
import { followRefund, PaymentDraft } from '../../payments/index.ts'
import { type PayoutDecision, type PayoutRow, payouts } from '../../payouts/index.ts'
import type { Change, Posting } from '../../records/index.ts'
import { freeReserved, refundByPayout, settleReserved } from '../../refunds/index.ts'
import { withBooks } from '../attempts/books.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState, refundsOf } from '../payments/load.ts'
import { bookingThroughSale } from './through-sale.ts'

/** The queue of the jobs that send payouts and ask what became of them. */
export const PAYOUT_QUEUE = 'payout'

/** How a booking is put into the ledger: what is booked, and what its transaction says. */
export interface PayoutBooking {
  readonly postings: readonly Posting[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The change that makes a payout's decision durable, without what it means to a refund. `booked`: in place of the booking as decided. */
export const payoutChange = (
  context: FlowContext,
  decision: PayoutDecision,
  booked: PayoutBooking = plainBooking(decision),
): Change => {
  const { row, event, booking } = decision
  const { merchant, id: subject, version, updatedAt: at } = row
  const made =
    booked.postings.length === 0
      ? { guards: [], digest: null }
      : ledgerTransaction({
          ...{ merchant, reference: `${subject}/${version}`, subject, type: booking.type, ...booked },
          ...{ effectiveAt: at, recordedAt: at },
        })
  const told = { merchant, subject, version, id: context.runtime.ids.make('evt'), type: event.type, at }
  return {
    guards: [...decision.guards, ...made.guards],
    effects: [appendEvent({ ...told, data: event.data, ledger: made.digest })],
  }
}

/** As it was decided, in the payout's own currency. */
export const plainBooking = ({ row, booking }: PayoutDecision): PayoutBooking => ({
  postings: booking.postings,
  metadata: { purpose: row.purpose },
})

/** The timer that works on a payout; one a payout, whoever sets it. */
export const payoutJob = (context: FlowContext, { merchant, id, updatedAt }: PayoutRow) =>
  schedule({
    id: context.runtime.ids.make('job'),
    queue: PAYOUT_QUEUE,
    key: id,
    merchant,
    payload: { payout: id },
    due: updatedAt,
  })

/** Both of a change; what each guards must hold. */
export const together = (...changes: readonly Change[]): Change => ({
  guards: changes.flatMap((one) => one.guards),
  effects: changes.flatMap((one) => one.effects),
})

/** The payout, or undefined where this merchant has none of this id. */
export const findPayout = async (
  context: FlowContext,
  merchant: string,
  id: string,
): Promise<PayoutRow | undefined> => {
  const [row] = isId('pot', id) ? await context.storage.load(payouts, [{ merchant, id }]) : []
  return row
}

/** The payout; refuses an id that this merchant does not have. */
export const loadPayout = async (context: FlowContext, merchant: string, id: string): Promise<PayoutRow> => {
  const row = await findPayout(context, merchant, id)
  if (row !== undefined) return row
  throw new FlorinError('not_found', `there is no payout '${id.slice(0, 64)}'`, {
    details: { payout: id.slice(0, 64) },
  })
}

/** The whole change, with what it means to the refund that it carries: in one commit, so that the buyer never gets the money twice. */
const changeWithRefund = async (context: FlowContext, decision: PayoutDecision): Promise<Change> => {
  const { row, refund: what } = decision
  if (what === null || row.payment === null) return payoutChange(context, decision)
  const state = await loadState(context, row.merchant, row.payment)
  const refund = (await refundsOf(context, state)).find((one) => one.payout === row.id)
  if (refund === undefined) throw new FlorinError('internal', `payout ${row.id} has no refund at ${row.payment}`)
  const { feeReturn } = await withBooks(context, state)
  const draft = new PaymentDraft(state, row.updatedAt)
  if (what === 'settle') settleReserved(draft, refund)
  else freeReserved(draft, refund, row.code ?? row.state)
  followRefund(draft, refundByPayout(draft, refund), feeReturn, draft.payment.version)
  const own = payoutChange(context, decision, bookingThroughSale(draft, decision))
  return together(own, changeOf(context, draft.finish()))
}

const TRIES = 16
const WAIT_MS = 10

/** Commits one decision, with what goes along; false where somebody else has changed the payout, or its payment, meanwhile. */
export const commitPayout = async (
  context: FlowContext,
  decision: PayoutDecision,
  lane: 'outcome' | 'recovery' | 'intent' = 'recovery',
  along: readonly Change[] = [],
): Promise<boolean> => {
  const { merchant } = decision.row
  await context.sealer.ready(merchant)
  const change = together(await changeWithRefund(context, decision), ...along)
  const timed =
    decision.event.type === 'payout.approved' && decision.row.form === 'api'
      ? { ...change, effects: [...change.effects, payoutJob(context, decision.row)] }
      : change
  return (await context.committer.commit(timed, { lane, merchant })).committed
}

/**
 * Decides about a payout and commits it, anew after every lost race. `decide` is pure; null: nothing is to be done. Gives the row as it
 * stands then.
 */
export const changePayout = async (
  context: FlowContext,
  merchant: string,
  id: string,
  decide: (row: PayoutRow, now: number) => PayoutDecision | null,
  lane: 'outcome' | 'recovery' = 'recovery',
): Promise<PayoutRow> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await loadPayout(context, merchant, id)
    await context.sealer.ready(merchant)
    const decision = decide(row, context.runtime.clock.now())
    if (decision === null) return row
    if (await commitPayout(context, decision, lane)) return decision.row
    await sleep(context.runtime.scheduler, randomBelow(context.runtime.random, WAIT_MS * (tries + 1)))
  }
  throw new FlorinError('conflict', `payout ${id} is being changed by others all the time: nothing happened, try again`)
}
