import { digest, FlorinError, sameBytes } from '../../kernel/index.ts'
import { availableOf, balanceOf, type Owner } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { type NamedPart, PaymentDraft } from '../../payments/index.ts'
import {
  orderPayout,
  ownerOf,
  ownerText,
  type PayoutDecision,
  type PayoutPurpose,
  type PayoutRow,
  payouts,
} from '../../payouts/index.ts'
import type { PayoutInstruction } from '../../rails/index.ts'
import type { Change } from '../../records/index.ts'
import { reserveRefund } from '../../refunds/index.ts'
import { type AccountRow, accounts } from '../../storage/index.ts'
import { type FlowContext, intentOf } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'
import { payoutChange, payoutJob, plainBooking, together } from './commit.ts'
import { openDestination } from './destinations.ts'
import { sealOrder } from './order.ts'
import { chooseRail } from './rail.ts'
import { bookingThroughSale, type SaleBooking } from './through-sale.ts'
import { type PayoutView, payoutView } from './view.ts'

/** A payout as it is asked for. */
export interface PayoutRequest {
  readonly merchant: string
  /** The caller's own: the same with the same content is the same payout. */
  readonly reference: string
  readonly owner: Owner
  /** Minor units. */
  readonly amount: bigint
  readonly currency: string
  readonly destination: string
  /** What the beneficiary reads; the reference, where null. */
  readonly text: string | null
  /** The day on which it is wanted, `YYYY-MM-DD`. */
  readonly executeOn: string | null
  readonly rail: string | null
  readonly purpose: PayoutPurpose
  /** Of a refund to another method. */
  readonly payment: string | null
  /** Of a checkout's: whose orders. */
  readonly orders: readonly NamedPart[] | null
}

const TRIES = 16

/**
 * Orders a payout: in one commit its money is set aside, out of what is available to its owner, and the very request is stored that a job
 * then sends. Of two calls with one reference one orders it, and both show it. Throws `reference_taken` for another content under this
 * reference, `amount_too_large` above what is available, and what the rail refuses.
 */
export const createPayout = async (context: FlowContext, request: PayoutRequest): Promise<PayoutView> => {
  await context.sealer.ready(request.merchant)
  const content = digestOf(request)
  for (let tries = 0; tries < TRIES; tries++) {
    const first = await byReference(context, request)
    if (first !== undefined) return replayed(first, content)
    const made = await make(context, request, content)
    const outcome = await context.committer.commit(made.change, intentOf(context, request.merchant))
    if (outcome.committed) return payoutView(made.row)
    if (outcome.conflict === 'floor') throw await tooLarge(context, request, made.takes)
  }
  throw new FlorinError(
    'conflict',
    `payout '${request.reference}': others change the same payment all the time: nothing happened, try again`,
  )
}

const digestOf = (request: PayoutRequest): Uint8Array => {
  const { owner, amount, currency, destination, text, executeOn, rail, purpose, payment, orders } = request
  const named = orders?.map((one) => [one.id, one.amount.toString()]) ?? null
  const content = [owner, amount.toString(), currency, destination, text, executeOn, rail, purpose, payment, named]
  return digest('florin.payout.v1', content)
}

const byReference = async (
  context: FlowContext,
  { merchant, reference }: PayoutRequest,
): Promise<PayoutRow | undefined> => {
  const page = await context.storage.find(payouts, { index: 'reference', equals: { merchant, reference }, limit: 1 })
  return page.rows[0]
}

const replayed = (row: PayoutRow, content: Uint8Array): PayoutView => {
  if (sameBytes(row.digest, content)) return payoutView(row)
  throw new FlorinError(
    'reference_taken',
    `reference '${row.reference}' is payout ${row.id}, of ${formatAmount(row.amount, row.currency)} ${row.currency} and with other content: use a new reference for a new payout`,
    { details: { payout: row.id } },
  )
}

