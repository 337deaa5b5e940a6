import { pendingOf } from '../../ledger/index.ts'
import {
  type SettlementRow,
  type SettlementScheduleRow,
  type SettlementState,
  settlementSchedules,
  settlements,
} from '../../settlement/index.ts'
import type { Page } from '../../storage/index.ts'
import type { FlowContext, Reading } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { loadSettlement } from './commit.ts'
import { settlementId } from './operate.ts'
import { type SettlementView, settlementView } from './view.ts'

/** Which settlements to list. */
export interface SettlementQuery {
  readonly merchant: string
  readonly state: SettlementState | null
  /** Whose, in which currency; null: everybody's. */
  readonly owner: { readonly seller: string | null; readonly currency: string } | null
  readonly limit: number
  readonly after: string | null
}

/** A merchant's settlements, the newest first; with both a state and an owner a page may hold fewer than `limit`. */
export const listSettlements = async (
  context: Pick<Reading, 'storage'>,
  query: SettlementQuery,
): Promise<PageView<SettlementView>> => {
  const { merchant, state, owner, limit, after } = query
  const keyset = { descending: true, limit, ...(after === null ? {} : { after }) }
  const find = (): Promise<Page<SettlementRow>> => {
    if (owner !== null) {
      const { account } = pendingOf(owner.seller, owner.currency)
      return context.storage.find(settlements, { index: 'range', equals: { merchant, account }, ...keyset })
    }
    if (state !== null)
      return context.storage.find(settlements, { index: 'state', equals: { merchant, state }, ...keyset })
    return context.storage.find(settlements, { index: 'key', equals: { merchant }, ...keyset })
  }
  const page = await find()
  const rows = page.rows.filter((row) => state === null || row.state === state)
  const data = rows.map(settlementView)
  return { object: 'list', data, ...(page.next === undefined ? {} : { next: page.next }) }
}

/** One settlement. @throws FlorinError `not_found` */
export const getSettlement = async (
  context: Pick<FlowContext, 'storage'>,
  merchant: string,
  id: string,
): Promise<SettlementView> => settlementView(await loadSettlement(context, settlementId(merchant, id)))

/** A plan of settlement, and where it stands in its calendar. */
export interface PlanView {
  readonly name: string
  readonly mode: 'instant' | 'scheduled' | 'batch'
  readonly nextAt: string | null
  readonly lastAt: string | null
  /** The planned instant that was last missed. */
  readonly missedAt: string | null
}

const isoOrNull = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString()

/** A merchant's plans, in order. */
export const listPlans = async (context: FlowContext, merchant: string): Promise<readonly PlanView[]> => {
  const plans = context.settlement.plansOf(merchant)
  const keys = plans.map(({ name }) => ({ merchant, plan: name }))
  const rows = await context.storage.load(settlementSchedules, keys)
  return plans.map(({ name, mode }, index) => {
    const row = mode === 'scheduled' ? (rows[index] as SettlementScheduleRow | undefined) : undefined
    const { nextAt, lastAt, missedAt } = row ?? { nextAt: null, lastAt: null, missedAt: null }
    return { name, mode, nextAt: isoOrNull(nextAt), lastAt: isoOrNull(lastAt), missedAt: isoOrNull(missedAt) }
  })
}
