import { appendEvent } from '../../events/index.ts'
import { type FeeSchedule, type FeeScheduleRow, feeSchedules, inForce, LEAD_MS } from '../../fees/index.ts'
import { digest, FlorinError, sameBytes } from '../../kernel/index.ts'
import { claim } from '../../records/index.ts'
import { type FlowContext, intentOf, type Reading } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { readVersions } from './book.ts'

/** A version of a merchant's fee schedule. JSON-safe; instants are ISO 8601 in UTC. */
export interface FeeScheduleView {
  readonly object: 'fee_schedule'
  readonly id: string
  /** 1 for the merchant's first; `expect` of the next change. */
  readonly version: number
  readonly effectiveFrom: string
  readonly schedule: FeeSchedule
  readonly by?: string
  readonly createdAt: string
}

/** A change of a merchant's fees. */
export interface ScheduleChange {
  readonly merchant: string
  readonly schedule: FeeSchedule
  /** The newest version there is; 0: none. */
  readonly expect: number
  /** UTC milliseconds; null: as soon as may be. */
  readonly effectiveFrom: number | null
  readonly by: string | null
}

const iso = (at: number): string => new Date(at).toISOString()

export const scheduleView = (row: FeeScheduleRow): FeeScheduleView => ({
  object: 'fee_schedule',
  id: row.id,
  version: row.version,
  effectiveFrom: iso(row.effectiveFrom),
  schedule: row.schedule,
  ...(row.by === null ? {} : { by: row.by }),
  createdAt: iso(row.createdAt),
})

/**
 * Makes a schedule the next version. Of two who change the same version one wins, and the other is refused with `conflict`; whoever repeats
 * the very change that was made gets what it made.
 */
export const setSchedule = async (context: FlowContext, change: ScheduleChange): Promise<FeeScheduleView> => {
  const { merchant, schedule, expect, by } = change
  const now = context.runtime.clock.now()
  const version = expect + 1
  const [made] = await context.storage.load(feeSchedules, [{ merchant, version }])
  if (made !== undefined) return repeated(change, made)
  const [newest] = (await context.storage.find(feeSchedules, { ...newestFirst(merchant), limit: 1 })).rows
  if ((newest?.version ?? 0) !== expect) throw moved(expect, newest?.version ?? 0)
  const earliest = newest === undefined ? now : now + LEAD_MS
  const effectiveFrom = change.effectiveFrom ?? earliest
  if (effectiveFrom < earliest) throw tooSoon(effectiveFrom, earliest, newest !== undefined)
  const id = context.runtime.ids.make('fee')
  const row: FeeScheduleRow = { merchant, version, id, effectiveFrom, schedule, by, createdAt: now }
  const effective = iso(effectiveFrom)
  const data = { version, effectiveFrom: effective, rules: schedule.rules.map((rule) => rule.name), by }
  const event = { merchant, subject: id, version: 1, id: context.runtime.ids.make('evt'), at: now, data }
  const effects = [appendEvent({ ...event, type: 'fees.scheduled' })]
  const outcome = await context.committer.commit(
    { guards: [claim(feeSchedules, row)], effects },
    intentOf(context, merchant),
  )
  context.fees.forget(merchant)
  if (outcome.committed) return scheduleView(row)
  const [winner] = await context.storage.load(feeSchedules, [{ merchant, version }])
  if (winner !== undefined) return repeated(change, winner)
  throw new FlorinError('conflict', 'the fee schedule is being changed by others: read it, and try again')
}

const newestFirst = (merchant: string) => ({ index: 'key', equals: { merchant }, descending: true }) as const

const contentOf = (schedule: FeeSchedule): Uint8Array =>
  digest('florin.fees.v1', JSON.parse(JSON.stringify(schedule)) as Parameters<typeof digest>[1])

/** The version is there already: this very change, made before, or somebody else's. */
const repeated = (change: ScheduleChange, made: FeeScheduleRow): FeeScheduleView => {
  const sameDate = change.effectiveFrom === null || change.effectiveFrom === made.effectiveFrom
  if (sameDate && sameBytes(contentOf(change.schedule), contentOf(made.schedule))) return scheduleView(made)
  throw moved(change.expect, made.version)
}

const moved = (expect: number, is: number): FlorinError =>
  new FlorinError(
    'conflict',
    `expect: the fee schedule is at version ${is === expect ? 'another one' : is} and not at ${expect}: read it, and decide anew`,
    { details: { path: 'expect', version: is } },
  )

const tooSoon = (given: number, earliest: number, announced: boolean): FlorinError =>
  new FlorinError(
    'invalid_request',
    announced
      ? `effectiveFrom: ${iso(given)} is too soon: a change is announced ${LEAD_MS / 60_000} minutes ahead, so that every server knows of it: from ${iso(earliest)} on`
      : `effectiveFrom: ${iso(given)} is in the past: what was captured has its fee already; from ${iso(earliest)} on`,
    { details: { path: 'effectiveFrom' } },
  )

/** The version that counts at an instant; undefined where none does. */
export const scheduleAt = async (context: Reading, merchant: string, at: number): Promise<FeeScheduleRow | undefined> =>
  inForce(await readVersions(context.storage, merchant, at), at)

/** A version by its number. */
export const scheduleOf = async (context: Reading, merchant: string, version: number): Promise<FeeScheduleRow> => {
  const [row] = await context.storage.load(feeSchedules, [{ merchant, version }])
  if (row !== undefined) return row
  throw new FlorinError('not_found', `there is no version ${version} of the fee schedule`)
}

/** All versions, the newest first. */
export const listSchedules = async (
  context: Reading,
  merchant: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<PageView<FeeScheduleView>> => {
  const page = await context.storage.find(feeSchedules, {
    ...newestFirst(merchant),
    limit,
    ...(after === undefined ? {} : { after }),
  })
  const next = page.next === undefined ? {} : { next: page.next }
  return { object: 'list', data: page.rows.map(scheduleView), ...next }
}
