import { FlorinError } from '../kernel/index.ts'
import type { AnyTable, Column } from '../records/index.ts'

type Cells = Readonly<Record<string, unknown>>

const wrong = (): never => {
  throw new FlorinError(
    'invalid_request',
    'the page cursor is not one of this list: give the `next` of the page before',
    { details: { path: 'after' } },
  )
}

/** Where a page ended: the columns that the query left open, of its last row. JSON has no bigint, so one is wrapped. */
export const encodeCursor = (names: readonly string[], row: Cells): string => {
  const values = names.map((name) => (typeof row[name] === 'bigint' ? [String(row[name])] : row[name]))
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

const LIMIT = 2n ** 63n

const bigintOf = (value: unknown): bigint => {
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !/^-?\d{1,19}$/.test(value[0])) return wrong()
  const number = BigInt(value[0])
  return number < LIMIT && number >= -LIMIT ? number : wrong()
}

const cellOf = (kind: Column['kind'], value: unknown): unknown => {
  switch (kind) {
    case 'minor':
      return bigintOf(value)
    case 'count':
    case 'instant':
      return Number.isSafeInteger(value) ? value : wrong()
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
  const columns = table.columns as Readonly<Record<string, Column>>
  return names.map((name, i) => cellOf((columns[name] as Column).kind, values[i]))
}
