import { FlorinError, randomBelow, sleep } from '../../kernel/index.ts'
import {
  type AttemptRow,
  answerAttempt,
  answerOrphanRefund,
  answerStray,
  attemptOf,
  attempts,
  type DecideContext,
  type Decision,
  factAtAfter,
  followCapture,
  followedAttempt,
  followRefund,
  isDefinitive,
  isExternal,
  isOpen,
  isOrphanRefund,
  isRefused,
  isStray,
  mutableAttempt,
  type News,
  PaymentDraft,
  type PaymentState,
  type Teller,
  weigh,
} from '../../payments/index.ts'
import { type Guard, replace } from '../../records/index.ts'
import { answerRefund, type RefundRow, undoRefund } from '../../refunds/index.ts'
import { isShed } from '../../resilience/index.ts'
import type { FlowContext } from '../context.ts'
import { freezeKey, type KeyRow, openKeyRow, releaseKey } from '../idempotency/keyed.ts'
import { changeOf } from '../payments/change.ts'
import type { PaymentDetails } from '../payments/details.ts'
import { loadState, openDetails, refundsOf, viewOf } from '../payments/load.ts'
import { readyToPark } from '../payments/parking.ts'
import type { PaymentView } from '../payments/view.ts'
import { withBooks } from './books.ts'
import { readyToFailOver } from './fail-over.ts'
import { decisionMaker } from './maker.ts'
import type { Prepared } from './prepared.ts'

/** A key row that the caller claimed itself, or undefined to have it looked up. */
export interface Recording {
  readonly key: KeyRow | undefined
  /** The payment's details, where they are open already. */
  readonly details: PaymentDetails | undefined
  /** What the attempt is, where it is at hand in clear. */
  readonly prepared?: Prepared | undefined
  /** Nothing is recorded unless the charge goes on elsewhere: for one whose call is still on its way. */
  readonly unlessItStays?: boolean
  /** Who says so; the gateway's answer to a call if absent. */
  readonly teller?: Teller
}

/** The state after an answer was recorded, and the attempt that follows from it at once. */
export interface Recorded {
  readonly state: PaymentState
  readonly following: { readonly attempt: string; readonly prepared: Prepared } | null
  readonly key: KeyRow | undefined
  /** The host's view of the state, where it was made to be frozen. */
  readonly view: PaymentView | undefined
}

const TRIES = 64 // an outcome is money: it gives way to other writers, many times if need be, and is never dropped early
const WAIT_MS = 20

/**
 * Makes an answer durable: state change, ledger postings, events and the frozen result in one commit (FAILURES 2.2). Of several who
 * learn the same thing (response, webhook, recovery) the first writes, and the others find nothing left to do.
 */
export const recordAnswer = async (
  context: FlowContext,
  start: PaymentState,
  attemptId: string,
  news: News,
  recording: Recording,
): Promise<Recorded> => {
  let state = start
  const { merchant, id } = state.payment
  const teller: Teller = recording.teller ?? { by: 'call' }
  await context.sealer.ready(merchant)
  await context.fees.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const attempt = attemptOf(state, attemptId)
    const unchanged = { state, following: null, key: recording.key, view: undefined }
    const weight = bookedElsewhere(state, attempt, news) ? 'nothing' : weigh(attempt, news, teller)
    if (weight === 'nothing' || (weight === 'dates' && (await dateFact(context, attempt, teller)))) {
      return unchanged
    }
    const refunds = await refundsOf(context, state)
    if (weight === 'dates' || isStale(state, refunds)) {
      state = await loadState(context, merchant, id)
      continue
    }
    // What is open is answered from the attempts alone; whatever else is told changes what is in the books already.
    const open = isOpen(attempt)
    // A refund may give back a part of its capture's fee, which only the ledger knows.
    const books = open && !settlesRefund(attempt, news) ? undefined : await withBooks(context, state)
    const failOver = await readyToFailOver(context, state, attempt, news, recording)
    const park = await readyToPark(context, attempt, news, recording.prepared)
    const maker = decisionMaker(context, merchant, books, { failOver, park })
    const draft = new PaymentDraft(open ? state : (books?.state ?? state), maker.context.now)
    if (SETTLES.has(news.effect)) draft.touch(attemptId, { factAt: factAtAfter(attempt, teller) })
    decide(draft, attempt.id, news, refunds, maker.context)
    if (recording.unlessItStays === true && maker.only() === null) return unchanged
    const decision = draft.finish()
    const known = tries === 0 ? recording : { ...recording, key: undefined }
    const sealing =
      attempt.origination === null || maker.prepared.size > 0 // what follows at once is still this very call
        ? undefined
        : await keyGuard(context, decision, attempt, attempt.origination, { ...known, refunds, news })
    const change = changeOf(context, decision, [], sealing === undefined ? [] : [sealing.guard])
    const outcome = await context.committer.commit(change, { lane: 'outcome', merchant })
    if (outcome.committed) {
      const following = maker.only()
      return {
        state: decision.state,
        following: following === null ? null : { attempt: following.id, prepared: following.prepared },
        key: sealing?.key ?? recording.key,
        view: sealing?.view,
      }
    }
    if (tries > 2) await sleep(context.runtime.scheduler, randomBelow(context.runtime.random, WAIT_MS * tries))
    state = await loadState(context, merchant, id)
  }
  throw new FlorinError('conflict', `the answer to attempt ${attemptId} could not be recorded; recovery will ask again`)
}

