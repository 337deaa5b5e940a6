import { FlorinError, isId } from '../../kernel/index.ts'
import { type RefundRow, refunds } from '../../refunds/index.ts'
import type { Page } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { paymentIdOf } from '../payments/read.ts'
import { type RefundDetails, refundDetails } from './view.ts'

/** Which refunds to list. */
export interface RefundQuery {
  readonly merchant: string
  /** Only those that wait for a decision. */
  readonly waiting: boolean
  readonly payment: string | null
  readonly limit: number
  readonly after: string | null
}

/** A refund's row by its id alone. Throws `not_found` for an id that this merchant does not have. */
export const findRefund = async (context: FlowContext, merchant: string, id: string): Promise<RefundRow> => {
  if (isId('ref', id)) {
    const page: Page<RefundRow> = await context.storage.find(refunds, {
      index: 'id',
      equals: { merchant, id },
      limit: 1,
    })
    const [row] = page.rows
    if (row !== undefined) return row
  }
  throw new FlorinError('not_found', `there is no refund '${id.slice(0, 64)}'`, {
    details: { refund: id.slice(0, 64) },
  })
}

export const getRefund = async (context: FlowContext, merchant: string, id: string): Promise<RefundDetails> =>
  refundDetails(context, await findRefund(context, merchant, id))

/** A merchant's refunds, newest first; those that wait for a decision oldest first, as they are worked off. */
export const listRefunds = async (context: FlowContext, query: RefundQuery): Promise<PageView<RefundDetails>> => {
  const page = await pageOf(context, query)
  const data = await Promise.all(page.rows.map((row) => refundDetails(context, row)))
  return { object: 'list', data, ...(page.next === undefined ? {} : { next: page.next }) }
}

const pageOf = async (context: FlowContext, query: RefundQuery): Promise<Page<RefundRow>> => {
  const { merchant, waiting, payment, limit, after } = query
  const keyset = { limit, ...(after === null ? {} : { after }) }
  if (waiting) return context.storage.find(refunds, { index: 'open', equals: { openFor: merchant }, ...keyset })
  const newest = { descending: true, ...keyset } as const
  if (payment === null) return context.storage.find(refunds, { index: 'id', equals: { merchant }, ...newest })
  const id = await paymentIdOf(context, merchant, payment)
  if (!isId('pay', id)) return { rows: [] }
  return context.storage.find(refunds, { index: 'key', equals: { merchant, payment: id }, ...newest })
}
