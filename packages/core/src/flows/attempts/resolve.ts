import type { Answer, Decline, Gateway, LookupCommand } from '../../gateways/index.ts'
import {
  type AttemptRow,
  attemptData,
  attemptOf,
  isCharge,
  isUnresolved,
  PaymentDraft,
  type PaymentState,
  UNREACHABLE,
} from '../../payments/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'
import { call } from './call.ts'
import { perform } from './perform.ts'
import { gatewayKey, openPrepared, prepare } from './prepared.ts'
import { recordAnswer } from './record.ts'

/** Sending again is over this long before the gateway forgets the key. */
const RETENTION_MARGIN_MS = 3_600_000

/**
 * Finds out what became of an attempt (FAILURES 2.3): the same bytes under the same key while that is allowed, else, and where that
 * tells nothing, a lookup. It leases the attempt first, so that of several processes one asks. What stays unknown is asked again later.
 */
export const resolveAttempt = async (context: FlowContext, start: PaymentState, id: string): Promise<PaymentState> => {
  const state = await leaseAttempt(context, start, id)
  if (state === undefined) return loadState(context, start.payment.merchant, start.payment.id)
  const attempt = attemptOf(state, id)
  const gateway = gatewayOf(context, attempt.gateway)
  if (maySendAgain(context, state, attempt, gateway)) {
    const prepared = await openPrepared(context, attempt)
    const { state: after, refused } = await perform(context, state, { attempt: id, prepared, again: true })
    if (!isUnresolved(attemptOf(after, id))) return after
    const sentBefore = attemptOf(start, id).updatedAt // by the lease or the answer of the sending before this one
    return lookUp(context, after, id, gateway, refused === undefined ? undefined : { decline: refused, sentBefore })
  }
  return lookUp(context, state, id, gateway)
}

/** The last sending had no effect; when the one before it may have had one. */
interface Refused {
  readonly decline: Decline
  readonly sentBefore: number
}

/** Takes the attempt for this process: undefined when another one was faster. */
const leaseAttempt = async (
  context: FlowContext,
  state: PaymentState,
  id: string,
): Promise<PaymentState | undefined> => {
  const { merchant } = state.payment
  await context.sealer.ready(merchant)
  const now = context.runtime.clock.now()
  const attempt = attemptOf(state, id)
  const draft = new PaymentDraft(state, now)
  // An abandoned charge is worked on under its obligation's lease, and is never due itself.
  draft.touch(id, { due: attempt.state === 'abandoned' ? null : now + context.timings.leaseMs })
  if (attempt.state === 'sent' || attempt.state === 'prepared') {
    draft.move(id, 'lost')
    draft.event('attempt.unknown', { ...attemptData(attempt), kind: attempt.kind, reason: 'lease_lapsed' })
  }
  const decision = draft.finish()
  const outcome = await context.committer.commit(changeOf(context, decision), { lane: 'recovery', merchant })
  return outcome.committed ? decision.state : undefined
}

/** Re-sending is permission to execute, maybe for the first time (FAILURES 2.3). */
const maySendAgain = (context: FlowContext, state: PaymentState, attempt: AttemptRow, gateway: Gateway): boolean => {
  if (!isUnresolved(attempt)) return false
  if (context.runtime.clock.now() >= lastSend(state, attempt, gateway)) return false
  return !isCharge(attempt) || (state.payment.closed === null && state.winner === null)
}

/** From this instant on the attempt is not sent any more, and it was not sent later. */
const lastSend = ({ payment }: PaymentState, attempt: AttemptRow, gateway: Gateway): number => {
  const { keyRetentionMs } = gateway.capabilities
  if (keyRetentionMs === 0) return attempt.createdAt
  const kept = attempt.createdAt + Math.max(0, keyRetentionMs - RETENTION_MARGIN_MS)
  return isCharge(attempt) ? Math.min(kept, payment.expiresAt) : kept
}

const lookUp = async (
  context: FlowContext,
  state: PaymentState,
  id: string,
  gateway: Gateway,
  refused?: Refused,
): Promise<PaymentState> => {
  const attempt = attemptOf(state, id)
  const command = lookupOf(state, attempt, gateway)
  const answer: Answer =
    command === null
      ? { effect: 'unknown', reason: 'no_lookup' }
      : await call(context, attempt.gateway, prepare(gateway, command))
  if (answer.effect === 'absent') return absent(context, state, attempt, gateway, refused)
  if (answer.effect === 'next') return state
  // A lookup that could not be asked says nothing about the attempt.
  const settled = answer.effect === 'not_sent' ? ({ effect: 'unknown', reason: answer.reason } as const) : answer
  const recorded = await recordAnswer(context, state, id, settled, { key: undefined, details: undefined })
  if (recorded.following === null) return recorded.state
  return (await perform(context, recorded.state, recorded.following)).state
}

const lookupOf = (state: PaymentState, attempt: AttemptRow, gateway: Gateway): LookupCommand | null => {
  const { lookupBy } = gateway.capabilities
  const byId = attempt.gatewayId !== null && lookupBy.includes('gateway_id')
  if (!byId && !lookupBy.includes('reference')) return null
  const { id, account, amount, currency, kind, gatewayId } = attempt
  const total = kind === 'increment' ? state.payment.authorized + amount : amount
  const target = { attempt: id, gatewayId }
  const charge = state.attempts.find((one) => one.id === attempt.parent)
  const parent = charge === undefined ? null : { attempt: charge.id, gatewayId: charge.gatewayId }
  return {
    kind: 'lookup',
    of: kind,
    attempt: id,
    key: gatewayKey(id),
    account,
    amount: total,
    currency,
    target,
    parent,
  }
}

/**
 * Not-found is not absence (FAILURES 2.3): only after the time in which the gateway promises that a request has shown up or never will,
 * and only once it can no longer be sent again, or sending it again has no effect, did the attempt never exist.
 */
const absent = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
  gateway: Gateway,
  refused: Refused | undefined,
): Promise<PaymentState> => {
  const sentBy = refused?.sentBefore ?? lastSend(state, attempt, gateway)
  const shownBy = sentBy + gateway.capabilities.absenceAfterMs
  const proven = attempt.state === 'unknown' && context.runtime.clock.now() > shownBy
  const none = { key: undefined, details: undefined }
  if (!proven || (refused === undefined && maySendAgain(context, state, attempt, gateway))) {
    const unknown = { effect: 'unknown', reason: 'not_found_yet' } as const
    return (await recordAnswer(context, state, attempt.id, unknown, none)).state
  }
  const rejected = { effect: 'rejected', decline: refused?.decline ?? UNREACHABLE } as const
  return (await recordAnswer(context, state, attempt.id, rejected, none)).state
}
