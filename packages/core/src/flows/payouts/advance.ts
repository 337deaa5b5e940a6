import type { JobResult, JobRun } from '../../jobs/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import { movePayout, type PayoutDecision, type PayoutRow, reviewPayout } from '../../payouts/index.ts'
import type { ApiRail, RailAnswer } from '../../rails/index.ts'
import type { FlowContext } from '../context.ts'
import { askRail, sendPayout } from './call.ts'
import { changePayout, commitPayout, findPayout } from './commit.ts'
import { cancelDisputed, isDisputedMeanwhile, sendingRefunds } from './disputed.ts'
import { railOf } from './rail.ts'

const SECOND_MS = 1_000
const HOUR_MS = 3_600_000
/** How far before the end of a key's life it is not used any more: the rail's clock is not ours, and a call takes time. */
const KEY_MARGIN_MS = 300_000
const REVIEW_AFTER_MS = HOUR_MS

/**
 * Works on one payout of an API rail: sends it, asks what became of it, and whether it came back. A leased job, so one process at a time;
 * a commit that says that it is about to be sent goes before every send, so that a crash leaves a payout that is asked about (FAILURES F2)
 * and never a second payment.
 */
export const advancePayout = async (context: FlowContext, run: JobRun): Promise<JobResult | undefined> => {
  const { payout } = run.job.payload as { readonly payout: string }
  const row = await findPayout(context, run.job.merchant, payout)
  if (row === undefined || row.form !== 'api') return undefined
  const rail = railOf(context, row.rail)
  if (rail.kind !== 'api')
    throw new FlorinError('configuration', `payout rail '${row.rail}' was an API, and is a file now`)
  const after = await act(context, row, rail, run)
  const again = dueAfter(after, rail, context.runtime.clock.now())
  return again === null ? undefined : { again }
}

const act = async (context: FlowContext, row: PayoutRow, rail: ApiRail, run: JobRun): Promise<PayoutRow> => {
  switch (row.state) {
    case 'approved':
      if (await isDisputedMeanwhile(context, row)) return change(context, row, () => cancelDisputed(row, now(context)))
      return send(context, row, rail, run)
    case 'submitted': // the lease is ours, so whoever sent it is gone
      return act(context, await change(context, row, () => move(context, row, 'lost')), rail, run)
    case 'unknown':
      return rail.lookup ? ask(context, row, rail) : sendAgain(context, row, rail, run)
    case 'processing':
    case 'paid':
      return rail.lookup ? ask(context, row, rail) : row
    default:
      return row
  }
}

const now = (context: FlowContext): number => context.runtime.clock.now()

const move = (
  context: FlowContext,
  row: PayoutRow,
  ...[event, set, more]: [
    Parameters<typeof movePayout>[1],
    Parameters<typeof movePayout>[3]?,
    Parameters<typeof movePayout>[4]?,
  ]
): PayoutDecision => movePayout(row, event, now(context), set, more)

/** Commits a decision about exactly this row; the row as somebody else left it, where they were faster. */
const change = async (context: FlowContext, row: PayoutRow, decide: () => PayoutDecision): Promise<PayoutRow> => {
  const decision = decide()
  if (await commitPayout(context, decision)) return decision.row
  return (await findPayout(context, row.merchant, row.id)) ?? row
}

/** The first send, or the same bytes under the same key again. Nothing is sent before its commit, and nothing after the lease. */
const send = async (context: FlowContext, row: PayoutRow, rail: ApiRail, run: JobRun): Promise<PayoutRow> => {
  const again = row.state === 'unknown'
  const decision = move(context, row, 'submit', { sentAt: row.sentAt ?? now(context) }, again ? { again } : {})
  await context.sealer.ready(row.merchant)
  const sending = await sendingRefunds(context, [row])
  if (sending === null || !(await commitPayout(context, decision, 'recovery', sending)))
    return (await findPayout(context, row.merchant, row.id)) ?? row
  const answer = await sendPayout(context, rail, decision.row, run.leaseUntil)
  // That this sending had no effect says nothing about an earlier one.
  const about: RailAnswer | { readonly effect: 'not_sent' } =
    again && (answer.effect === 'not_sent' || answer.effect === 'rejected')
      ? { effect: 'unknown', reason: 'refused_again' }
      : answer
  if (about.effect !== 'not_sent') return record(context, decision.row, about)
  return change(context, decision.row, () => move(context, decision.row, 'unsent', { sentAt: null }))
}

