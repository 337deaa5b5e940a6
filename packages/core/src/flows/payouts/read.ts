import type { Owner } from '../../ledger/index.ts'
import { ownerText, type PayoutRow, payouts } from '../../payouts/index.ts'
import type { Page } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { loadPayout } from './commit.ts'
import { notePlace } from './order.ts'
import { type PayoutView, payoutView } from './view.ts'

/** One payout, with what was said of it. Throws `not_found`. */
export const getPayout = async (context: FlowContext, merchant: string, id: string): Promise<PayoutView> => {
  const row = await loadPayout(context, merchant, id)
  const view = payoutView(row)
  if (row.note === null) return view
  return { ...view, note: await context.sealer.open<string>(notePlace(row.merchant, row.id), row.note) }
}

/** Which payouts to list; `owner` undefined: everybody's. */
export interface PayoutQuery {
  readonly merchant: string
  readonly owner: Owner | undefined
  readonly reference: string | null
  /** Only those that a person should look at. */
  readonly needsReview: boolean
  readonly limit: number
  readonly after: string | null
}

/** A merchant's payouts, newest first. */
export const listPayouts = async (context: FlowContext, query: PayoutQuery): Promise<PageView<PayoutView>> => {
  const { merchant, owner, reference, needsReview, limit, after } = query
  const keyset = { descending: true, limit, ...(after === null ? {} : { after }) }
  let page: Page<PayoutRow>
  if (reference !== null) {
    page = await context.storage.find(payouts, { index: 'reference', equals: { merchant, reference }, ...keyset })
  } else if (needsReview) {
    page = await context.storage.find(payouts, { index: 'review', equals: { reviewFor: merchant }, ...keyset })
  } else if (owner === undefined) {
    page = await context.storage.find(payouts, { index: 'key', equals: { merchant }, ...keyset })
  } else {
    page = await context.storage.find(payouts, {
      index: 'owner',
      equals: { merchant, owner: ownerText(owner) },
      ...keyset,
    })
  }
  return {
    object: 'list',
    data: page.rows.map(payoutView),
    ...(page.next === undefined ? {} : { next: page.next }),
  }
}
