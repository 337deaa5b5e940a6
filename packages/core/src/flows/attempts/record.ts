import { FlorinError, randomBelow, sleep } from '../../kernel/index.ts'
import {
  type AttemptRow,
  answerAttempt,
  answerOrphanRefund,
  attemptOf,
  awaitsAnswer,
  type Decision,
  type FinalAnswer,
  isDefinitive,
  isOpen,
  PaymentDraft,
  type PaymentState,
} from '../../payments/index.ts'
import type { Guard } from '../../records/index.ts'
import { answerRefund, type RefundRow } from '../../refunds/index.ts'
import type { FlowContext } from '../context.ts'
import { freezeKey, type KeyRow, openKeyRow, releaseKey } from '../idempotency/keyed.ts'
import { changeOf } from '../payments/change.ts'
import type { PaymentDetails } from '../payments/details.ts'
import { loadState, openDetails, refundsOf, viewOf } from '../payments/load.ts'
import type { PaymentView } from '../payments/view.ts'
import { decisionMaker } from './maker.ts'
import type { Prepared } from './prepared.ts'

/** A key row that the caller claimed itself, or undefined to have it looked up. */
export interface Recording {
  readonly key: KeyRow | undefined
  /** The payment's details, where they are open already. */
  readonly details: PaymentDetails | undefined
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
  answer: FinalAnswer,
  recording: Recording,
): Promise<Recorded> => {
  let state = start
  const { merchant, id } = state.payment
  await context.sealer.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const attempt = attemptOf(state, attemptId)
    if (!awaitsAnswer(attempt, answer)) return { state, following: null, key: recording.key, view: undefined }
    const maker = decisionMaker(context, merchant)
    const draft = new PaymentDraft(state, maker.context.now)
    const refunds = await refundsOf(context, state)
    if (isStale(state, refunds)) {
      state = await loadState(context, merchant, id)
      continue
    }
    if (isOrphanRefund(state, attempt)) answerOrphanRefund(draft, attemptId, answer, maker.context)
    else if (attempt.kind === 'refund') answerRefund(draft, attemptId, answer, refundOf(refunds, attempt))
    else answerAttempt(draft, attempt, answer, maker.context)
    const decision = draft.finish()
    const known = tries === 0 ? recording : { ...recording, key: undefined }
    const sealing =
      attempt.origination === null || maker.prepared.size > 0 // what follows at once is still this very call
        ? undefined
        : await keyGuard(context, decision, attempt, attempt.origination, { ...known, refunds })
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

/** The money of a charge that did not count goes back without a refund of the host's. */
const isOrphanRefund = (state: PaymentState, attempt: AttemptRow): boolean =>
  attempt.kind === 'refund' && attempt.parent !== null && attempt.parent !== state.winner

const refundOf = (refunds: readonly RefundRow[], attempt: AttemptRow): RefundRow => {
  const refund = refunds.find((one) => one.attempt === attempt.id)
  if (refund !== undefined) return refund
  throw new FlorinError('internal', `refund attempt ${attempt.id} has no refund`)
}

/** Refunds are read after the rest: one that is settled, while its attempt is not, was settled in between. */
const isStale = (state: PaymentState, refunds: readonly RefundRow[]): boolean =>
  refunds.some((refund) => refund.state !== 'pending' && isOpen(attemptOf(state, refund.attempt)))

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
  known: Recording & { readonly refunds: readonly RefundRow[] },
): Promise<KeyGuard | undefined> => {
  const row = known.key ?? (await openKeyRow(context, before.merchant, origination))
  if (row === undefined) return undefined
  const { state } = decision
  const after = attemptOf(state, before.id)
  const key = { ...row, version: row.version + 1 }
  if (isDefinitive(state.payment.status) && !isOpen(after)) {
    const details = known.details ?? (await openDetails(context, state.payment))
    const refunds = known.refunds.map((one) => (one.attempt === after.id ? settledRefund(one, after) : one))
    const view = await viewOf(context, state, { details, refunds })
    return { guard: freezeKey(context, row, JSON.stringify(view)), key, view }
  }
  return after.state === before.state ? undefined : { guard: releaseKey(row), key, view: undefined }
}

const settledRefund = (refund: RefundRow, attempt: AttemptRow): RefundRow => ({
  ...refund,
  state: attempt.state === 'applied' ? 'succeeded' : 'failed',
})
