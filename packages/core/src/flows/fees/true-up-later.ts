import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import { isFlorinError } from '../../kernel/index.ts'
import { attempts } from '../../payments/index.ts'
import type { Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { trueUpFee } from './true-up.ts'

/** The queue of the timers that true fees up by what a gateway's report told. */
export const TRUE_UP_QUEUE = 'fees.true_up'

/** A line of a gateway's report, as far as it tells what a capture cost. Minor units. */
export interface CostLine {
  readonly merchant: string
  /** What it settles: `att_…/done` where it is a capture of ours. */
  readonly settles: string
  readonly line: {
    readonly kind: string
    readonly currency: string
    readonly gross: bigint
    readonly net: bigint
    /** What the gateway kept, where the line says so by itself. */
    readonly fee: bigint | null
  }
}

const CAPTURE = /^att_\w+\/done$/

/**
 * The timers that true up the fees of captures whose cost these lines tell, to be committed with the lines. None for merchants whose fees pass
 * nothing on, which costs no reading: their schedules are in memory.
 */
export const trueUpsOf = async (context: FlowContext, lines: readonly CostLine[]): Promise<readonly Effect[]> => {
  const merchants = new Set(lines.map(({ merchant }) => merchant))
  const estimating = new Set<string>()
  for (const merchant of merchants) {
    await context.fees.ready(merchant)
    if (context.fees.estimates(merchant)) estimating.add(merchant)
  }
  if (estimating.size === 0) return []
  const due = context.runtime.clock.now()
  return lines
    .filter(
      ({ merchant, settles, line }) => estimating.has(merchant) && line.kind === 'capture' && CAPTURE.test(settles),
    )
    .map(({ merchant, settles, line: { currency, gross, net, fee } }) => {
      const attempt = settles.slice(0, settles.indexOf('/'))
      const payload = { merchant, attempt, currency, cost: (fee ?? gross - net).toString() }
      const id = context.runtime.ids.make('job')
      return schedule({ id, queue: TRUE_UP_QUEUE, key: attempt, merchant, payload, due })
    })
}

/** The timer: repeating it is harmless. A cost in another currency than the payment's tells nothing about its fee. */
export const trueUpLater = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const told = job.payload as { merchant: string; attempt: string; currency: string; cost: string }
  const query = { index: 'id', equals: { id: told.attempt as `att_${string}` }, limit: 1 } as const
  const [attempt] = (await context.storage.find(attempts, query)).rows
  if (attempt === undefined || attempt.merchant !== told.merchant || attempt.currency !== told.currency)
    return undefined
  const { merchant, payment, id } = attempt
  try {
    await trueUpFee(context, { merchant, payment, attempt: id, cost: BigInt(told.cost) })
  } catch (error) {
    if (!isFlorinError(error, 'conflict') || error.details.cost === undefined) throw error
    context.onError(error) // another cost was told before: for a person to correct, and not to be tried again
  }
  return undefined
}
