import { type IdempotencyRow, idempotencyKeys } from '../../idempotency/index.ts'
import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import { replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'

/** The queue of the timer that drops frozen answers. */
export const REAP_QUEUE = 'idempotency.reap'

const DAY_MS = 86_400_000
const PAGE = 500
const PAGES_A_RUN = 20 // a run stays well within its lease, and leaves the storage to payments in between
const PAUSE_MS = 1_000

const nextRun = (context: FlowContext, after: string | null, due: number): Effect =>
  schedule({
    id: context.runtime.ids.make('job'),
    queue: REAP_QUEUE,
    key: 'all',
    merchant: 'florin',
    payload: { after },
    due,
  })

/** Sets the timer; one that is set already stays. */
export const scheduleReaping = async (context: FlowContext): Promise<void> => {
  const effects = [nextRun(context, null, context.runtime.clock.now())]
  await context.committer.commit({ guards: [], effects }, { lane: 'recovery', merchant: 'florin' })
}

/**
 * Drops frozen answers that are older than `keptMs`, a slice of the keys a run. The keys stay for as long as their payments: a repetition
 * is refused with `idempotency_expired`, and never executes anew (FAILURES 3).
 */
export const reapResults = async (context: FlowContext, keptMs: number, { job }: JobRun): Promise<JobResult> => {
  const now = context.runtime.clock.now()
  let after = job.payload.after as string | null
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const query = { index: 'key', equals: {}, limit: PAGE, ...(after === null ? {} : { after }) } as const
    const { rows, next } = await context.storage.find(idempotencyKeys, query)
    const old = rows.filter((row) => row.state === 'done' && row.createdAt < now - keptMs)
    await Promise.all(old.map((row) => dropResult(context, row)))
    if (next === undefined) return { effects: [nextRun(context, null, now + DAY_MS)] }
    after = next
  }
  return { effects: [nextRun(context, after, now + PAUSE_MS)] }
}

const dropResult = async (context: FlowContext, row: IdempotencyRow): Promise<void> => {
  const { merchant, operation, key, version } = row
  const set = { state: 'expired', result: null, leaseUntil: 0, version: version + 1 } as const
  const guards = [replace(idempotencyKeys, { merchant, operation, key }, version, set)]
  await context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant })
}
