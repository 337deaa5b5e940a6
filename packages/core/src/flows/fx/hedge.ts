import { appendEvent } from '../../events/index.ts'
import { type FxHedgeRow, fxHedges, HEDGE, type HedgeThreshold } from '../../fx/index.ts'
import type { JobResult, JobRun } from '../../jobs/index.ts'
import { next } from '../../kernel/index.ts'
import { formatAmount, parseAmount } from '../../money/index.ts'
import { claim, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { positionsOf } from './exposure.ts'

/**
 * The timer after conversions: tells once that a pair's position went beyond its threshold, and once that it came back. The row and the event
 * are committed with the end of the job, so of two who run it one tells.
 */
export const checkHedge = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { merchant, pair } = job.payload as { merchant: string; pair: string }
  const threshold = context.fx.hedges.get(pair)
  if (threshold === undefined) return undefined
  const held = await positionsOf(context, merchant, pair)
  const position = held.find((one) => one.currency === threshold.currency)?.amount ?? 0n
  const [row] = await context.storage.load(fxHedges, [{ merchant, pair }])
  return moved(context, { merchant, threshold, position }, row)
}

interface Seen {
  readonly merchant: string
  readonly threshold: HedgeThreshold
  readonly position: bigint
}

const moved = (context: FlowContext, seen: Seen, row: FxHedgeRow | undefined): JobResult | undefined => {
  const { merchant, threshold, position } = seen
  const { pair, currency } = threshold
  const size = position < 0n ? -position : position
  const beyond = size > parseAmount(threshold.above, currency)
  const state = next(HEDGE, row?.state ?? 'within', beyond ? 'exceed' : 'ease')
  if (state === undefined) return undefined // it stands as it was told
  const at = context.runtime.clock.now()
  const version = (row?.version ?? 0) + 1
  const event = { merchant, subject: `fx/${pair}`, version, id: context.runtime.ids.make('evt'), at }
  const data = { pair, currency, position: formatAmount(position, currency), above: threshold.above }
  const type = state === 'exceeded' ? 'fx.hedge_needed' : 'fx.hedge_eased'
  const set = { state, position, updatedAt: at, version }
  return {
    guards: [
      row === undefined
        ? claim(fxHedges, { merchant, pair, ...set })
        : replace(fxHedges, { merchant, pair }, row.version, set),
    ],
    effects: [appendEvent({ ...event, type, data })],
  }
}
