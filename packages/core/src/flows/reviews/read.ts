import { FlorinError } from '../../kernel/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  type PaymentState,
  type ReviewAction,
  type ReviewReason,
  type ReviewRow,
  reviews,
} from '../../payments/index.ts'
import type { Page } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { loadState } from '../payments/load.ts'
import { type PageView, paymentIdOf } from '../payments/read.ts'
import { type Stuck, stuckOf } from './stuck.ts'
import { iso, type ReviewDetails, type ReviewView, reviewView, type StuckView } from './view.ts'

/** Which open reviews to list. */
export interface ReviewQuery {
  readonly merchant: string
  readonly reason: ReviewReason | null
  readonly limit: number
  readonly after: string | null
}

/** A merchant's open reviews, the oldest first: what has waited longest. */
export const listReviews = async (context: FlowContext, query: ReviewQuery): Promise<PageView<ReviewView>> => {
  const { merchant, reason, limit, after } = query
  const keyset = { limit, ...(after === null ? {} : { after }) }
  const page: Page<ReviewRow> =
    reason === null
      ? await context.storage.find(reviews, { index: 'open', equals: { openFor: merchant }, ...keyset })
      : await context.storage.find(reviews, { index: 'reason', equals: { openFor: merchant, reason }, ...keyset })
  return {
    object: 'list',
    data: page.rows.map(reviewView),
    ...(page.next === undefined ? {} : { next: page.next }),
  }
}

/** The newest review of a payment, with what is open about it now. */
export const getReview = async (context: FlowContext, merchant: string, id: string): Promise<ReviewDetails> =>
  detailsOf(context, await loadState(context, merchant, await paymentIdOf(context, merchant, id)))

/** A payment's newest review as it stands. */
export const detailsOf = async (context: FlowContext, state: PaymentState): Promise<ReviewDetails> => {
  const { merchant, id: payment, reviews: number } = state.payment
  const [row] = number === 0 ? [] : await context.storage.load(reviews, [{ merchant, payment, number }])
  if (row === undefined) {
    throw new FlorinError('not_found', `payment ${payment} has never needed a review`, { details: { payment } })
  }
  const stuck = row.openFor === null ? [] : stuckOf(context, state)
  const note = row.note === null ? undefined : await context.sealer.open<string>(notePlace(row), row.note)
  return {
    ...reviewView(row),
    ...(note === undefined ? {} : { note }),
    actions: row.openFor === null ? [] : actionsOf(stuck),
    stuck: stuck.map(stuckView),
  }
}

const actionsOf = (stuck: readonly Stuck[]): readonly ReviewAction[] => [
  ...new Set<ReviewAction>(['acknowledge', ...stuck.flatMap(({ actions }) => actions)]),
]

const stuckView = ({ attempt, due, actions }: Stuck): StuckView => ({
  attempt: attempt.id,
  kind: attempt.kind,
  state: attempt.state,
  gateway: attempt.gateway,
  account: attempt.account,
  ...(attempt.gatewayId === null ? {} : { gatewayId: attempt.gatewayId }),
  amount: formatAmount(attempt.amount, attempt.currency),
  currency: attempt.currency,
  since: iso(attempt.createdAt),
  ...(due === null ? {} : { next: iso(due) }),
  actions,
})

/** Where a review's note is sealed for. */
export const notePlace = ({ merchant, payment, number }: Pick<ReviewRow, 'merchant' | 'payment' | 'number'>) => ({
  table: 'reviews',
  column: 'note',
  merchant,
  key: `${payment}/${number}`,
})
