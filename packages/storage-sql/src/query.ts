import { type AnyTable, type Column, FlorinError } from '@florin/core/storage'
import type { Cells } from './codec.ts'

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

/** The largest page. */
export const MAX_LIMIT = 1_000

/** The columns of a query's order: the index's, and the key's after them, so that no two rows are equal. */
export interface Order {
  readonly columns: readonly string[]
  /** How many of them the index itself declares. */
  readonly declared: number
  /** Whether the index leaves out rows that are null in its first column. */
  readonly sparse: boolean
}

/** An index, unique key or `key` of a table. @throws FlorinError `internal` for one that the table does not declare. */
export const orderOf = (table: AnyTable, index: string): Order => {
  const key: readonly string[] = table.key
  const orders = { ...table.unique, ...table.index, key } as Readonly<Record<string, readonly string[] | undefined>>
  const declared = orders[index]
  if (declared === undefined) throw new FlorinError('internal', `table ${table.name} has no index '${index}'`)
  const columns = table.columns as Readonly<Record<string, Column>>
  return {
    columns: [...declared, ...key.filter((name) => !declared.includes(name))],
    declared: declared.length,
    sparse: index in table.index && columns[declared[0] as string]?.nullable === true,
  }
}

/** The columns that a query fixes: the first of its index. */
export const fixedColumns = (table: AnyTable, order: Order, query: AnyQuery): readonly string[] => {
  const given = Object.keys(query.equals)
  const names = order.columns.slice(0, Math.min(given.length, order.declared))
  if (names.length < given.length || names.some((name) => query.equals[name] === undefined)) {
    throw new FlorinError(
      'internal',
      `a query of ${table.name} by '${query.index}' gives (${given.join(', ')}), which are not the first columns of that index`,
    )
  }
  if ((query.from !== undefined || query.to !== undefined) && names.length === order.declared) {
    throw new FlorinError('internal', `a query of ${table.name} by '${query.index}' has no column left for a range`)
  }
  return names
}

/** @throws FlorinError `invalid_request`: limits come from outside. */
export const checkLimit = (limit: number): void => {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return
  throw new FlorinError('invalid_request', `a page has 1 to ${MAX_LIMIT} rows, not ${limit}`, {
    details: { path: 'limit' },
  })
}
