import { FlorinError, randomBelow, sleep } from '../../kernel/index.ts'
import { type Decision, type PaymentState, unresolvedOf } from '../../payments/index.ts'
import type { RefundRow } from '../../refunds/index.ts'
import { perform, performed } from '../attempts/perform.ts'
import type { Prepared } from '../attempts/prepared.ts'
import { resolveAttempt } from '../attempts/resolve.ts'
import { detach, type FlowContext, intentOf, within } from '../context.ts'
import { claimKey, coalesce, findReplay, type Keyed, type KeyRow } from '../idempotency/keyed.ts'
import { changeOf } from './change.ts'
import { loadState, viewOf } from './load.ts'
import { type Result, shown } from './result.ts'

/** What an operation decided: its commit, and the attempt to perform after it, if any. */
export interface Intention {
  readonly decision: Decision | null
  readonly attempt: { readonly id: string; readonly prepared: Prepared } | null
  /** The payment's refunds as the decision leaves them, where it makes one. */
  readonly refunds?: readonly RefundRow[]
  /** Somebody decides later: the key's answer is not frozen yet. */
  readonly waits?: boolean
}

/** An operation on an existing payment. `decide` is pure but for reads, and runs again after every lost race. */
export interface Operation {
  readonly merchant: string
  readonly payment: string
  readonly keyed: Keyed | null
  decide(state: PaymentState): Intention | Promise<Intention>
}

const TRIES = 16
const WAIT_MS = 10

/**
 * Runs an operation: replays its key, resolves what is not known yet (FAILURES 2.17), decides, commits the intent, performs, and shows
 * the payment. Loses every race politely: it reads again and decides anew.
 */
export const operate = (context: FlowContext, operation: Operation): Promise<Result> =>
  operation.keyed === null ? run(context, operation) : coalesce(context, operation.keyed, () => run(context, operation))

const run = async (context: FlowContext, operation: Operation): Promise<Result> => {
  const { merchant, payment, keyed } = operation
  await context.sealer.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const replay = keyed === null ? undefined : await findReplay(context, keyed)
    if (replay !== undefined && 'frozen' in replay) return { body: replay.frozen }
    if (replay !== undefined) return shown(await viewOf(context, await loadState(context, merchant, replay.show)))
    const state = await settledState(context, await loadState(context, merchant, payment))
    const intention = await operation.decide(state)
    if (intention.decision === null) return shown(await viewOf(context, state))
    const outcome = await commitIntention(context, operation, intention)
    if (outcome) return finish(context, intention, intention.decision.state, keyed)
    await sleep(context.runtime.scheduler, randomBelow(context.runtime.random, WAIT_MS * (tries + 1)))
  }
  throw new FlorinError(
    'conflict',
    `payment ${payment} is being changed by others all the time: nothing happened, try again`,
  )
}

const commitIntention = async (context: FlowContext, operation: Operation, intention: Intention): Promise<boolean> => {
  const { keyed, merchant, payment } = operation
  const { decision, waits = false } = intention
  if (decision === null) return true
  // Without a call to the gateway, and nobody to decide, this commit is the outcome: its answer is frozen in it.
  const isEnd = intention.attempt === null && !waits
  const body = isEnd ? JSON.stringify(await viewOf(context, decision.state)) : null
  const first = keyed === null ? [] : [claimKey(context, keyed, payment, body, waits)]
  const change = changeOf(context, decision, first)
  return (await context.committer.commit(change, intentOf(context, merchant))).committed
}

const finish = async (
  context: FlowContext,
  intention: Intention,
  state: PaymentState,
  keyed: Keyed | null,
): Promise<Result> => {
  if (intention.attempt === null) return shown(await viewOf(context, state, { refunds: intention.refunds }))
  const { id, prepared } = intention.attempt
  const key: KeyRow | undefined = keyed === null ? undefined : { ...keyed, version: 1 }
  const settled = await performed(context, state, perform(context, state, { attempt: id, prepared, key }))
  try {
    return shown(settled?.view ?? (await viewOf(context, settled?.state ?? state)))
  } catch (error) {
    // The storage went away after the intent: what the intent decided needs nothing more of it (FAILURES 2.16).
    context.onError(error)
    return shown(await viewOf(context, state, { refunds: intention.refunds ?? [] }))
  }
}

/** The state once what is not known was asked about; as it is, where that takes longer than the caller may wait. */
export const settledState = async (context: FlowContext, start: PaymentState): Promise<PaymentState> => {
  if (unresolvedOf(start).length === 0) return start
  const asking = settleUnresolved(context, start)
  const settled = await within(context, context.timings.callerDeadlineMs, asking)
  if (settled !== undefined) return settled
  detach(context, asking)
  return loadState(context, start.payment.merchant, start.payment.id)
}

/** Asks about every attempt that nobody is at work on and whose outcome is not known. */
const settleUnresolved = async (context: FlowContext, start: PaymentState): Promise<PaymentState> => {
  let state = start
  for (const attempt of unresolvedOf(start)) {
    if (context.inFlight.has(attempt.id)) continue
    const leased = attempt.state === 'sent' && (attempt.due ?? 0) > context.runtime.clock.now()
    if (!leased) state = await resolveAttempt(context, state, attempt.id)
  }
  return state
}
