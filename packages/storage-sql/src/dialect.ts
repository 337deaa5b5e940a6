import type { AnyTable, Column, Kind } from '@florin/core/storage'
import type { DialectAdapter, QueryCompiler } from 'kysely'

/**
 * Turns a cell of a column into what the driver binds, or back. Never sees null.
 * @throws FlorinError `invalid_request` for what no cell of that kind can be: values to look for may come from outside.
 */
export type Conversion = (value: unknown, column: Column) => unknown

/**
 * What differs between the databases that share this package. A kind has exactly one column type and one conversion each way; a kind
 * without an entry is bound, or read, as it is.
 */
export interface Dialect {
  readonly name: string
  readonly types: Readonly<Record<Kind, string>>
  /** Follows the closing parenthesis of `create table`. */
  tableOptions(table: AnyTable): string
  /** What a table has besides what the catalogue says, for this database's own use. */
  extras(table: AnyTable): Extras
  /** Whether an index orders rows that are equal in its columns by their key; if not, the key's columns are made part of it. */
  readonly indexesEndInKey: boolean
  /** Whether the primary key is made after the indexes, and not with its table. */
  readonly keyIsLastIndex: boolean
  readonly encode: Readonly<Partial<Record<Kind, Conversion>>>
  readonly decode: Readonly<Partial<Record<Kind, Conversion>>>
  /** The n-th parameter of a statement, from 1. */
  placeholder(n: number): string
  /** Whether a column has one of many values, given as one parameter: a JSON text, or whatever array the database takes. */
  among(name: string, parameter: string, column: Column): string
  /** A check that the column's kind needs besides those of the catalogue, e.g. for booleans where there are none. */
  check(column: Column, name: string): string | undefined
  /** Statements after which the database itself refuses what the catalogue forbids: see `guardsOf`. */
  guard(table: AnyTable, guard: RowGuard): readonly string[]
  /**
   * What a read by an index (or by `key`) selects from, where the database can be told which index to use. Without statistics a
   * planner may take a primary key that begins alike, and read all of a merchant's rows.
   */
  source(table: string, index: string): string
  /** For kysely: only to compile reads, never to run them. */
  compiler(): QueryCompiler
  adapter(): DialectAdapter
}

/** Columns, as DDL, that no row of the catalogue's carries, and statements to run after the table was made. */
export interface Extras {
  readonly columns: readonly string[]
  readonly statements: readonly string[]
}

/** Nothing but what the catalogue says. */
export const NO_EXTRAS: Extras = Object.freeze({ columns: [], statements: [] })

/** Something that no statement may do to a table's rows. `columns` narrows an update; absent, every update is meant. */
export interface RowGuard {
  readonly name: string
  readonly on: 'update' | 'delete'
  readonly columns?: readonly string[]
  /** What the database says when it refuses. */
  readonly message: string
}

/**
 * What a table's rows are guarded from, even against bugs of our own: a table without mutable columns is append-only, the others keep
 * their immutable columns, and only a transient table's rows are ever deleted.
 */
export const guardsOf = (table: AnyTable): readonly RowGuard[] => {
  const mutable: readonly string[] = table.mutable
  const fixed = Object.keys(table.columns).filter((name) => !mutable.includes(name))
  const guards: RowGuard[] = []
  if (mutable.length === 0) {
    guards.push({ name: `${table.name}_frozen`, on: 'update', message: `${table.name} is append-only` })
  } else {
    const message = `${table.name}: a column that never changes`
    guards.push({ name: `${table.name}_fixed`, on: 'update', columns: fixed, message })
  }
  if (!table.transient) {
    guards.push({ name: `${table.name}_kept`, on: 'delete', message: `${table.name}: rows are never deleted` })
  }
  return guards
}
