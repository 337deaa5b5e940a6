import { FlorinError } from '../kernel/index.ts'
import type { AnyTable, Column } from '../records/index.ts'
import type { Cells } from './order.ts'

const wrong = (): never => {
  throw new FlorinError(
    'invalid_request',
    'the page cursor is not one of this list: give the `next` of the page before',
    {
      details: { path: 'after' },
    },
  )
}

/** Where a page ended: the columns that the query left open, of its last row. JSON has no bigint, so that one is wrapped. */
export const encodeCursor = (names: readonly string[], row: Cells): string => {
  const values = names.map((name) => (typeof row[name] === 'bigint' ? [String(row[name])] : row[name]))
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

const decodeValue = (column: Column, value: unknown): unknown => {
  switch (column.kind) {
    case 'minor':
      if (!Array.isArray(value) || typeof value[0] !== 'string' || !/^-?\d{1,20}$/.test(value[0])) return wrong()
      return BigInt(value[0])
    case 'count':
    case 'instant':
      return typeof value === 'number' ? value : wrong()
    case 'flag':
      return typeof value === 'boolean' ? value : wrong()
    default:
      return typeof value === 'string' ? value : wrong()
  }
}

/** Reads a cursor back. Cursors come from outside, so nothing in one is trusted: `invalid_request` unless it has this shape. */
export const decodeCursor = (table: AnyTable, names: readonly string[], cursor: string): readonly unknown[] => {
  let values: unknown
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return wrong()
  }
  if (!Array.isArray(values) || values.length !== names.length) return wrong()
  return names.map((name, i) => decodeValue(table.columns[name] as Column, values[i]))
}
