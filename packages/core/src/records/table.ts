import type { Columns, Value } from './column.ts'

type Names<C> = keyof C & string

/**
 * A table as data. SQL storages generate DDL, checks and statements from it, the memory storage its maps.
 * `unique` holds the keys, besides the primary one, that callers can collide on. `contended` says that callers can collide on the
 * primary key too; a table with neither is only ever appended to, under fresh keys. `mutable` is the whole SET list of a
 * replacement: one statement shape a table, and nothing else of a row can ever change. A table without mutable columns is
 * append-only, and the database refuses updates and deletes of it. An index whose first column is nullable leaves out the rows
 * that are null there.
 */
export interface Table<
  C extends Columns = Columns,
  K extends Names<C> = Names<C>,
  M extends Names<C> = Names<C>,
  U extends string = string,
  I extends string = string,
> {
  readonly name: string
  readonly columns: C
  readonly key: readonly K[]
  readonly contended: boolean
  readonly mutable: readonly M[]
  readonly unique: Readonly<Record<U, readonly Names<C>[]>>
  readonly index: Readonly<Record<I, readonly Names<C>[]>>
  /** Rows leave this table when their work is done (jobs); every other table keeps all it was given. */
  readonly transient: boolean
  /**
   * The table whose row every claim here comes with: a change that begins by replacing that row has all of its rows here to itself, so that
   * thousands of them need not be told from other changes' one by one. Its key begins this table's keys.
   */
  readonly heldBy: string | null
}

/** Any table. */
// biome-ignore lint/suspicious/noExplicitAny: any table: variance over the column types has no other spelling
export type AnyTable = Table<any, any, any, any, any>

/** A row, every column of it. */
export type Row<T extends AnyTable> = { readonly [N in keyof T['columns']]: Value<T['columns'][N]> }
/** The columns of a table's primary key. */
export type Key<T extends AnyTable> = Pick<Row<T>, T['key'][number] & keyof Row<T>>
/** The columns that a replacement writes, all of them. */
export type Mutable<T extends AnyTable> = Pick<Row<T>, T['mutable'][number] & keyof Row<T>>
/** The names of a table's unique keys. */
export type UniqueName<T extends AnyTable> = keyof T['unique'] & string
/** The names of a table's declared indexes. */
export type IndexName<T extends AnyTable> = keyof T['index'] & string

/** A table whose keys callers can collide on: its rows are claimed. Every other table's are appended. */
export type Contended<T extends AnyTable> = T & { readonly contended: true }

interface Shape<C extends Columns, K, M, U, I, X extends boolean> {
  columns: C
  key: readonly K[]
  contended?: X
  mutable?: readonly M[]
  unique?: U
  index?: I
  transient?: boolean
  heldBy?: string
}

type Declared<C extends Columns, K extends Names<C>, M extends Names<C>, U, I, X> = Table<
  C,
  K,
  M,
  keyof U & string,
  keyof I & string
> & { readonly contended: keyof U extends never ? X : true }

/** Declares a table. A table with `unique` keys is contended by that alone. */
export const defineTable = <
  const C extends Columns,
  const K extends Names<C>,
  const M extends Names<C> = never,
  const U extends Record<string, readonly Names<C>[]> = Record<never, never>,
  const I extends Record<string, readonly Names<C>[]> = Record<never, never>,
  const X extends boolean = false,
>(
  name: string,
  shape: Shape<C, K, M, U, I, X>,
): Declared<C, K, M, U, I, X> => {
  const table: Table = {
    name,
    columns: shape.columns,
    key: shape.key,
    contended: shape.contended === true || Object.keys(shape.unique ?? {}).length > 0,
    mutable: shape.mutable ?? [],
    unique: shape.unique ?? {},
    index: shape.index ?? {},
    transient: shape.transient ?? false,
    heldBy: shape.heldBy ?? null,
  }
  return Object.freeze(table) as unknown as Declared<C, K, M, U, I, X>
}

/** One string per key, for maps: the values of the named columns, which never hold a NUL. */
export const keyText = (names: readonly string[], row: Readonly<Record<string, unknown>>): string =>
  names.length === 1 ? String(row[names[0] as string]) : names.map((name) => String(row[name])).join('\0')
