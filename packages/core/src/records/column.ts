/**
 * What a column holds. Each SQL storage maps a kind to one column type and one array type; there is no other mapping.
 * `id` is a prefixed id (text, or a bare uuid where the database has one), `minor` a bigint of minor units, `instant` UTC
 * milliseconds, `sealed` bytes that only core's sealer can open, `json` a clear JSON document.
 */
export type Kind = 'id' | 'text' | 'minor' | 'count' | 'flag' | 'instant' | 'bytes' | 'sealed' | 'json'

/** One typed column. `'~type'` exists only for the compiler. */
export interface Column<T = unknown> {
  readonly kind: Kind
  readonly nullable: boolean
  /** The values that a text column admits: a CHECK in SQL, a union in TypeScript. */
  readonly oneOf?: readonly string[]
  /** The prefix of an id column. */
  readonly prefix?: string
  /** A `minor` or `count` column that may never be below this: a CHECK in SQL. */
  readonly atLeast?: number
  readonly '~type'?: T
}

/** A table's columns by name, in the order in which storages write them. */
export type Columns = Readonly<Record<string, Column>>
/** What a column holds, in TypeScript. */
export type Value<C extends Column> = C extends Column<infer T> ? T : never

const column = <T>(kind: Kind, more: Partial<Column> = {}): Column<T> =>
  Object.freeze({ kind, nullable: false, ...more }) as Column<T>

/** A prefixed id; its prefix is part of its type. */
export const id = <const P extends string>(prefix: P): Column<`${P}_${string}`> => column('id', { prefix })
/** Text without NUL. */
export const text = <T extends string = string>(): Column<T> => column('text')
/** One of a fixed set of words. */
export const oneOf = <const V extends readonly string[]>(...values: V): Column<V[number]> =>
  column('text', { oneOf: values })
/** Any amount of minor units, negative ones too. */
export const minor = (): Column<bigint> => column('minor')
/** An amount that the database itself keeps from going below zero. */
export const amount = (): Column<bigint> => column('minor', { atLeast: 0 })
/** A whole number from 0 to 2^53. */
export const count = (): Column<number> => column('count', { atLeast: 0 })
/** True or false. */
export const flag = (): Column<boolean> => column('flag')
/** UTC milliseconds. */
export const instant = (): Column<number> => column('instant')
/** Raw bytes, such as a digest; readable by whoever reads the database. */
export const bytes = (): Column<Uint8Array> => column('bytes')
/** Bytes that only the sealer can open: secrets and personal data. */
export const sealed = (): Column<Uint8Array> => column('sealed')
/** A JSON-safe document in clear; never personal, never secret. */
export const json = <T>(): Column<T> => column('json')
/** The same column, or null. */
export const nullable = <T>(inner: Column<T>): Column<T | null> =>
  Object.freeze({ ...inner, nullable: true }) as Column<T | null>
