import type { Answer, GatewayFact, Undone } from '../../gateways/index.ts'
import {
  type AttemptRow,
  attemptData,
  attemptOf,
  learnId,
  type News,
  PaymentDraft,
  type PaymentState,
  type ReviewReason,
  review,
  type Teller,
} from '../../payments/index.ts'
import { perform } from '../attempts/perform.ts'
import { recordAnswer } from '../attempts/record.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { findState, loadState } from '../payments/load.ts'
import { bookExternal } from './external.ts'
import { findAttempt, type Source } from './find-attempt.ts'

/**
 * Applies one report; false when it has to wait: nothing is known of it yet, or what it might be about is not settled. Repeating one is
 * harmless, and the order in which several come makes no difference to where a payment ends (FAILURES 2.19, 2.20, 5.6).
 */
export const applyFact = async (context: FlowContext, row: Source, fact: GatewayFact): Promise<boolean> => {
  const news = newsOf(fact.answer)
  if (news === null) return true
  const found = await findAttempt(context, row, fact)
  if (found.is === 'unknown') return false
  const state = await findState(context, found.merchant, found.payment)
  if (state === undefined) return false
  if (found.is === 'child') {
    if (otherCurrency(state, fact))
      return flag(context, state, found.charge, 'currency_mismatch', { told: fact.currency ?? '' })
    const booked = await bookExternal(context, state, found.charge, fact, news)
    if (typeof booked === 'boolean') return booked
    return applyTo(context, booked.state, booked.attempt, fact, news)
  }
  return applyTo(context, state, found.attempt, fact, news)
}

/** What a report says; null for what only an answer to a call can say. */
const newsOf = (answer: Answer | Undone): News | null =>
  answer.effect === 'next' || answer.effect === 'absent' || answer.effect === 'not_sent' ? null : answer

const applyTo = async (
  context: FlowContext,
  state: PaymentState,
  id: string,
  fact: GatewayFact,
  news: News,
): Promise<boolean> => {
  const attempt = attemptOf(state, id)
  if (otherCurrency(state, fact)) return flag(context, state, id, 'currency_mismatch', { told: fact.currency ?? '' })
  const really = otherAmount(state, attempt, fact, news)
  if (really !== null) {
    if (attempt.due !== null && gatewayOf(context, attempt.gateway).capabilities.lookupBy.length > 0)
      return lookAgain(context, state, id)
    // What is booked already stays: which of two amounts is right is for a person to find out.
    if (attempt.applied !== null && MOVES.has(news.effect)) return flag(context, state, id, 'amount_mismatch', {})
  }
  // What was taken back has a name too: whatever else was done to a charge is told under it.
  const nameless = news.effect === 'undone' && attempt.gatewayId === null
  if (nameless && !(await learn(context, state, id, fact))) return false
  const told = really !== null && news.effect === 'applied' ? { ...news, amount: news.amount ?? really } : news
  const teller: Teller = { by: 'report', at: fact.occurredAt }
  const start = nameless ? await loadState(context, state.payment.merchant, state.payment.id) : state
  const recorded = await recordAnswer(context, start, id, told, { key: undefined, details: undefined, teller })
  if (recorded.following !== null) await perform(context, recorded.state, recorded.following)
  return true
}

const learn = (context: FlowContext, state: PaymentState, id: string, { gatewayId }: GatewayFact): Promise<boolean> =>
  put(context, state, (draft) => learnId(draft, attemptOf(draft.state, id), gatewayId))

const MOVES: ReadonlySet<News['effect']> = new Set(['applied', 'undone'])

/** Money of one currency is never booked for a payment in another. */
const otherCurrency = ({ payment }: PaymentState, { currency }: GatewayFact): boolean =>
  currency !== null && currency !== payment.currency

/** The amount of a report that disagrees with what was asked for, and done as far as we know; null where nothing disagrees. */
const otherAmount = (state: PaymentState, attempt: AttemptRow, { amount }: GatewayFact, news: News): bigint | null => {
  // A cancel releases whatever is left, and an increase tells of the new total.
  if (amount === null || attempt.kind === 'cancel' || attempt.kind === 'increment') return null
  if (news.effect === 'undone' && attempt.state === 'undone') return null
  if (attempt.id === state.winner && amount === state.payment.authorized) return null // raised since
  return amount === attempt.amount || amount === attempt.applied ? null : amount
}

/** The report is a hint only: the gateway itself is asked at once. */
const lookAgain = (context: FlowContext, state: PaymentState, id: string): Promise<boolean> =>
  put(context, state, (draft) => draft.touch(id, { due: draft.now }))

/** Nothing is booked for what cannot be about this payment as we know it: a person should look, and what can be asked is asked. */
const flag = (
  context: FlowContext,
  start: PaymentState,
  id: string,
  reason: ReviewReason,
  data: Readonly<Record<string, string>>,
): Promise<boolean> =>
  put(context, start, (draft) => {
    const attempt = attemptOf(draft.state, id)
    if (attempt.due !== null) draft.touch(id, { due: draft.now })
    if (draft.payment.needsReview === reason) return // told before
    draft.setPayment(review(draft.payment, reason))
    draft.event('payment.needs_review', { ...attemptData(attempt), kind: attempt.kind, reason, ...data })
  })

const TRIES = 8

/** Commits a small change to the payment as it is now; false when others were faster every time: the report then waits. */
const put = async (
  context: FlowContext,
  start: PaymentState,
  change: (draft: PaymentDraft) => void,
): Promise<boolean> => {
  const { merchant, id } = start.payment
  let state = start
  for (let tries = 0; tries < TRIES; tries++) {
    const draft = new PaymentDraft(state, context.runtime.clock.now())
    change(draft)
    const outcome = await context.committer.commit(changeOf(context, draft.finish()), { lane: 'recovery', merchant })
    if (outcome.committed) return true
    state = await loadState(context, merchant, id)
  }
  return false
}
