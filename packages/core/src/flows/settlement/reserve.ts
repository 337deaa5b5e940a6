import type { JobResult, JobRun } from '../../jobs/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  refuseState,
  reserveReleasePostings,
  SettlementDraft,
  type SettlementRow,
  settlements,
} from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { balancesOf } from './calculate.ts'
import { commitSettlement, loadSettlement } from './commit.ts'
import { settlementId } from './operate.ts'

const TRIES = 16

/**
 * Ends the reserve of a settlement: it covers first what the owner owes, and the rest becomes available. Happens once, whoever asks.
 * @throws FlorinError `not_found`, and `invalid_state` where it holds no reserve
 */
export const releaseReserve = async (
  context: FlowContext,
  { merchant, settlement, by }: { readonly merchant: string; readonly settlement: string; readonly by: string },
): Promise<SettlementRow> => {
  const named = settlementId(merchant, settlement)
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await loadSettlement(context, named)
    if (row.reserveState !== 'held') refuseState(row, 'it holds no reserve')
    const released = await release(context, row, by)
    if (released !== undefined) return released
  }
  throw new FlorinError('conflict', `settlement ${named.id} is being changed by others all the time: try again`)
}

const release = async (context: FlowContext, row: SettlementRow, by: string): Promise<SettlementRow | undefined> => {
  const { id, seller: owner, currency, reserved: amount } = row
  const { pending } = await balancesOf(context, row)
  const draft = new SettlementDraft(row, context.runtime.clock.now())
  draft.set({ reserveState: 'released' })
  const postings = reserveReleasePostings({ owner, currency, amount, owed: pending < 0n ? -pending : 0n })
  const ledger = draft.book('reserve_release', `${id}/reserve`, postings)
  draft.event('settlement.reserve_released', { by, amount: formatAmount(amount, currency), currency }, ledger)
  return commitSettlement(context, draft.finish())
}

/** The timer of a rolling reserve. Repeating it is harmless. */
export const reserveDue = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { merchant, settlement } = job.payload as { merchant: string; settlement: SettlementRow['id'] }
  const [row] = await context.storage.load(settlements, [{ merchant, id: settlement }])
  if (row === undefined || row.reserveState !== 'held') return undefined
  await releaseReserve(context, { merchant, settlement, by: 'plan' })
  return undefined
}
