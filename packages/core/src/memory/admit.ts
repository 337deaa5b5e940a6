import { FlorinError } from '../kernel/index.ts'
import type { AnyTable, Column } from '../records/index.ts'
import type { Cells } from './order.ts'

const MINOR_LIMIT = 2n ** 63n // what a 64-bit integer column holds

const refuse = (table: AnyTable, name: string, why: string): never => {
  throw new FlorinError('internal', `${table.name}.${name} ${why}: the caller of the storage made a wrong row`, {
    details: { table: table.name, column: name },
  })
}

/** A frozen copy of a JSON document; anything that JSON cannot say exactly is refused. */
const frozenJson = (value: unknown, wrong: (why: string) => never): unknown => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : wrong('holds a number that JSON cannot say')
  if (Array.isArray(value)) return Object.freeze(value.map((item) => frozenJson(item, wrong)))
  if (typeof value !== 'object') return wrong(`holds a ${typeof value}, which JSON cannot say`)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return wrong('holds an object that is not plain')
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) copy[name] = frozenJson(member, wrong)
  }
  return Object.freeze(copy)
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && !value.includes('\0') && value.isWellFormed()

/** The value as it is kept: checked as a database would check it, and no longer the caller's to change. */
const admitValue = (table: AnyTable, name: string, column: Column, value: unknown): unknown => {
  if (value === null) return column.nullable ? null : refuse(table, name, 'may not be null')
  switch (column.kind) {
    case 'id':
      return isText(value) && value.startsWith(`${column.prefix}_`)
        ? value
        : refuse(table, name, `must be an id that starts with '${column.prefix}_'`)
    case 'text':
      if (!isText(value)) return refuse(table, name, 'must be well-formed text without NUL')
      if (column.oneOf !== undefined && !column.oneOf.includes(value)) {
        return refuse(table, name, `must be one of ${column.oneOf.join(', ')}`)
      }
      return value
    case 'minor':
      if (typeof value !== 'bigint') return refuse(table, name, 'must be a bigint')
      if (value >= MINOR_LIMIT || value < -MINOR_LIMIT) return refuse(table, name, 'must fit in 64 bits')
      return column.atLeast === undefined || value >= column.atLeast
        ? value
        : refuse(table, name, `may not be below ${column.atLeast}`)
    case 'count':
    case 'instant':
      if (!Number.isSafeInteger(value)) return refuse(table, name, 'must be a whole number of at most 2^53')
      return column.atLeast === undefined || (value as number) >= column.atLeast
        ? value
        : refuse(table, name, `may not be below ${column.atLeast}`)
    case 'flag':
      return typeof value === 'boolean' ? value : refuse(table, name, 'must be true or false')
    case 'bytes':
    case 'sealed':
      return value instanceof Uint8Array ? new Uint8Array(value) : refuse(table, name, 'must be bytes')
    case 'json':
      return frozenJson(value, (why) => refuse(table, name, why))
  }
}

/** Checks and copies exactly the named columns of a row. */
const admit = (table: AnyTable, names: readonly string[], cells: Cells, into: Record<string, unknown>): void => {
  let given = 0
  for (const name of names) {
    if (!(name in cells)) refuse(table, name, 'is missing')
    into[name] = admitValue(table, name, table.columns[name] as Column, cells[name])
    given += 1
  }
  if (Object.keys(cells).length === given) return
  const extra = Object.keys(cells).find((name) => !names.includes(name)) ?? ''
  refuse(table, extra, 'is no column that may be given here')
}

/** The row as the table keeps it: every column present, checked against the catalogue, copied and frozen. Throws `internal`. */
export const admitRow = (table: AnyTable, names: readonly string[], row: Cells): Cells => {
  const kept: Record<string, unknown> = {}
  admit(table, names, row, kept)
  return Object.freeze(kept)
}

/** The row after a replacement, which gives all mutable columns and no others. Throws `internal`. */
export const admitChange = (table: AnyTable, row: Cells, set: Cells): Cells => {
  const kept: Record<string, unknown> = { ...row }
  admit(table, table.mutable, set, kept)
  return Object.freeze(kept)
}
