import type { AnyTable, Change } from '../records/index.ts'

/** What a change touches, and roughly what it weighs. */
export interface Footprint {
  /** A name for each row and unique key that another change could touch too. */
  readonly rows: readonly string[]
  readonly ops: number
  /** An estimate, cheap and on the safe side; only for bounding batches. */
  readonly bytes: number
}

interface Shape {
  readonly name: string
  readonly key: readonly string[]
  readonly uniques: readonly { readonly name: string; readonly columns: readonly string[] }[]
  /** Whether somebody may replace a row that was appended: a table without mutable columns has none. */
  readonly replaceable: boolean
  /** Columns whose size is not known from their kind. */
  readonly large: readonly string[]
  readonly bytes: number
  /** The table whose replaced row keeps changes apart that claim rows here. */
  readonly heldBy: string | null
}

const COLUMN_BYTES = 24 // names, ids, amounts and instants, on average
const POSTING_BYTES = 512 // a posting is two entries, and two accounts at most
const DOCUMENT_BYTES = 128 // an element of a list: a posting, an event's key
const MEMBER_BYTES = 32 // a member of a document, its name included
const SMALL_BYTES = 128 // a finish

const shapes = new WeakMap<AnyTable, Shape>()

const shapeOf = (table: AnyTable): Shape => {
  const known = shapes.get(table)
  if (known !== undefined) return known
  const columns = Object.entries(table.columns) as [string, { kind: string }][]
  const uniques = Object.entries(table.unique) as [string, readonly string[]][]
  const shape: Shape = {
    name: table.name,
    key: table.key,
    uniques: uniques.map(([name, names]) => ({ name: `${table.name}\0${name}\0`, columns: names })),
    replaceable: table.mutable.length > 0,
    large: columns.filter(([, { kind }]) => kind === 'sealed' || kind === 'json').map(([n]) => n),
    bytes: columns.length * COLUMN_BYTES,
    heldBy: table.heldBy,
  }
  shapes.set(table, shape)
  return shape
}

/**
 * Reads a change once. Ledger accounts are left out, because a batch sums what is posted to them, and scheduled jobs, because one
 * that is already waiting stays as it is; so are appended rows that nobody can ever touch again.
 */
export const footprint = (change: Change): Footprint => {
  const rows: string[] = []
  let bytes = 0
  const [first] = change.guards
  const held = first?.op === 'replace' ? first.table.name : undefined
  for (const guard of change.guards) {
    switch (guard.op) {
      case 'claim': {
        const shape = shapeOf(guard.table)
        bytes += weigh(shape, guard.row)
        if (shape.heldBy === held) break
        rows.push(rowName(shape.name, shape.key, guard.row))
        for (const { name, columns } of shape.uniques) {
          // SQL takes nulls for distinct: a key that holds one collides with nothing
          if (columns.every((column) => guard.row[column] !== null)) rows.push(rowName(name, columns, guard.row))
        }
        break
      }
      case 'replace': {
        const shape = shapeOf(guard.table)
        rows.push(rowName(shape.name, shape.key, guard.key))
        bytes += weigh(shape, guard.set)
        break
      }
      case 'post':
        bytes += guard.postings.length * POSTING_BYTES
        break
      case 'finish':
        rows.push(`jobs\0${guard.id}`)
        bytes += SMALL_BYTES
    }
  }
  for (const effect of change.effects) {
    if (effect.op === 'schedule') {
      bytes += SMALL_BYTES + weighValue(effect.row.payload)
      continue
    }
    const shape = shapeOf(effect.table)
    if (shape.replaceable) rows.push(rowName(shape.name, shape.key, effect.row))
    bytes += weigh(shape, effect.row)
  }
  return { rows, ops: change.guards.length + change.effects.length, bytes }
}

const rowName = (prefix: string, names: readonly string[], row: Readonly<Record<string, unknown>>): string => {
  let name = prefix
  for (const column of names) name += `\0${row[column]}`
  return name
}

const weigh = (shape: Shape, row: Readonly<Record<string, unknown>>): number => {
  let bytes = shape.bytes
  for (const column of shape.large) bytes += weighValue(row[column])
  return bytes
}

/** One level deep: core's own documents are flat, and only their texts and lists can be long. */
const weighValue = (value: unknown): number => {
  if (value instanceof Uint8Array) return value.byteLength
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value.length : 8
  if (Array.isArray(value)) return value.length * DOCUMENT_BYTES
  let bytes = 0
  for (const member of Object.values(value)) {
    const length = typeof member === 'string' ? member.length : Array.isArray(member) ? member.length * MEMBER_BYTES : 0
    bytes += MEMBER_BYTES + length
  }
  return bytes
}
