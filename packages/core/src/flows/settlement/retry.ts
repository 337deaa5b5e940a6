import { SettlementDraft, type SettlementRow } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { commitSettlement, loadSettlement } from './commit.ts'

/** What a calculation starts with. */
const FROM_THE_START = {
  lines: 0,
  captures: 0n,
  fees: 0n,
  refunds: 0n,
  disputes: 0n,
  adjustments: 0n,
  reserveCover: 0n,
  settledBefore: 0n,
} as const

/**
 * Tries a failed settlement again: from the start where no money has moved, else from there. `by` is null where a run does it. Gives the
 * row as another writer left it, where one was first.
 */
export const retrySettlement = async (
  context: FlowContext,
  row: SettlementRow,
  by: string | null,
): Promise<SettlementRow> => {
  const draft = new SettlementDraft(row, context.runtime.clock.now())
  if (row.movedAt === null) draft.move('retry', { failure: null, ...FROM_THE_START, calculatedTo: row.fromVersion })
  else draft.move('resume', { failure: null })
  draft.event('settlement.retried', { by: by ?? 'plan' })
  return (await commitSettlement(context, draft.finish())) ?? loadSettlement(context, row)
}
