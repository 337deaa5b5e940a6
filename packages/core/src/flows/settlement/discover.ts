import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import type { Effect } from '../../records/index.ts'
import { accounts } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { scheduleInstant } from './instant.ts'
import { scheduleSettlements } from './schedule.ts'

/** The job that finds merchants whom nobody configured, so that the general plans run for them, too. One for all. */
export const DISCOVER_QUEUE = 'settlement_discover'

const SCOPE = 'settlement' // of a job that is no merchant's
const EVERY_MS = 3_600_000 // plans run once a day at most
const A_RUN = 2_000 // merchants that one run looks at: well within its lease

const timer = (context: FlowContext, due: number, after: string): Effect =>
  schedule({
    id: context.runtime.ids.make('job'),
    queue: DISCOVER_QUEUE,
    key: 'all',
    merchant: SCOPE,
    payload: { after },
    due,
  })

/** Sets the timer, where merchants need no configuration; one that is set already stays. */
export const scheduleDiscovery = async (context: FlowContext): Promise<void> => {
  if (!context.settlement.others) return
  const effects = [timer(context, context.runtime.clock.now(), '')]
  await context.committer.commit({ guards: [], effects }, { lane: 'recovery', merchant: SCOPE })
}

/** Sets the timers of the plans of merchants that have accounts. Repeating it is harmless. */
export const discoverMerchants = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  if (!context.settlement.others) return undefined
  const now = context.runtime.clock.now()
  const found: string[] = []
  let last = (job.payload as { after: string }).after
  while (found.length < A_RUN) {
    // No character of a merchant's id sorts before '!': the next account after it is the next merchant's.
    const query = { index: 'key', equals: {}, from: last === '' ? '' : `${last}!`, limit: 1 } as const
    const [row] = (await context.storage.find(accounts, query)).rows
    if (row === undefined) break
    last = row.merchant
    found.push(last)
  }
  await scheduleSettlements(context, found)
  await scheduleInstant(context, found)
  return { effects: [found.length < A_RUN ? timer(context, now + EVERY_MS, '') : timer(context, now, last)] }
}
