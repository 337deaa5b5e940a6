import type { GatewayFact } from '../../gateways/index.ts'
import { randomBelow, sleep } from '../../kernel/index.ts'
import {
  type AttemptRow,
  type AttemptSpec,
  attemptOf,
  isOpen,
  isOrphanRefund,
  isStray,
  learnId,
  type News,
  newestAttempt,
  openHold,
  PaymentDraft,
  type PaymentState,
  shareExternal,
  standingOf,
} from '../../payments/index.ts'
import { FRESH, newRefund, type RefundRow } from '../../refunds/index.ts'
import { withBooks } from '../attempts/books.ts'
import { decisionMaker } from '../attempts/maker.ts'
import { newAttempt } from '../attempts/new-attempt.ts'
import { sealNothing } from '../attempts/prepared.ts'
import { decide } from '../attempts/record.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'

const TRIES = 64 // as for an answer: it is money
const WAIT_MS = 20

/** The attempt that a report turned out to be about. */
export interface Known {
  readonly state: PaymentState
  readonly attempt: string
}

/**
 * Books what somebody did to a charge of ours without asking us (FAILURES 2.20): an attempt of origin `external`, in one commit with what
 * follows from it. False where it has to wait; the attempt where it is known by now. Two deliveries at once compare and set the same
 * payment, so one of them finds the other's.
 */
export const bookExternal = async (
  context: FlowContext,
  start: PaymentState,
  chargeId: string,
  fact: GatewayFact,
  news: News,
): Promise<boolean | Known> => {
  const { merchant, id } = start.payment
  await context.sealer.ready(merchant)
  await context.fees.ready(merchant)
  let state = start
  for (let tries = 0; tries < TRIES; tries++) {
    const charge = attemptOf(state, chargeId)
    const standing = standingOf(state, { kind: fact.of, charge, gatewayId: fact.gatewayId, amount: toldOf(fact) })
    if (standing.is === 'known') return { state, attempt: standing.attempt }
    if (standing.is === 'wait') return false
    // What is only asked for, or was refused, moved nothing.
    if (news.effect !== 'applied' && news.effect !== 'undone') return true
    const act = actOf(state, charge, fact)
    if (act === 'unclear') return false
    if (act === 'nothing') return true
    const draft = await draftExternal(context, state, { charge, fact, news, ...act })
    const { guards, effects } = changeOf(context, draft.finish())
    if ((await context.committer.commit({ guards, effects }, { lane: 'outcome', merchant })).committed) return true
    if (tries > 2) await sleep(context.runtime.scheduler, randomBelow(context.runtime.random, WAIT_MS * tries))
    state = await loadState(context, merchant, id)
  }
  return false
}

/** One act, as it is to be booked. */
interface Act {
  readonly kind: AttemptSpec['kind']
  readonly amount: bigint
}

interface Reported extends Act {
  readonly charge: AttemptRow
  readonly fact: GatewayFact
  readonly news: Extract<News, { effect: 'applied' | 'undone' }>
}

const toldOf = ({ answer, amount }: GatewayFact): bigint | null =>
  answer.effect === 'applied' ? (answer.amount ?? amount) : amount

/** What there is to book: nothing where the act changed nothing that counts, and nothing yet where the report does not tell how much. */
const actOf = (state: PaymentState, charge: AttemptRow, fact: GatewayFact): Act | 'nothing' | 'unclear' => {
  const { of } = fact
  const counts = charge.id === state.winner
  const told = toldOf(fact)
  switch (of) {
    case 'cancel': {
      const open = counts && openHold(state.payment) > 0n ? openHold(state.payment) : 0n
      const amount = told ?? open
      return counts || isOpen(charge) || charge.state === 'abandoned' ? { kind: of, amount } : 'nothing'
    }
    case 'increment': {
      if (told === null) return 'unclear'
      const by = told - state.payment.authorized // a report tells the new total
      return counts && by > 0n ? { kind: of, amount: by } : 'nothing'
    }
    case 'capture':
      if (charge.kind === 'sale') return 'nothing' // its money was taken with it
      return told === null ? 'unclear' : { kind: of, amount: told }
    case 'refund':
      return told === null ? 'unclear' : { kind: of, amount: told }
    default:
      return 'nothing' // a charge is no act on a charge
  }
}

const draftExternal = async (context: FlowContext, start: PaymentState, reported: Reported): Promise<PaymentDraft> => {
  const { charge, fact, news } = reported
  const { state, ...books } = await withBooks(context, start)
  const maker = decisionMaker(context, charge.merchant, books)
  const draft = new PaymentDraft(state, maker.context.now)
  const attempt = externalAttempt(context, state, reported, maker.context.now)
  draft.addAttempt(attempt)
  draft.remember(attempt, fact.gatewayId)
  const { parentGatewayId } = fact // what is taken back later is named by it
  if (parentGatewayId !== null && charge.gatewayId === null) learnId(draft, charge, parentGatewayId)
  if (!isStray(draft.state, attempt)) shareExternal(draft, attempt)
  const refunds = attempt.kind === 'refund' && !isOrphanRefund(draft.state, attempt) ? [refundOf(context, attempt)] : []
  decide(draft, attempt.id, news, refunds, maker.context)
  return draft
}

/** Counts as unknown for the one decision that settles it; it is never sent, so it has no request. */
const externalAttempt = (
  context: FlowContext,
  state: PaymentState,
  { charge, fact, kind, amount }: Reported,
  now: number,
): AttemptRow => {
  const { merchant, payment, gateway, account, currency } = charge
  const id = context.runtime.ids.make('att', newestAttempt(state))
  return newAttempt(now, 0, {
    merchant,
    payment,
    id,
    kind,
    origin: 'external',
    gateway,
    account,
    amount,
    currency,
    parent: charge.id,
    final: false, // whether the rest is given back is reported by itself
    state: 'unknown',
    gatewayId: fact.gatewayId,
    queue: null,
    due: null,
    factAt: fact.occurredAt,
    request: sealNothing(context, merchant, id),
  })
}

const refundOf = (context: FlowContext, attempt: AttemptRow): RefundRow => {
  const { merchant, payment, amount, currency, createdAt } = attempt
  const what = { merchant, payment, id: context.runtime.ids.make('ref'), attempt: attempt.id, amount, currency }
  return newRefund(createdAt, { ...what, state: 'processing', version: FRESH })
}
