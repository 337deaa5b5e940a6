import type { AnyTable } from '@florin/core/storage'
import { events, jobs } from '@florin/core/storage'
import { type Shape, TableSql } from './batch-sql.ts'

/** The statements of one table, made when first asked for: a table has fewer kinds of ops than there are. */
export class TableStatements {
  readonly #sql: TableSql
  readonly #portable: boolean
  readonly #table: AnyTable
  readonly #made = new Map<string, Shape>()

  constructor(schema: string, table: AnyTable, portable: boolean) {
    this.#sql = new TableSql(schema, table, portable)
    this.#table = table
    this.#portable = portable
  }

  get insert(): Shape {
    const numbered = this.#table.name === events.name && !this.#portable
    return this.#make('insert', () => (numbered ? this.#sql.insertEvents() : this.#sql.insert()))
  }

  get insertMissing(): Shape {
    return this.#make('insertMissing', () => this.#sql.insertMissing())
  }

  get replace(): Shape {
    return this.#make('replace', () => this.#sql.replace())
  }

  get stale(): Shape {
    return this.#make('stale', () => this.#sql.stale())
  }

  get load(): Shape {
    return this.#make('load', () => this.#sql.load())
  }

  get lock(): Shape {
    return this.#make('lock', () => this.#sql.lock())
  }

  get hold(): Shape {
    return this.#make('hold', () => this.#sql.hold())
  }

  get update(): Shape {
    return this.#make('update', () => this.#sql.update())
  }

  get schedule(): Shape {
    return this.#make('schedule', () => this.#sql.schedule())
  }

  get finish(): Shape {
    return this.#make('finish', () => this.#sql.finish())
  }

  get release(): Shape {
    return this.#make('release', () => this.#sql.release())
  }

  get unleased(): Shape {
    return this.#make('unleased', () => this.#sql.unleased())
  }

  /** One for each key of the table that callers can collide on. */
  get taken(): readonly Shape[] {
    const keys = [this.#table.key, ...Object.values(this.#table.unique as Readonly<Record<string, readonly string[]>>)]
    return keys.map((columns, i) => this.#make(`taken ${i}`, () => this.#sql.taken(columns)))
  }

  #make(name: string, make: () => Shape): Shape {
    let shape = this.#made.get(name)
    if (shape === undefined) {
      shape = make()
      this.#made.set(name, shape)
    }
    return shape
  }
}

/** Every table's statements in one schema. */
export class Statements {
  readonly schema: string
  readonly portable: boolean
  readonly #tables = new Map<string, TableStatements>()

  constructor(schema: string, portable: boolean) {
    this.schema = schema
    this.portable = portable
  }

  of(table: AnyTable): TableStatements {
    let statements = this.#tables.get(table.name)
    if (statements === undefined) {
      statements = new TableStatements(this.schema, table, this.portable)
      this.#tables.set(table.name, statements)
    }
    return statements
  }

  get jobs(): TableStatements {
    return this.of(jobs)
  }
}
