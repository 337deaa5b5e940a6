import { type AnyTable, type Column, decodeCursor, encodeCursor, FlorinError, type Page } from '@florin/core/storage'
import {
  createQueryId,
  DummyDriver,
  FromNode,
  Kysely,
  type RawBuilder,
  RawNode,
  type SelectQueryBuilder,
  type SelectQueryNode,
  sql,
} from 'kysely'
import { type Cells, type Decoder, decoderOf, encodeValue } from './codec.ts'
import type { Dialect } from './dialect.ts'
import { quoted, quotedList, sqlName } from './names.ts'
import { type AnyQuery, checkLimit, fixedColumns, type Order, orderOf } from './query.ts'
import { columnsOf } from './statements.ts'

/** One read, ready to run: the same shape of query has the same text, so a storage prepares it once. */
export interface Read {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** One page's read. It asks for a row more than the page has, to know whether there is a next one. */
export interface PageRead extends Read {
  /** The page of the cells that the database gave. */
  page(rows: readonly (readonly unknown[])[]): Page<Cells>
}

/** What one table is read with. Statements give a row's cells in the order of the catalogue's columns. */
export interface TableReads {
  /** A row by its primary key. Parameters: the key's columns. */
  readonly loadSql: string
  readonly decode: Decoder
  /** @throws FlorinError `invalid_request` for a wrong limit or cursor, `internal` for a query that no index serves. */
  page(query: AnyQuery): PageRead
  /** Rows by many values of one column. @throws FlorinError `internal` for what no index serves. */
  lookup(asked: AnyLookup): LookupRead
}

/** `Lookup` without its table's types. */
export interface AnyLookup {
  readonly index: string
  readonly equals: Cells
  readonly values: readonly string[]
  readonly columns: readonly string[]
}

/** A lookup's statement: its fixed values, and then all those that are looked for as one parameter. */
export interface LookupRead {
  readonly sql: string
  readonly fixed: readonly unknown[]
  /** The column that the values are of. */
  readonly by: string
  readonly decode: Decoder
}

type Rows = Record<string, Record<string, unknown>>
type Select = SelectQueryBuilder<Rows, string, object>

interface Shape {
  readonly index: string
  readonly fixed: readonly string[]
  readonly open: readonly string[]
  readonly order: Order
  readonly from: boolean
  readonly to: boolean
  readonly after: boolean
  readonly descending: boolean
}

/** A compiler of queries for a dialect; it runs nothing. */
const builderOf = (dialect: Dialect): Kysely<Rows> =>
  new Kysely<Rows>({
    dialect: {
      createAdapter: () => dialect.adapter(),
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => dialect.compiler(),
      createIntrospector: () => {
        throw new Error('reads are compiled from the catalogue, never from the database')
      },
    },
  })

const tuple = (parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql`(${sql.join(parts)})`

/**
 * The statement of a shape. Parameters are compiled as the numbers 0, 1, 2 … in the order in which `valuesOf` gives values, so that
 * the compiled query itself says where each goes.
 */
const compile = (
  dialect: Dialect,
  db: Kysely<Rows>,
  table: AnyTable,
  shape: Shape,
): { sql: string; slots: readonly number[] } => {
  const ref = (name: string): string => `${table.name}.${sqlName(name)}`
  let slot = 0
  let query = db.selectFrom(table.name).select(columnsOf(table).map(ref)) as Select
  const first = shape.open[0]
  if (shape.order.sparse) query = query.where(ref(shape.order.columns[0] as string), 'is not', null)
  for (const name of shape.fixed) query = query.where(ref(name), '=', slot++)
  if (shape.from) query = query.where(ref(first as string), '>=', slot++)
  if (shape.to) query = query.where(ref(first as string), '<=', slot++)
  if (shape.after) {
    const names = tuple(shape.open.map((name) => sql.ref(ref(name))))
    const values = tuple(shape.open.map(() => sql`${slot++}`))
    query = query.where(shape.descending ? sql<boolean>`${names} < ${values}` : sql<boolean>`${names} > ${values}`)
  }
  for (const name of shape.open) query = query.orderBy(ref(name), shape.descending ? 'desc' : 'asc')
  const node = query.limit(slot++).toOperationNode() as SelectQueryNode
  const source = RawNode.createWithSql(dialect.source(table.name, shape.index))
  const compiled = dialect.compiler().compileQuery({ ...node, from: FromNode.create([source]) }, createQueryId())
  return { sql: compiled.sql, slots: compiled.parameters as readonly number[] }
}

const bytewise = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a === b ? 0 : (a as number) < (b as number) ? -1 : 1
}

/**
 * Whether a bound says nothing that the cursor does not say already. Two bounds on one side would let the database start every page
 * at the outer one. A cursor from outside may lie beyond the bound: then both stay.
 */
const implied = (bound: unknown, cursor: readonly unknown[] | undefined, side: -1 | 1): boolean =>
  cursor !== undefined && bytewise(cursor[0], bound) * side >= 0

const shapeOf = (table: AnyTable, query: AnyQuery): { shape: Shape; cursor: readonly unknown[] | undefined } => {
  checkLimit(query.limit)
  const order = orderOf(table, query.index)
  const fixed = fixedColumns(table, order, query)
  const open = order.columns.slice(fixed.length)
  const cursor = query.after === undefined ? undefined : decodeCursor(table, open, query.after)
  const descending = query.descending === true
  const shape = {
    index: query.index,
    fixed,
    open,
    order,
    from: query.from !== undefined && (descending || !implied(query.from, cursor, 1)),
    to: query.to !== undefined && (!descending || !implied(query.to, cursor, -1)),
    after: cursor !== undefined && open.length > 0,
    descending,
  }
  return { shape, cursor }
}

const valuesOf = (
  dialect: Dialect,
  table: AnyTable,
  query: AnyQuery,
  shape: Shape,
  cursor: readonly unknown[] | undefined,
): readonly unknown[] => {
  const { fixed, open } = shape
  const values: unknown[] = fixed.map((name) => encodeValue(dialect, table, name, query.equals[name]))
  const first = open[0] as string
  if (shape.from) values.push(encodeValue(dialect, table, first, query.from))
  if (shape.to) values.push(encodeValue(dialect, table, first, query.to))
  if (shape.after) {
    for (const [i, name] of open.entries()) values.push(encodeValue(dialect, table, name, cursor?.[i]))
  }
  values.push(query.limit + 1)
  return values
}

const columnOf = (table: AnyTable, name: string): Column =>
  (table.columns as Readonly<Record<string, Column>>)[name] as Column

/** What a lookup fixes, and the column whose values it is given. */
const lookupShape = (table: AnyTable, asked: AnyLookup): { fixed: readonly string[]; by: string } => {
  checkLimit(asked.values.length)
  const order = orderOf(table, asked.index)
  const fixed = fixedColumns(table, order, { ...asked, limit: 1 })
  const by = order.columns[fixed.length]
  const kind = by === undefined ? undefined : columnOf(table, by).kind
  if (by !== undefined && (kind === 'id' || kind === 'text')) return { fixed, by }
  throw new FlorinError(
    'internal',
    `a lookup in ${table.name} by '${asked.index}' needs a text or id after what is given`,
  )
}

/** The reads of one table, compiled by kysely when first asked for and kept: there are only as many as a table has query shapes. */
export const tableReads = (dialect: Dialect, table: AnyTable): TableReads => {
  const db = builderOf(dialect)
  const decode = decoderOf(dialect, table, columnsOf(table))
  const compiled = new Map<string, { sql: string; slots: readonly number[] }>()
  let load = db.selectFrom(table.name).select(columnsOf(table).map(sqlName)) as Select
  for (const name of table.key as readonly string[]) load = load.where(sqlName(name), '=', null)
  const lookups = new Map<string, { sql: string; decode: Decoder }>()
  return {
    loadSql: load.compile().sql,
    decode,
    lookup(asked) {
      const { fixed, by } = lookupShape(table, asked)
      const key = `${asked.index} ${fixed.length} ${asked.columns.join()}`
      let known = lookups.get(key)
      if (known === undefined) {
        const wheres = fixed.map((name, at) => `${quoted(name)} = ${dialect.placeholder(at + 1)}`)
        const list = dialect.among(quoted(by), dialect.placeholder(fixed.length + 1), columnOf(table, by))
        const from = dialect.source(table.name, asked.index)
        const sql = `select ${quotedList(asked.columns)} from ${from} where ${[...wheres, list].join(' and ')}`
        known = { sql, decode: decoderOf(dialect, table, asked.columns) }
        lookups.set(key, known)
      }
      return { ...known, by, fixed: fixed.map((name) => encodeValue(dialect, table, name, asked.equals[name])) }
    },
    page(query) {
      const { shape, cursor } = shapeOf(table, query)
      const key = `${query.index} ${shape.fixed.length} ${shape.from} ${shape.to} ${shape.after} ${shape.descending}`
      let statement = compiled.get(key)
      if (statement === undefined) {
        statement = compile(dialect, db, table, shape)
        compiled.set(key, statement)
      }
      const values = valuesOf(dialect, table, query, shape, cursor)
      return {
        sql: statement.sql,
        parameters: statement.slots.map((slot) => values[slot]),
        page(rows) {
          const decoded = rows.slice(0, query.limit).map(decode)
          if (rows.length <= query.limit) return { rows: decoded }
          return { rows: decoded, next: encodeCursor(shape.open, decoded.at(-1) as Cells) }
        },
      }
    },
  }
}
