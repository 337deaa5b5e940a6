import {
  DISPUTE_ACT,
  type DisputeActRow,
  type DisputeRow,
  disputeActs,
  isDecided,
  learnOfAct,
} from '../../disputes/index.ts'
import type { DisputeAnswer } from '../../gateways/index.ts'
import type { JobResult, JobRun } from '../../jobs/index.ts'
import { step } from '../../kernel/index.ts'
import { backoffMs } from '../../payments/index.ts'
import { type Guard, type Mutable, replace } from '../../records/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { openAct, type PreparedAct, sealAct } from './act.ts'
import { loadDispute } from './load.ts'
import { type DisputeUpdate, updateDispute } from './update.ts'

/** An answer, or that nothing left this process. */
type Outcome = DisputeAnswer | { readonly effect: 'not_sent'; readonly reason: string }

/** From this many tries on a person should look; by then about half an hour has passed. */
const TELL_AFTER_TRIES = 10

/**
 * The job that sends a command about a dispute: the very bytes that were committed, again and again until something definitive is known, one
 * step a run. A report that leaves nothing to be done ends it, too; that tries ran out never does.
 */
export const sendAct = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { dispute: id, act } = job.payload as { dispute: `dis_${string}`; act: `act_${string}` }
  const { merchant } = job
  const [row] = await context.storage.load(disputeActs, [{ merchant, dispute: id, id: act }])
  if (row === undefined || row.state !== 'sending') return undefined
  const dispute = await loadDispute(context, merchant, id)
  if (isDecided(dispute)) {
    // A report may tell of the acceptance before its answer does.
    const isDone = row.kind === 'accept_dispute' && dispute.state === 'accepted'
    await record(context, row, null, { effect: isDone ? 'applied' : 'superseded' })
    return undefined
  }
  const prepared = await openAct(context, row)
  const answer = await exchange(context, dispute, row, prepared)
  await context.sealer.ready(merchant)
  return record(context, row, prepared, answer)
}

const exchange = async (
  context: FlowContext,
  dispute: DisputeRow,
  row: DisputeActRow,
  { command, request, kept }: PreparedAct,
): Promise<Outcome> => {
  const { disputes, transport } = gatewayOf(context, dispute.gateway)
  if (disputes === undefined) return { effect: 'not_sent', reason: 'no_disputes_port' }
  try {
    const deadline = context.runtime.clock.now() + context.timings.attemptDeadlineMs
    const sent = await transport.send(request, { account: dispute.account, deadline })
    if (sent.outcome === 'answered') return disputes.read(sent.response, command, row.step, kept)
    return { effect: sent.outcome, reason: sent.reason }
  } catch (error) {
    context.onError(error)
    return { effect: 'unknown', reason: 'adapter_failed' }
  }
}

/** Makes what came of a step durable; gives when the next one, or the same again, is due. */
const record = async (
  context: FlowContext,
  row: DisputeActRow,
  prepared: PreparedAct | null,
  outcome: Outcome | { readonly effect: 'superseded' },
): Promise<JobResult | undefined> => {
  const { merchant, dispute: id } = row
  const now = context.runtime.clock.now()
  switch (outcome.effect) {
    case 'applied':
      await end(context, row, 'apply', null)
      return undefined
    case 'rejected':
      await end(context, row, 'reject', outcome.code)
      return undefined
    case 'superseded':
      await end(context, row, 'supersede', 'decided_meanwhile')
      return undefined
    case 'next': {
      if (prepared === null) return undefined
      const kept = { ...prepared.kept, ...outcome.keep }
      const request = sealAct(context, merchant, id, row.id, { ...prepared, request: outcome.request, kept })
      await commitAct(context, row, { ...mutableAct(row), step: row.step + 1, tries: 0, request })
      return { again: now }
    }
    default: {
      const tries = row.tries + 1
      if (tries === TELL_AFTER_TRIES) await tellStuck(context, row, outcome.reason)
      else await commitAct(context, row, { ...mutableAct(row), tries, code: null })
      const wait = outcome.effect === 'unknown' ? outcome.retryAfterMs : undefined
      return { again: now + (wait ?? backoffMs(tries)) }
    }
  }
}

/** Of two who send at once, the first to write decides; the other finds the act as it is then. */
const commitAct = async (
  context: FlowContext,
  row: DisputeActRow,
  set: Mutable<typeof disputeActs>,
): Promise<boolean> => {
  const guards = [replaceAct(context, row, set)]
  return (await context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant: row.merchant }))
    .committed
}

const replaceAct = (context: FlowContext, row: DisputeActRow, set: Mutable<typeof disputeActs>): Guard => {
  const { merchant, dispute, id, version } = row
  const updatedAt = context.runtime.clock.now()
  return replace(disputeActs, { merchant, dispute, id }, version, { ...set, updatedAt, version: version + 1 })
}

const end = async (
  context: FlowContext,
  row: DisputeActRow,
  event: 'apply' | 'reject' | 'supersede',
  code: string | null,
): Promise<void> => {
  const { merchant, dispute: id, kind } = row
  await updateDispute(
    context,
    merchant,
    id,
    async (dispute): Promise<DisputeUpdate | null> => {
      const [act] = await context.storage.load(disputeActs, [{ merchant, dispute: dispute.id, id: row.id }])
      if (act === undefined || act.state !== 'sending') return null // a report, or another server, was faster
      const set = { ...mutableAct(act), state: step(DISPUTE_ACT, act.state, event), code }
      const free = { ...dispute, act: null }
      const data = { act: row.id, kind, ...(code === null ? {} : { code }) }
      return {
        after: event === 'apply' ? learnOfAct(free, kind, context.runtime.clock.now()) : free,
        events: [{ type: ENDED[event], data }],
        guards: [replaceAct(context, act, set)],
      }
    },
    'outcome',
  )
}

const ENDED = {
  apply: 'dispute.act_applied',
  reject: 'dispute.act_rejected',
  supersede: 'dispute.act_superseded',
} as const

/** Nobody can tell what became of it for half an hour: the merchant hears of that once, and it goes on. */
const tellStuck = async (context: FlowContext, row: DisputeActRow, reason: string): Promise<void> => {
  const { merchant, dispute: id, kind } = row
  await updateDispute(
    context,
    merchant,
    id,
    async (dispute) => {
      const [act] = await context.storage.load(disputeActs, [{ merchant, dispute: dispute.id, id: row.id }])
      if (act === undefined || act.version !== row.version) return null
      const set = { ...mutableAct(act), tries: act.tries + 1 }
      const events = [{ type: 'dispute.act_stuck', data: { act: row.id, kind, tries: act.tries + 1, reason } }]
      return { after: dispute, events, guards: [replaceAct(context, act, set)] }
    },
    'outcome',
  )
}

const mutableAct = (row: DisputeActRow): Mutable<typeof disputeActs> => ({
  state: row.state,
  step: row.step,
  tries: row.tries,
  code: row.code,
  request: row.request,
  updatedAt: row.updatedAt,
  version: row.version,
})