const sendAgain = async (context: FlowContext, row: PayoutRow, rail: ApiRail, run: JobRun): Promise<PayoutRow> => {
  const since = now(context) - (row.sentAt ?? row.createdAt)
  const isKept = since < rail.keyRetentionMs - KEY_MARGIN_MS
  // Permission to send is permission to execute, maybe for the first time: not what a dispute takes meanwhile.
  if (isKept && !(await isDisputedMeanwhile(context, row))) return send(context, row, rail, run)
  return doubt(context, row)
}

const ask = async (context: FlowContext, row: PayoutRow, rail: ApiRail): Promise<PayoutRow> => {
  const answer = await askRail(context, rail, row)
  const since = now(context) - (row.sentAt ?? row.createdAt)
  if (answer.effect !== 'absent') return record(context, row, answer)
  // Not found is not absence, until the rail's own documentation says that nothing can come any more.
  if (row.state === 'unknown' && since >= rail.absenceAfterMs) {
    return record(context, row, { effect: 'rejected', code: 'never_arrived', message: 'the rail never got it' })
  }
  return row.state === 'unknown' ? doubt(context, row) : row
}

/** A person should look at what nobody can say for an hour. */
const doubt = async (context: FlowContext, row: PayoutRow): Promise<PayoutRow> => {
  const since = now(context) - (row.sentAt ?? row.createdAt)
  if (row.needsReview || since < REVIEW_AFTER_MS) return row
  return change(context, row, () => reviewPayout(row, now(context)))
}

/** Writes down what the rail said. Another writer may have been told more meanwhile: then what is told holds for what stands then. */
const record = (context: FlowContext, row: PayoutRow, answer: RailAnswer): Promise<PayoutRow> =>
  changePayout(context, row.merchant, row.id, (current, at) => decideAnswer(current, answer, at), 'outcome')

/** What an answer means to a payout that stands so; null: nothing new. */
export const decideAnswer = (row: PayoutRow, answer: RailAnswer, at: number): PayoutDecision | null => {
  const open = row.state === 'submitted' || row.state === 'unknown'
  switch (answer.effect) {
    case 'accepted':
      return open ? movePayout(row, 'accept', at, { railId: answer.railId }) : null
    case 'paid':
      if (row.state === 'paid' || row.state === 'returned') return null
      return movePayout(row, 'pay', at, { railId: answer.railId, code: null })
    case 'returned':
      if (row.state === 'returned') return null
      return movePayout(row, 'return', at, { railId: answer.railId, code: answer.code })
    case 'rejected':
      if (open || row.state === 'processing') return movePayout(row, 'reject', at, { code: answer.code })
      return row.state === 'paid' ? movePayout(row, 'return', at, { code: answer.code }) : null
    case 'unknown':
      return row.state === 'submitted' ? movePayout(row, 'lost', at, {}, { reason: answer.reason }) : null
    case 'absent':
      return null
  }
}

/** When to work on it again: soon at first, and ever more slowly; null: never, by itself. */
const dueAfter = (row: PayoutRow, rail: ApiRail, at: number): number | null => {
  const since = (from: number, least: number): number =>
    at + Math.min(HOUR_MS, Math.max(least, Math.floor((at - from) / 2)))
  switch (row.state) {
    case 'approved':
      return since(row.createdAt, 2 * SECOND_MS)
    case 'submitted':
    case 'unknown':
      return since(row.sentAt ?? row.createdAt, 2 * SECOND_MS)
    case 'processing':
      return rail.lookup ? since(row.updatedAt, 10 * SECOND_MS) : null
    case 'paid':
      return rail.lookup && at < row.updatedAt + rail.returnsWithinMs ? since(row.updatedAt, 60 * SECOND_MS) : null
    default:
      return null
  }
}
