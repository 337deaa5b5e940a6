import { FlorinError, isId } from '../../kernel/index.ts'
import { refuseState, SettlementDraft, type SettlementRow } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { advance } from './advance.ts'
import { commitSettlement, loadSettlement } from './commit.ts'
import { retrySettlement } from './retry.ts'

/** What an operator can do about a settlement. */
export type SettlementAct = 'approve' | 'hold' | 'release' | 'rerun'

/** Who does what to which settlement. */
export interface SettlementOrder {
  readonly merchant: string
  readonly settlement: string
  readonly act: SettlementAct
  /** An id of the host's. */
  readonly by: string
}

const TRIES = 16

/**
 * Carries out what an operator decided, and goes on with the settlement as far as it goes. Of two who decide at once one is refused,
 * where the first one's decision leaves nothing to decide.
 * @throws FlorinError `not_found`, `invalid_state`
 */
export const operateSettlement = async (context: FlowContext, order: SettlementOrder): Promise<SettlementRow> => {
  const named = settlementId(order.merchant, order.settlement)
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await loadSettlement(context, named)
    const decided = await decide(context, row, order)
    if (decided !== undefined) return advance(context, decided)
  }
  throw new FlorinError('conflict', `settlement ${named.id} is being changed by others all the time: try again`)
}

/** The key of a settlement, of what a caller wrote. */
export const settlementId = (merchant: string, id: string): Pick<SettlementRow, 'merchant' | 'id'> => {
  if (isId('stl', id)) return { merchant, id }
  throw new FlorinError('not_found', `merchant '${merchant}' has no settlement '${id.slice(0, 40)}'`)
}

const decide = async (
  context: FlowContext,
  row: SettlementRow,
  { act, by }: SettlementOrder,
): Promise<SettlementRow | undefined> => {
  if (act === 'rerun') {
    if (row.state !== 'failed') refuseState(row, 'only what failed is run again; `run` settles what came since')
    return retrySettlement(context, row, by)
  }
  const draft = new SettlementDraft(row, context.runtime.clock.now())
  if (act === 'approve') {
    if (row.state !== 'calculated') refuseState(row, 'it is approved once it is calculated, and once only')
    draft.move('approve')
    draft.event('settlement.approved', { by })
  } else if (act === 'hold') {
    if (row.state === 'held' || row.movedAt !== null || row.state === 'failed') {
      refuseState(row, 'what is held already, has failed or has moved its money cannot be held')
    }
    draft.move('hold')
    draft.event('settlement.held', { by })
  } else {
    if (row.state !== 'held') refuseState(row, 'only what is held is released')
    draft.move('release')
    draft.event('settlement.released', { by })
  }
  return commitSettlement(context, draft.finish())
}