const SETTLES: ReadonlySet<News['effect']> = new Set(['applied', 'rejected', 'undone'])

const settlesRefund = (attempt: AttemptRow, news: News): boolean =>
  attempt.kind === 'refund' && (news.effect === 'applied' || news.effect === 'undone')

/** Decides what news about an attempt mean, whatever it is. */
export const decide = (
  draft: PaymentDraft,
  id: string,
  news: News,
  refunds: readonly RefundRow[],
  context: DecideContext,
): void => {
  const attempt = attemptOf(draft.state, id)
  if (isStray(draft.state, attempt)) return answerStray(draft, id, news, context)
  if (isOrphanRefund(draft.state, attempt)) return answerOrphanRefund(draft, id, news, context)
  if (attempt.kind !== 'refund') {
    answerAttempt(draft, attempt, news, context)
    return followCapture(draft, id, context.feeReturn, draft.payment.version)
  }
  const refund = refundOf(refunds, attempt)
  if (news.effect === 'undone') undoRefund(draft, id, news, refund)
  else answerRefund(draft, id, news, refund)
  // Named by the payment's version, which every decision raises: a reported refund's row has the same version when it is undone.
  if (SETTLES.has(news.effect))
    followRefund(draft, followedAttempt(draft, id), context.feeReturn, draft.payment.version)
}

/** What nobody knew to be ours was booked as somebody else's doing, and is not booked again. */
const bookedElsewhere = (state: PaymentState, attempt: AttemptRow, news: News): boolean =>
  news.effect === 'applied' &&
  isRefused(attempt) &&
  state.attempts.some(
    (one) =>
      isExternal(one) &&
      one.kind === attempt.kind &&
      one.gatewayId === news.gatewayId &&
      one.gateway === attempt.gateway &&
      one.account === attempt.account,
  )

/** Keeps the date of a report that says what is known, so that an older one which says otherwise is recognised; false on a lost race. */
const dateFact = async (context: FlowContext, attempt: AttemptRow, teller: Teller): Promise<boolean> => {
  const { merchant, payment, id, version } = attempt
  const row = { ...attempt, factAt: factAtAfter(attempt, teller), version: version + 1 }
  const guards = [replace(attempts, { merchant, payment, id }, version, mutableAttempt(row))]
  return (await context.committer.commit({ guards, effects: [] }, { lane: 'outcome', merchant })).committed
}

const refundOf = (refunds: readonly RefundRow[], attempt: AttemptRow): RefundRow => {
  const refund = refunds.find((one) => one.attempt === attempt.id)
  if (refund !== undefined) return refund
  throw new FlorinError('internal', `refund attempt ${attempt.id} has no refund`)
}

/** Refunds are read after the rest: one whose attempt is not there, or stands otherwise, moved on in between. */
const isStale = (state: PaymentState, refunds: readonly RefundRow[]): boolean =>
  refunds.some((refund) => {
    if (refund.attempt === null) return false // it waits for a decision, or a payout carries it
    const attempt = state.attempts.find((one) => one.id === refund.attempt)
    return attempt === undefined || refund.state !== standingOf(attempt)
  })

/** As what a refund stands whose attempt stands so: they move in one commit. */
const standingOf = (attempt: AttemptRow): RefundRow['state'] => {
  if (isOpen(attempt)) return 'processing'
  return attempt.state === 'applied' ? 'succeeded' : 'failed'
}

interface KeyGuard {
  readonly guard: Guard
  readonly key: KeyRow
  readonly view: PaymentView | undefined
}

/** What this outcome does to the idempotency key that started it: freezes a definitive answer, or lets replays see the state. */
const keyGuard = async (
  context: FlowContext,
  decision: Decision,
  before: AttemptRow,
  origination: readonly [operation: string, key: string],
  known: Recording & { readonly refunds: readonly RefundRow[]; readonly news: News },
): Promise<KeyGuard | undefined> => {
  const row = known.key ?? (await openKeyRow(context, before.merchant, origination))
  if (row === undefined) return undefined
  const { state } = decision
  const after = attemptOf(state, before.id)
  const key = { ...row, version: row.version + 1 }
  if (isDefinitive(state.payment.status) && !isOpen(after) && !wasShed(state, known.news)) {
    const details = known.details ?? (await openDetails(context, state.payment))
    const refunds = known.refunds.map((one) => (one.attempt === after.id ? settledRefund(one, after) : one))
    const view = await viewOf(context, state, { details, refunds })
    return { guard: freezeKey(context, row, JSON.stringify(view)), key, view }
  }
  return after.state === before.state ? undefined : { guard: releaseKey(row), key, view: undefined }
}

/** A charge that no gateway was asked for, because guards held all of them back, is no outcome to be kept (FAILURES 3). */
const wasShed = ({ payment }: PaymentState, news: News): boolean =>
  news.effect === 'not_sent' && isShed(news) && payment.decline?.class === 'unavailable'

const settledRefund = (refund: RefundRow, attempt: AttemptRow): RefundRow => ({
  ...refund,
  state: attempt.state === 'applied' ? 'succeeded' : 'failed',
})
