import type { DisputeRow } from '../../disputes/index.ts'
import { FlorinError, randomBelow, sleep } from '../../kernel/index.ts'
import type { Effect, Guard } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { loadState } from '../payments/load.ts'
import { disputeChange } from './change.ts'
import { disputesOf, loadDispute } from './load.ts'

/** What is to become of a dispute. */
export interface DisputeUpdate {
  readonly after: DisputeRow
  readonly events: readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[]
  readonly guards?: readonly Guard[]
  readonly effects?: readonly Effect[]
}

const TRIES = 32
const WAIT_MS = 10

/**
 * Changes a dispute, and gives it as it is then: decides on what is stored, commits, and where somebody was faster decides anew. `decide`
 * runs again after every lost race; null: there is nothing to do. Throws `conflict` when others are faster every time.
 */
export const updateDispute = async (
  context: FlowContext,
  merchant: string,
  id: string,
  decide: (dispute: DisputeRow) => Promise<DisputeUpdate | null>,
  lane: 'intent' | 'outcome' = 'intent',
): Promise<DisputeRow> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await loadDispute(context, merchant, id)
    const update = await decide(before)
    if (update === null) return before
    const state = await loadState(context, merchant, before.payment)
    const all = await disputesOf(context, merchant, before.payment)
    const { change, row } = disputeChange(context, { state, all, before, fee: before.merchantFee, ...update })
    if ((await context.committer.commit(change, { lane, merchant })).committed) return row
    await sleep(context.runtime.scheduler, randomBelow(context.runtime.random, WAIT_MS * (tries + 1)))
  }
  throw new FlorinError(
    'conflict',
    `dispute ${id} is being changed by others all the time: nothing happened, try again`,
  )
}
