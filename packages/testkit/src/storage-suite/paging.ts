import assert from 'node:assert/strict'
import type { AnyTable, Storage } from '@florin/core/storage'
import type { Cells } from './sample.ts'
import { plain } from './world.ts'

/** `Query` without its table's types. */
export interface AnyQuery {
  readonly index: string
  readonly equals: Cells
  readonly from?: string | number
  readonly to?: string | number
  readonly descending?: boolean
  readonly limit: number
  readonly after?: string
}

/** One page, in a form that compares by content. */
export const find = async (
  storage: Storage,
  table: AnyTable,
  query: AnyQuery,
): Promise<{ rows: Cells[]; next?: string }> => {
  const page = await storage.find(table, query as never)
  const rows = page.rows.map((row) => plain(row) as Cells)
  return page.next === undefined ? { rows } : { rows, next: page.next }
}

/** All rows of a query, page by page. Every page but the last is full. */
export const walk = async (storage: Storage, table: AnyTable, query: AnyQuery): Promise<readonly Cells[]> => {
  const rows: Cells[] = []
  let after: string | undefined
  do {
    const page = await find(storage, table, after === undefined ? query : { ...query, after })
    if (page.next !== undefined) assert.equal(page.rows.length, query.limit)
    rows.push(...page.rows)
    after = page.next
    assert.ok(rows.length < 100_000, 'the pages never end')
  } while (after !== undefined)
  return rows
}

/** Two values of a column, as every database must order them. */
export const compare = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a === b ? 0 : (a as number) < (b as number) ? -1 : 1
}