const make = async (
  context: FlowContext,
  request: PayoutRequest,
  content: Uint8Array,
): Promise<{ readonly row: PayoutRow; readonly change: Change; readonly takes: SaleBooking['takes'] }> => {
  const { merchant, owner, amount, currency, purpose } = request
  const [railName, rail] = chooseRail(context, request.rail, currency)
  const { row: destination, beneficiary } = await openDestination(context, merchant, owner, request.destination)
  const id = context.runtime.ids.make('pot')
  const { executeOn } = request
  const text = request.text ?? request.reference
  const instruction: PayoutInstruction = { payout: id, amount, currency, beneficiary, text, executeOn }
  rail.check(instruction)
  const prepared = rail.kind === 'api' ? rail.request({ kind: 'pay', instruction }) : null
  const now = context.runtime.clock.now()
  const fresh: PayoutRow = {
    ...{ merchant, id, reference: request.reference, digest: content, owner: ownerText(owner), amount, currency },
    ...{ destination: destination.id, summary: destination.summary, purpose, payment: null },
    ...{ rail: railName, bank: rail.bank, order: sealOrder(context, merchant, instruction, prepared) },
    ...{ form: rail.kind, createdAt: now, state: 'created', waiting: null, file: null, railId: null },
    ...{ code: null, note: null, sentAt: null, needsReview: false, reviewFor: null, updatedAt: now, version: 1 },
  }
  const from = context.approvePayoutsFrom?.(currency) ?? null
  const approved = from === null || amount < from
  const draft = await refundDraft(context, request, fresh)
  const decision = orderPayout({ ...fresh, payment: draft?.payment.id ?? null }, approved)
  const plain = { ...plainBooking(decision), takes: { amount, currency } }
  const booked = draft === null ? plain : bookingThroughSale(draft, decision)
  const own = payoutChange(context, decision, booked)
  const change = draft === null ? own : together(own, changeOf(context, draft.finish()))
  const send = approved && rail.kind === 'api'
  return { row: decision.row, change: withJob(context, decision, send, change), takes: booked.takes }
}

const withJob = (context: FlowContext, { row }: PayoutDecision, send: boolean, change: Change): Change =>
  send ? { ...change, effects: [...change.effects, payoutJob(context, row)] } : change

/** A refund to another method takes its amount out of what the payment may still give back, in the same commit. */
const refundDraft = async (
  context: FlowContext,
  request: PayoutRequest,
  fresh: PayoutRow,
): Promise<PaymentDraft | null> => {
  if (request.payment === null) return null
  const { merchant, amount, currency, orders } = request
  const state = await loadState(context, merchant, request.payment)
  if (state.payment.currency !== currency) {
    throw new FlorinError(
      'invalid_request',
      `currency: payment ${state.payment.id} was taken in ${state.payment.currency}, and so is its refund, not in ${currency}`,
      { details: { path: 'currency' } },
    )
  }
  const draft = new PaymentDraft(state, fresh.updatedAt)
  const id = context.runtime.ids.make('ref')
  const refund = reserveRefund(draft, { id, payout: fresh.id, amount, orders, reason: null })
  const sellers = new Set<string | null>(
    refund.parts === null
      ? [null]
      : refund.parts.map(([allocation]) => state.allocations.find((one) => one.id === allocation)?.seller ?? null),
  )
  const owner = ownerOf(fresh)
  if (sellers.size !== 1 || !sellers.has(owner)) {
    const whose = [...sellers].map((one) => one ?? 'the merchant').join(', ')
    throw new FlorinError(
      'invalid_request',
      `owner: this refund is of money of ${whose}, and the payout takes it from ${owner ?? 'the merchant'}: name the \`orders\` of one seller, and that seller as \`owner\``,
      { details: { path: 'owner' } },
    )
  }
  return draft
}

const tooLarge = async (
  context: FlowContext,
  { merchant, owner }: PayoutRequest,
  { amount, currency }: SaleBooking['takes'],
): Promise<FlorinError> => {
  const key = { merchant, account: availableOf(owner, currency).account }
  const [account] = (await context.storage.load(accounts, [key])) as readonly (AccountRow | undefined)[]
  const left = account === undefined ? 0n : balanceOf(account).available
  return new FlorinError(
    'amount_too_large',
    `${owner ?? merchant} has ${formatAmount(left, currency)} ${currency} available: ${formatAmount(amount, currency)} is more; pay out at most what is available`,
    { details: { available: formatAmount(left, currency), currency } },
  )
}
