import type { StreamEvent } from '../../events/index.ts'
import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import { idTime, isId } from '../../kernel/index.ts'
import { attempts } from '../../payments/index.ts'
import { reconciliationSources, type SourceRow, sourceName } from '../../reconciliation/index.ts'
import { type Effect, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { findingsChange } from './findings.ts'
import { NIGHTLY_QUEUE, nextNight } from './queues.ts'
import { isMoved, missingThere, withoutLine } from './sweep.ts'

const DAY_MS = 86_400_000
const CLOCKS_MS = 600_000 // how far servers' clocks are apart at most
const LATEST_DAYS = 30 // where files have stopped by then, this is no longer what is to be waited for

const MOVED: ReadonlySet<string> = new Set(['payment.captured', 'payment.refunded'])

/** What a night looks at again: money that moved, or was known to have moved, after its time had been looked at. */
interface Waiting {
  readonly source: string
  readonly attempt: string
  /** When that was known. */
  readonly since: number
}

/**
 * The timers of captures and refunds that were known to have succeeded only after the look for missing lines had passed their time: nobody knew,
 * or a refusal turned out wrong. Without them such a one would never be looked for. `events` are what a check of changes reads.
 */
export const lookLater = async (context: FlowContext, events: readonly StreamEvent[]): Promise<readonly Effect[]> => {
  const told = events.flatMap((event) => {
    const { attempt, gateway, account } = event.data
    if (!MOVED.has(event.type) || typeof attempt !== 'string' || !isId('att', attempt)) return []
    if (typeof gateway !== 'string' || typeof account !== 'string') return []
    return [{ source: sourceName({ gateway, account }), attempt, since: event.at }]
  })
  if (told.length === 0) return []
  const names = [...new Set(told.map(({ source }) => source))]
  const sources = await context.storage.load(
    reconciliationSources,
    names.map((source) => ({ source })),
  )
  const found = new Map(sources.flatMap((row) => (row === undefined ? [] : [[row.source, row] as const])))
  return told.flatMap((one) => {
    const row = found.get(one.source)
    if (row === undefined || !isAfterSweep(one, row)) return []
    const { merchant, closesAfterDays } = row
    const due = nextNight(one.since + closesAfterDays * DAY_MS)
    const key = `${one.source}/${one.attempt}/${one.since}`
    const id = context.runtime.ids.make('job')
    return [schedule({ id, queue: NIGHTLY_QUEUE, key, merchant, payload: { ...one }, due })]
  })
}

/**
 * Whether its time had been swept when it was known. A sweep comes `closesAfterDays` after that time at the earliest, so whatever was known sooner
 * was known to it: also where this check is days behind. Too many are harmless: they are looked at twice.
 */
const isAfterSweep = ({ attempt, since }: Waiting, { sweptUntil, closesAfterDays }: SourceRow): boolean => {
  const made = idTime(attempt)
  return sweptUntil !== null && made <= sweptUntil && since >= made + closesAfterDays * DAY_MS - CLOCKS_MS
}

/** Whether a job of the night is such a one. */
export const isLookedAtLater = (payload: Readonly<Record<string, unknown>>): boolean =>
  typeof payload.attempt === 'string'

/**
 * Looks for the line of one that was swept before it was known. Once files reach beyond the instant at which it was, and should have all
 * of it, that no line has it is a break; until then it is looked at every night. The break is committed with the end of the job.
 */
export const runLookedAtLater = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { source, attempt: id, since } = job.payload as unknown as Waiting
  const { storage, runtime } = context
  const query = { index: 'id', equals: { id: id as `att_${string}` }, limit: 1 } as const
  const [[row], { rows }] = await Promise.all([
    storage.load(reconciliationSources, [{ source }]),
    storage.find(attempts, query),
  ])
  const [attempt] = rows
  if (row === undefined || attempt === undefined || !isMoved(attempt)) return undefined // taken back since: nothing is missed
  if ((await withoutLine(context, source, [attempt])).length === 0) return undefined
  const now = runtime.clock.now()
  if ((row.coveredUntil ?? 0) < since && now < since + LATEST_DAYS * DAY_MS) return { again: nextNight(now) }
  const { guards, effects } = await findingsChange(context, source, [missingThere(source, attempt)], [])
  return { guards: [asOf(row, now), ...guards], effects }
}

/** The source as it was read: a file that is read meanwhile may have the line, and then this is looked at once more. */
const asOf = ({ source, ...set }: SourceRow, now: number) =>
  replace(reconciliationSources, { source }, set.version, { ...set, updatedAt: now, version: set.version + 1 })
