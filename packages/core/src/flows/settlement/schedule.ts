import { appendEvent } from '../../events/index.ts'
import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import { sha256, toHex } from '../../kernel/index.ts'
import { type Change, claim, type Effect, type Mutable, replace } from '../../records/index.ts'
import {
  type Calendar,
  calendarText,
  type DueRuns,
  dueRuns,
  nextRun,
  type SettlementPlan,
  type SettlementRow,
  type SettlementScheduleRow,
  settlementSchedules,
  settlements,
} from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { advance } from './advance.ts'
import { waits } from './commit.ts'
import { runPlan } from './run.ts'

/** The job that runs a plan by its calendar: one a merchant and plan. */
export const SCHEDULE_QUEUE = 'settlement_schedule'

type Scheduled = SettlementPlan & { readonly calendar: Calendar }

const isScheduled = (plan: SettlementPlan): plan is Scheduled => plan.calendar !== null

const markOf = ({ calendar, delayDays }: Scheduled): string =>
  toHex(sha256(`${delayDays} ${calendarText(calendar)}`)).slice(0, 16)

const CHUNK = 500

/** Sets the timer of every plan of these merchants that has none, or whose calendar was changed. Any number of processes may. */
export const scheduleSettlements = async (
  context: FlowContext,
  merchants: readonly string[] = context.settlement.merchants,
): Promise<void> => {
  const plans = merchants.flatMap((merchant) =>
    context.settlement
      .plansOf(merchant)
      .filter(isScheduled)
      .map((plan) => ({ merchant, plan })),
  )
  for (let at = 0; at < plans.length; at += CHUNK) {
    const chunk = plans.slice(at, at + CHUNK)
    const keys = chunk.map(({ merchant, plan }) => ({ merchant, plan: plan.name }))
    const rows = await context.storage.load(settlementSchedules, keys)
    await Promise.all(
      chunk.map(({ merchant, plan }, index) => {
        const row = rows[index] as SettlementScheduleRow | undefined
        if (row?.calendar === markOf(plan)) return undefined
        const change = setSchedule(context, merchant, plan, row)
        return context.committer.commit(change, { lane: 'recovery', merchant }) // who loses finds it set
      }),
    )
  }
}

const setSchedule = (
  context: FlowContext,
  merchant: string,
  plan: Scheduled,
  row: SettlementScheduleRow | undefined,
): Change => {
  const now = context.runtime.clock.now()
  const { runAt } = nextRun(plan.calendar, plan.delayDays, now)
  const calendar = markOf(plan)
  const id = row?.id ?? context.runtime.ids.make('stp')
  const version = (row?.version ?? 0) + 1
  const set = { calendar, nextAt: runAt, lastAt: row?.lastAt ?? null, missedAt: row?.missedAt ?? null, version }
  const guard =
    row === undefined
      ? claim(settlementSchedules, { merchant, plan: plan.name, id, createdAt: now, ...set })
      : replace(settlementSchedules, { merchant, plan: plan.name }, row.version, set)
  const news = eventOf(context, { merchant, id, version }, 'settlement.scheduled', {
    plan: plan.name,
    nextAt: new Date(runAt).toISOString(),
  })
  const timer = schedule({
    id: context.runtime.ids.make('job'),
    queue: SCHEDULE_QUEUE,
    key: `${merchant}/${plan.name}/${calendar}`,
    merchant,
    payload: { merchant, plan: plan.name, calendar },
    due: runAt,
  })
  return { guards: [guard], effects: [news, timer] }
}

const eventOf = (
  context: FlowContext,
  { merchant, id, version }: Pick<SettlementScheduleRow, 'merchant' | 'id' | 'version'>,
  type: string,
  data: Readonly<Record<string, unknown>>,
): Effect =>
  appendEvent({
    merchant,
    subject: id,
    version,
    id: context.runtime.ids.make('evt'),
    type,
    at: context.runtime.clock.now(),
    data,
  })

const SPARE_MS = 30_000 // of a lease: a run ends that much earlier, and goes on in the next one

/**
 * A run by the calendar. Runs that were missed are told once, and caught up with in one: what the latest of them settles holds what the
 * others would have. The timer ends where its plan is gone, or has another calendar.
 */
export const runScheduled = async (
  context: FlowContext,
  { job, leaseUntil }: JobRun,
): Promise<JobResult | undefined> => {
  const payload = job.payload as { merchant: string; plan: string; calendar: string }
  const { merchant } = payload
  const plan = context.settlement.plansOf(merchant).find(({ name }) => name === payload.plan)
  if (plan === undefined || !isScheduled(plan) || markOf(plan) !== payload.calendar) return undefined
  const [row] = await context.storage.load(settlementSchedules, [{ merchant, plan: plan.name }])
  if (row === undefined || row.calendar !== payload.calendar) return undefined
  const now = context.runtime.clock.now()
  if (row.nextAt > now) return { again: row.nextAt }
  const due = dueRuns(plan.calendar, plan.delayDays, row.nextAt, now)
  const told = await tellMissed(context, plan, row, due)
  const { cutOffAt, runAt: scheduledFor } = due.latest
  const ran = await runPlan(context, merchant, plan, { cutOffAt, scheduledFor, until: leaseUntil - SPARE_MS })
  if (ran.unfinished) return { again: now }
  const set = { nextAt: due.next.runAt, lastAt: scheduledFor }
  return { again: due.next.runAt, ...changed(context, told, set, 'settlement.ran', { settlements: ran.settlements }) }
}

type ScheduleSet = Partial<Omit<Mutable<typeof settlementSchedules>, 'version'>>

const changed = (
  context: FlowContext,
  row: SettlementScheduleRow,
  set: ScheduleSet,
  type: string,
  data: Readonly<Record<string, unknown>>,
): Change => {
  const { merchant, plan, id, calendar, nextAt, lastAt, missedAt } = row
  const version = row.version + 1
  const guards = [
    replace(settlementSchedules, { merchant, plan }, row.version, {
      calendar,
      nextAt,
      lastAt,
      missedAt,
      ...set,
      version,
    }),
  ]
  const scheduledFor = new Date(set.lastAt ?? nextAt).toISOString()
  return { guards, effects: [eventOf(context, { merchant, id, version }, type, { plan, scheduledFor, ...data })] }
}

/** Raises the alarm for a run that begins too late, once for each. */
const tellMissed = async (
  context: FlowContext,
  plan: Scheduled,
  row: SettlementScheduleRow,
  due: DueRuns,
): Promise<SettlementScheduleRow> => {
  const lateMs = context.runtime.clock.now() - row.nextAt
  if (lateMs <= plan.missedAfterMs || row.missedAt === row.nextAt) return row
  const set = { missedAt: row.nextAt }
  const { merchant } = row
  const change = changed(context, row, set, 'settlement.missed', { runs: due.count, lateMs })
  const outcome = await context.committer.commit(change, { lane: 'recovery', merchant })
  if (outcome.committed) return { ...row, ...set, version: row.version + 1 }
  const [now] = await context.storage.load(settlementSchedules, [{ merchant, plan: row.plan }])
  return now ?? row
}

/** The timer of a settlement that somebody began. Repeating it is harmless. */
export const advanceDue = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { merchant, settlement } = job.payload as { merchant: string; settlement: SettlementRow['id'] }
  const [row] = await context.storage.load(settlements, [{ merchant, id: settlement }])
  if (row !== undefined && row.state !== 'completed' && !waits(row)) await advance(context, row)
  return undefined
}
