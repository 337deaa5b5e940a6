import type { Answer, Decline, Gateway, LookupCommand } from '../../gateways/index.ts'
import {
  type AttemptRow,
  attemptData,
  attemptOf,
  backoffMs,
  isCharge,
  isOrphanRefund,
  isStray,
  isUnresolved,
  lost,
  orphanLeft,
  overdue,
  PaymentDraft,
  type PaymentState,
  refundable,
  UNREACHABLE,
} from '../../payments/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { orphanDisputes } from '../disputes/orphan.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'
import { call } from './call.ts'
import { perform } from './perform.ts'
import { gatewayKey, openPrepared, prepare } from './prepared.ts'
import { type Recorded, recordAnswer } from './record.ts'

/** Sending again is over this long before the gateway forgets the key. */
const RETENTION_MARGIN_MS = 3_600_000

/**
 * Finds out what became of an attempt (FAILURES 2.3): the same bytes under the same key while that is allowed, else, and where that
 * tells nothing, a lookup. It leases the attempt first, so that of several processes one asks. What stays unknown is asked again later.
 */
export const resolveAttempt = async (context: FlowContext, start: PaymentState, id: string): Promise<PaymentState> => {
  const known = context.gateways.has(attemptOf(start, id).gateway)
  const state = known ? await leaseAttempt(context, start, id) : await stepBack(context, start, id)
  if (state === undefined) return loadState(context, start.payment.merchant, start.payment.id)
  const attempt = attemptOf(state, id)
  const gateway = gatewayOf(context, attempt.gateway)
  if (
    (await maySendAgain(context, state, attempt, gateway)) ||
    (await mayCompleteAgain(context, state, attempt, gateway))
  ) {
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
  await context.sealer.ready(state.payment.merchant)
  const attempt = attemptOf(state, id)
  return put(context, state, (draft) => {
    // An abandoned charge is worked on under its obligation's lease, and is never due itself.
    draft.touch(id, { due: attempt.state === 'abandoned' ? null : draft.now + context.timings.leaseMs })
    if (attempt.state !== 'sent') return
    draft.move(id, 'lost')
    draft.event('attempt.unknown', { ...attemptData(attempt), kind: attempt.kind, reason: 'lease_lapsed' })
  })
}

/** Nobody can ask a gateway that is not configured (any more): it is looked at ever more rarely, and shown to a person in the end. */
const stepBack = (context: FlowContext, state: PaymentState, id: string): Promise<PaymentState | undefined> =>
  put(context, state, (draft) => lost(draft, attemptOf(state, id), 'gateway_unknown'))

/** Commits what `change` does to the payment; undefined when somebody else was faster. */
const put = async (
  context: FlowContext,
  state: PaymentState,
  change: (draft: PaymentDraft) => void,
): Promise<PaymentState | undefined> => {
  const { merchant } = state.payment
  const draft = new PaymentDraft(state, context.runtime.clock.now())
  change(draft)
  const decision = draft.finish()
  const outcome = await context.committer.commit(changeOf(context, decision), { lane: 'recovery', merchant })
  return outcome.committed ? decision.state : undefined
}

/** Re-sending is permission to execute, maybe for the first time (FAILURES 2.3). */
const maySendAgain = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
  gateway: Gateway,
): Promise<boolean> =>
  isUnresolved(attempt) &&
  isStillWanted(context, state, attempt, gateway) &&
  !(await isTakenBackMeanwhile(context, state, attempt))

/** Of a refund of a charge that was left behind: whether the buyer's bank takes that money back meanwhile, or has taken it. */
const isTakenBackMeanwhile = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
): Promise<boolean> => {
  if (!isOrphanRefund(state, attempt) || attempt.parent === null) return false
  const charge = attemptOf(state, attempt.parent)
  const { taken } = await orphanDisputes(context, state, charge)
  return taken > 0n && orphanLeft(state, charge) - taken < attempt.amount
}

/** Whether the payment wants this attempt, and the gateway still remembers its key. */
const isStillWanted = (context: FlowContext, state: PaymentState, attempt: AttemptRow, gateway: Gateway): boolean => {
  if (attempt.replayedAt !== null) return false
  if (context.runtime.clock.now() >= lastSend(state, attempt, gateway)) return false
  // What a dispute has taken meanwhile is not refunded too, if it was not yet; what goes back of a charge that was left behind is other money.
  if (attempt.kind === 'refund' && !isOrphanRefund(state, attempt))
    return state.payment.disputed === 0n || refundable(state.payment) >= 0n
  return !isCharge(attempt) || (state.payment.closed === null && state.winner === null)
}

/**
 * The buyer came back, and what the gateway made of it never arrived. The completion is the request that the attempt then keeps, under a
 * key of its own; where nothing can be looked up, sending it again is the only way to find out. The buyer's action is kept until a
 * completion is answered, so an attempt that waits for the gateway and has one is a lost completion, or a transfer that was begun.
 */
