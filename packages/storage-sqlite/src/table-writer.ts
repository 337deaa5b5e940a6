import type { AnyTable } from '@florin/core/storage'
import {
  type Cells,
  claimSql,
  columnsOf,
  type Encoder,
  encoderOf,
  insertSql,
  replaceSql,
  SQLITE,
  updateSql,
} from '@florin/storage-sql'
import type { Session, Statement } from './session.ts'

/**
 * Rows a statement: a call into SQLite costs about as much as four cells, so several rows a call are a fifth faster than one; beyond
 * eight it is no faster, but for rows so narrow that the call still counts.
 */
const SIZES = [8, 4, 2, 1] as const
const NARROW_SIZES = [40, ...SIZES] as const
const NARROW = 4 // cells a row

interface Shape {
  readonly size: number
  readonly sql: string
  /** The cells of one call, written over by the next. */
  readonly cells: unknown[]
  statement: Statement | undefined
}

/** Inserts any number of rows with few calls. */
export class Inserter {
  readonly #session: Session
  readonly #encode: Encoder
  readonly #shapes: readonly Shape[]

  constructor(session: Session, table: AnyTable, sql: (rows: number) => string) {
    const names = columnsOf(table)
    this.#session = session
    this.#encode = encoderOf(SQLITE, table, names)
    this.#shapes = (names.length > NARROW ? SIZES : NARROW_SIZES).map((size) => ({
      size,
      sql: sql(size),
      cells: new Array<unknown>(size * names.length).fill(null),
      statement: undefined,
    }))
  }

  /** How many rows were inserted. */
  insert(rows: readonly Cells[]): number {
    let inserted = 0
    let row = 0
    for (const shape of this.#shapes) {
      const { size, cells } = shape
      while (rows.length - row >= size) {
        let at = 0
        for (const end = row + size; row < end; row++) at = this.#encode(rows[row] as Cells, cells, at)
        shape.statement ??= this.#session.prepare(shape.sql)
        inserted += shape.statement.run(...cells).changes
      }
    }
    return inserted
  }
}

class Updater {
  readonly #statement: Statement
  readonly #encodeSet: Encoder
  readonly #encodeKey: Encoder
  readonly #cells: unknown[]

  constructor(session: Session, table: AnyTable, sql: string) {
    this.#statement = session.prepare(sql)
    this.#encodeSet = encoderOf(SQLITE, table, table.mutable)
    this.#encodeKey = encoderOf(SQLITE, table, table.key)
    this.#cells = new Array<unknown>(table.mutable.length + table.key.length).fill(null)
  }

  run(set: Cells, key: Cells, ...expect: readonly number[]): boolean {
    this.#encodeKey(key, this.#cells, this.#encodeSet(set, this.#cells, 0))
    return this.#statement.run(...this.#cells, ...expect).changes === 1
  }
}

/** All writes of one table. Statements are prepared when they are first used. */
export class TableWriter {
  readonly table: AnyTable
  /** Claims that the present batch will try together. */
  readonly claims: Cells[] = []
  /** Rows that the present batch will append together. */
  readonly appends: Cells[] = []
  readonly #session: Session
  #claimer: Inserter | undefined
  #appender: Inserter | undefined
  #replacer: Updater | undefined
  #updater: Updater | undefined

  constructor(session: Session, table: AnyTable) {
    this.#session = session
    this.table = table
  }

  /** How many of the rows had free keys; they are inserted. */
  claim(rows: readonly Cells[]): number {
    this.#claimer ??= new Inserter(this.#session, this.table, (rows) => claimSql(SQLITE, this.table, rows))
    return this.#claimer.insert(rows)
  }

  /** Inserts rows with fresh keys. */
  append(rows: readonly Cells[]): void {
    this.#appender ??= new Inserter(this.#session, this.table, (rows) => insertSql(SQLITE, this.table, rows))
    this.#appender.insert(rows)
  }

  /** Whether the row still had version `expect`; it is replaced. */
  replace(key: Cells, expect: number, set: Cells): boolean {
    this.#replacer ??= new Updater(this.#session, this.table, replaceSql(SQLITE, this.table))
    return this.#replacer.run(set, key, expect)
  }

  /** Writes the mutable columns of a row that is there. */
  update(row: Cells): void {
    this.#updater ??= new Updater(this.#session, this.table, updateSql(SQLITE, this.table))
    this.#updater.run(row, row)
  }
}

/** Every table's writer, by name. */
export class Writers {
  readonly #session: Session
  readonly #writers = new Map<string, TableWriter>()

  constructor(session: Session) {
    this.#session = session
  }

  of(table: AnyTable): TableWriter {
    let writer = this.#writers.get(table.name)
    if (writer === undefined) {
      writer = new TableWriter(this.#session, table)
      this.#writers.set(table.name, writer)
    }
    return writer
  }
}
