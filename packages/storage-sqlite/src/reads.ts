import { type AnyTable, type Page, type SealRow, seals } from '@florin/core/storage'
import {
  type AnyLookup,
  type AnyQuery,
  type Cells,
  encoderOf,
  holdsMinor,
  SQLITE,
  type TableReads,
  tableReads,
} from '@florin/storage-sql'
import type { Session, Statement } from './session.ts'

type Row = readonly unknown[]

class TableReader {
  readonly #session: Session
  readonly #table: AnyTable
  readonly #reads: TableReads
  readonly #bigints: boolean
  readonly #statements = new Map<string, Statement>()

  constructor(session: Session, table: AnyTable) {
    this.#session = session
    this.#table = table
    this.#reads = tableReads(SQLITE, table)
    this.#bigints = holdsMinor(table)
  }

  load(keys: readonly Cells[]): readonly (Cells | undefined)[] {
    const statement = this.#statement(this.#reads.loadSql)
    const encode = encoderOf(SQLITE, this.#table, this.#table.key)
    const key: unknown[] = []
    return keys.map((cells) => {
      encode(cells, key, 0)
      const row = statement.get(...key) as Row | undefined
      return row === undefined ? undefined : this.#reads.decode(row)
    })
  }

  page(query: AnyQuery): Page<Cells> {
    const read = this.#reads.page(query)
    return read.page(this.#statement(read.sql).all(...read.parameters) as Row[])
  }

  lookup(asked: AnyLookup): readonly Cells[] {
    const { sql, fixed, decode } = this.#reads.lookup(asked)
    const found = this.#statement(sql).all(...fixed, JSON.stringify(asked.values)) as Row[]
    return found.map(decode)
  }

  /** Rows come as arrays of cells; as bigints only where a table's integers may be beyond 2^53. */
  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#session.db.prepare<unknown[]>(sql).raw(true).safeIntegers(this.#bigints)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/** Every table's reads, by name. */
export class Readers {
  readonly #session: Session
  readonly #readers = new Map<string, TableReader>()

  constructor(session: Session) {
    this.#session = session
  }

  /** The rows of the keys, in order. */
  load(table: AnyTable, keys: readonly Cells[]): readonly (Cells | undefined)[] {
    return this.#of(table).load(keys)
  }

  /** One page of a query by a declared index. */
  page(table: AnyTable, query: AnyQuery): Page<Cells> {
    return this.#of(table).page(query)
  }

  /** The rows that have one of many values. */
  lookup(table: AnyTable, asked: AnyLookup): readonly Cells[] {
    return this.#of(table).lookup(asked)
  }

  /** The newest seal of a partition. */
  head(partition: number): SealRow | undefined {
    const { rows } = this.page(seals, { index: 'key', equals: { partition }, descending: true, limit: 1 })
    return rows[0] as SealRow | undefined
  }

  #of(table: AnyTable): TableReader {
    let reader = this.#readers.get(table.name)
    if (reader === undefined) {
      reader = new TableReader(this.#session, table)
      this.#readers.set(table.name, reader)
    }
    return reader
  }
}
