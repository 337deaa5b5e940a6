import {
  type AttemptRow,
  attempts,
  isOpen,
  type ObligationRow,
  obligations,
  PaymentDraft,
} from '../../payments/index.ts'
import { resolveAttempt } from '../attempts/resolve.ts'
import type { FlowContext } from '../context.ts'
import { findState } from '../payments/load.ts'
import { discharge } from './discharge.ts'

const PAGE = 100 // one sweep's work is bounded; the next tick goes on
const AT_ONCE = 8

/** Runs `work` over items, a few at a time; an error of one is reported and does not stop the others. */
export const eachOf = async <T>(
  context: FlowContext,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch(context.onError)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane))
}

/** Resolves attempts whose lease ran out or whose next try is due. Gives how many it looked at. */
export const sweepAttempts = async (context: FlowContext): Promise<number> => {
  const to = context.runtime.clock.now()
  const page = await context.storage.find(attempts, { index: 'due', equals: {}, to, limit: PAGE })
  const due = (page.rows as readonly AttemptRow[]).filter((attempt) => !context.inFlight.has(attempt.id))
  await eachOf(context, due, (attempt) => resolveDue(context, attempt))
  return due.length
}

const resolveDue = async (context: FlowContext, { merchant, payment, id }: AttemptRow): Promise<void> => {
  const state = await findState(context, merchant, payment)
  const attempt = state?.attempts.find((one) => one.id === id)
  if (state === undefined || attempt === undefined) return
  if (attempt.due === null || attempt.due > context.runtime.clock.now()) return
  if (!isOpen(attempt) && attempt.state !== 'undone') return
  await resolveAttempt(context, state, id)
}

/** Works on duties to reverse that are due. Gives how many it looked at. */
export const sweepObligations = async (context: FlowContext): Promise<number> => {
  const to = context.runtime.clock.now()
  const page = await context.storage.find(obligations, { index: 'due', equals: {}, to, limit: PAGE })
  const due = page.rows as readonly ObligationRow[]
  await eachOf(context, due, (obligation) => discharge(context, obligation))
  return due.length
}

/** Renews the leases of calls that are still on their way, so that nobody takes them for lost. */
export const renewLeases = async (context: FlowContext): Promise<void> => {
  const now = context.runtime.clock.now()
  const soon = [...context.inFlight.values()].filter((call) => call.leaseUntil - now < context.timings.leaseMs / 2)
  await eachOf(context, soon, async (call) => {
    const state = await findState(context, call.merchant, call.payment)
    const attempt = state?.attempts.find((one) => one.id === call.attempt)
    if (state === undefined || attempt === undefined || !context.inFlight.has(call.attempt)) return
    const draft = new PaymentDraft(state, now)
    const leaseUntil = now + context.timings.leaseMs
    draft.touch(attempt.id, { due: leaseUntil })
    const { guards } = draft.finish()
    const outcome = await context.committer.commit(
      { guards, effects: [] },
      { lane: 'recovery', merchant: call.merchant },
    )
    if (outcome.committed) call.leaseUntil = leaseUntil
  })
}