const mayCompleteAgain = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
  gateway: Gateway,
): Promise<boolean> => {
  if (attempt.state !== 'pending' || attempt.awaits !== 'gateway' || attempt.action === null) return false
  if (!isStillWanted(context, state, attempt, gateway) || lookupOf(state, attempt, gateway) !== null) return false
  return (await openPrepared(context, attempt)).command.kind === 'complete'
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
  if (command === null && !isUnresolved(attempt) && attempt.state !== 'abandoned') {
    return awaitReport(context, state, attempt)
  }
  const isLastWord = refused !== undefined || !(await maySendAgain(context, state, attempt, gateway))
  if (command === null && attempt.state === 'unknown' && isLastWord && isMoot(state, attempt)) {
    const rejected = { effect: 'rejected', decline: refused?.decline ?? UNREACHABLE } as const
    return (await recordAnswer(context, state, id, rejected, NOT_AT_HAND)).state
  }
  const answer = await ask(context, gateway, attempt, command)
  if (attempt.state === 'undone') return lookedAgain(context, state, attempt, answer)
  if (answer.effect === 'absent') return absent(context, state, attempt, gateway, refused)
  if (answer.effect === 'next') return state
  // A lookup that could not be asked says nothing about the attempt.
  const settled = answer.effect === 'not_sent' ? ({ effect: 'unknown', reason: answer.reason } as const) : answer
  return follow(context, await recordAnswer(context, state, id, settled, NOT_AT_HAND))
}

/**
 * A cancel of a charge that certainly holds nothing: once it is refused, or may not be sent again, it makes no difference any more whether an
 * earlier sending of it had an effect, and there is nobody who could tell.
 */
const isMoot = (state: PaymentState, { kind, parent }: AttemptRow): boolean =>
  kind === 'cancel' && state.attempts.some((one) => one.id === parent && HOLDS_NOTHING.has(one.state))

const HOLDS_NOTHING: ReadonlySet<AttemptRow['state']> = new Set(['rejected', 'not_sent', 'reversed', 'never_existed'])

const NOT_AT_HAND = { key: undefined, details: undefined } as const

/** What follows at once from what was recorded, such as the capture of an automatic sale. */
const follow = async (context: FlowContext, { state, following }: Recorded): Promise<PaymentState> =>
  following === null ? state : (await perform(context, state, following)).state

const ask = async (
  context: FlowContext,
  gateway: Gateway,
  attempt: AttemptRow,
  command: LookupCommand | null,
): Promise<Answer> => {
  if (command === null) return { effect: 'unknown', reason: 'no_lookup' }
  try {
    return await call(context, attempt.gateway, prepare(gateway, command))
  } catch (error) {
    context.onError(error) // the adapter cannot even say how to ask: that is no reason to try at every turn
    return { effect: 'unknown', reason: 'lookup_unpreparable' }
  }
}

/**
 * Where nothing can be looked up, only a report decides what is pending, or undone, and a report may take as long as the gateway said.
 * After that a person should look, and a later report still decides; nothing is ever sent again.
 */
const awaitReport = async (context: FlowContext, state: PaymentState, attempt: AttemptRow): Promise<PaymentState> => {
  const after = await put(context, state, (draft) => {
    const { expiresAt } = attempt
    const due = expiresAt !== null && expiresAt > draft.now ? expiresAt : draft.now + DAY_MS
    draft.touch(attempt.id, { due: attempt.state === 'undone' ? null : due, tries: attempt.tries + 1 })
    overdue(draft, attempt)
  })
  return after ?? state
}

const DAY_MS = 86_400_000
/** With the back-off about a month: by then nobody captures anew what failed. */
const MOST_LOOKS = 45

/** What was taken back may have been done anew, and its report lost: the gateway is asked for a while. */
const lookedAgain = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
  answer: Answer,
): Promise<PaymentState> => {
  if (answer.effect === 'applied') {
    const teller = { by: 'lookup', version: attempt.version } as const
    return follow(context, await recordAnswer(context, state, attempt.id, answer, { ...NOT_AT_HAND, teller }))
  }
  const tries = attempt.tries + 1
  const set = { tries, due: tries < MOST_LOOKS ? context.runtime.clock.now() + backoffMs(tries) : null }
  return (await put(context, state, (draft) => draft.touch(attempt.id, set))) ?? state
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
  if (attempt.state === 'abandoned') return neverExisted(context, state, attempt, gateway)
  const sentBy = refused?.sentBefore ?? attempt.replayedAt ?? lastSend(state, attempt, gateway)
  const shownBy = sentBy + gateway.capabilities.absenceAfterMs
  const proven = attempt.state === 'unknown' && context.runtime.clock.now() > shownBy
  if (!proven || (refused === undefined && (await maySendAgain(context, state, attempt, gateway)))) {
    const unknown = { effect: 'unknown', reason: 'not_found_yet' } as const
    return (await recordAnswer(context, state, attempt.id, unknown, NOT_AT_HAND)).state
  }
  const rejected = { effect: 'rejected', decline: refused?.decline ?? UNREACHABLE } as const
  return (await recordAnswer(context, state, attempt.id, rejected, NOT_AT_HAND)).state
}

/**
 * Of a charge that was left behind the gateway knows nothing, by its documented not-found, and the time is over in which it could still
 * show up: the proof that there is nothing to reverse (FAILURES 2.12). It was not sent any more once it was left.
 */
const neverExisted = async (
  context: FlowContext,
  state: PaymentState,
  attempt: AttemptRow,
  gateway: Gateway,
): Promise<PaymentState> => {
  const duty = state.obligations.find((one) => one.attempt === attempt.id && one.proof === null)
  const wasCaptured = state.attempts.some((one) => isStray(state, one) && one.parent === attempt.id)
  const wasHeardOf = attempt.gatewayId !== null || attempt.applied !== null || wasCaptured
  if (duty === undefined || wasHeardOf) return state
  if (context.runtime.clock.now() <= duty.createdAt + gateway.capabilities.absenceAfterMs) return state
  const after = await put(context, state, (draft) => {
    draft.move(attempt.id, 'absent', { due: null })
    draft.discharge(attempt.id, 'never_existed')
    draft.event('attempt.reversed', { ...attemptData(attempt), proof: 'never_existed' })
  })
  return after ?? state
}
