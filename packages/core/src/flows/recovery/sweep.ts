import {
  type AttemptRow,
  attempts,
  dueBy,
  isOpen,
  type ObligationRow,
  obligations,
  PaymentDraft,
} from '../../payments/index.ts'
import { resolveAttempt } from '../attempts/resolve.ts'
import type { FlowContext, InFlight } from '../context.ts'
import { findState } from '../payments/load.ts'
import { discharge } from './discharge.ts'
import { queuesOf, type Share, type Swept, shareOf, workOff } from './queues.ts'

const AHEAD = 2 // pages are read this much larger than the share: some of their rows may be in hand already

/**
 * Resolves attempts whose lease ran out or whose next try is due: of every gateway by itself, the oldest first, so that the thousands of
 * one that is down hold up no other's.
 */
export const sweepAttempts = (context: FlowContext): Promise<Swept> =>
  sweep(context, attempts, async (gateway, share) => {
    const query = { index: 'queue', equals: {}, ...dueBy(gateway, context.runtime.clock.now()) } as const
    const page = await context.storage.find(attempts, { ...query, limit: share.most * AHEAD })
    const due = (page.rows as readonly AttemptRow[]).filter((attempt) => !context.inFlight.has(attempt.id))
    return workOff(context, due, share, (attempt) => resolveDue(context, attempt))
  })

const resolveDue = async (context: FlowContext, { merchant, payment, id }: AttemptRow): Promise<void> => {
  const state = await findState(context, merchant, payment)
  const attempt = state?.attempts.find((one) => one.id === id)
  if (state === undefined || attempt === undefined) return
  if (attempt.due === null || attempt.due > context.runtime.clock.now()) return
  if (!isOpen(attempt) && attempt.state !== 'undone') return
  await resolveAttempt(context, state, id)
}

/** Works on duties to reverse that are due, of every gateway by itself. */
export const sweepObligations = (context: FlowContext): Promise<Swept> =>
  sweep(context, obligations, async (gateway, share) => {
    const query = { index: 'queue', equals: {}, ...dueBy(gateway, context.runtime.clock.now()) } as const
    const page = await context.storage.find(obligations, { ...query, limit: share.most * AHEAD })
    return workOff(context, page.rows as readonly ObligationRow[], share, (duty) => discharge(context, duty))
  })

const sweep = async (
  context: FlowContext,
  table: typeof attempts | typeof obligations,
  one: (gateway: string, share: Share) => Promise<Swept>,
): Promise<Swept> => {
  const queues = await queuesOf(context, table)
  const swept = await Promise.all(queues.map((gateway) => one(gateway, shareOf(context, gateway))))
  return swept.reduce((sum, each) => ({ begun: sum.begun + each.begun, left: sum.left + each.left }), NOTHING)
}

const NOTHING: Swept = { begun: 0, left: 0 }

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

/** Renews the leases of calls that are still on their way, so that nobody takes them for lost. */
export const renewLeases = async (context: FlowContext): Promise<void> => {
  const now = context.runtime.clock.now()
  const soon = [...context.inFlight.values()].filter((call) => call.leaseUntil - now < context.timings.leaseMs / 2)
  await eachOf(context, soon, (call) => renew(context, call, now))
}

const renew = async (context: FlowContext, call: InFlight, now: number): Promise<void> => {
  const state = await findState(context, call.merchant, call.payment)
  const attempt = state?.attempts.find((one) => one.id === call.attempt)
  if (state === undefined || attempt === undefined || !context.inFlight.has(call.attempt)) return
  if (!isOpen(attempt)) return // a report was faster than the answer
  const draft = new PaymentDraft(state, now)
  const leaseUntil = now + context.timings.leaseMs
  draft.touch(attempt.id, { due: leaseUntil })
  const { guards } = draft.finish()
  const outcome = await context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant: call.merchant })
  if (outcome.committed) call.leaseUntil = leaseUntil
}
