import { FlorinError } from '../kernel/index.ts'
import { decodeCursor, encodeCursor } from '../storage/index.ts'
import { type Cells, compareTuple } from './order.ts'
import type { Position } from './sorted-list.ts'
import type { Order, Slot, TableStore } from './table-store.ts'

/** `Query` without its table's types. */
export interface AnyQuery {
  readonly index: string
  readonly equals: Cells
  readonly from?: string | number | bigint | undefined
  readonly to?: string | number | bigint | undefined
  readonly descending?: boolean | undefined
  readonly limit: number
  readonly after?: string | undefined
}

const MAX_LIMIT = 1000

/** The values of `equals` in the index's order; they must be those of its first columns. */
const prefixOf = (store: TableStore, order: Order, query: AnyQuery): readonly unknown[] => {
  const size = Object.keys(query.equals).length
  const names = order.columns.slice(0, Math.min(size, order.declared))
  if (names.length < size || names.some((name) => query.equals[name] === undefined)) {
    const given = Object.keys(query.equals).join(', ')
    throw new FlorinError(
      'internal',
      `a query of ${store.table.name} by '${query.index}' gives (${given}), which are not the first columns of that index`,
    )
  }
  if ((query.from !== undefined || query.to !== undefined) && names.length === order.declared) {
    throw new FlorinError(
      'internal',
      `a query of ${store.table.name} by '${query.index}' has no column left for a range`,
    )
  }
  return names.map((name) => query.equals[name])
}

const last = (a: Position, b: Position): Position => ((a.chunk - b.chunk || a.at - b.at) >= 0 ? a : b)
const first = (a: Position, b: Position): Position => ((a.chunk - b.chunk || a.at - b.at) <= 0 ? a : b)

/** One page of slots, and the cursor of the next page if there is more. */
export const select = (store: TableStore, query: AnyQuery): { slots: readonly Slot[]; next?: string } => {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw new FlorinError('invalid_request', `a page has 1 to ${MAX_LIMIT} rows, not ${query.limit}`, {
      details: { path: 'limit' },
    })
  }
  const order = store.order(query.index)
  const { columns, list } = order
  const equals = prefixOf(store, order, query)
  const open = columns.slice(equals.length)
  const descending = query.descending === true
  const low = query.from === undefined ? equals : [...equals, query.from]
  const high = query.to === undefined ? equals : [...equals, query.to]
  let start = list.seek(({ row }) => compareTuple(columns, row, low) < 0)
  let end = list.seek(({ row }) => compareTuple(columns, row, high) <= 0)
  if (query.after !== undefined) {
    // The cursor narrows the range and never widens it: one of another merchant's list shows nothing of that merchant.
    const cursor = [...equals, ...decodeCursor(store.table, open, query.after)]
    if (descending)
      end = first(
        end,
        list.seek(({ row }) => compareTuple(columns, row, cursor) < 0),
      )
    else
      start = last(
        start,
        list.seek(({ row }) => compareTuple(columns, row, cursor) <= 0),
      )
  }
  const found = list.between(start, end, query.limit + 1, descending)
  if (found.length <= query.limit) return { slots: found }
  const slots = found.slice(0, query.limit)
  return { slots, next: encodeCursor(open, (slots.at(-1) as Slot).row) }
}
