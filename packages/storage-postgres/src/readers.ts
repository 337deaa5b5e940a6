import { type AnyTable, type Column, type Page, type SealRow, seals } from '@florin/core/storage'
import {
  type AnyLookup,
  type AnyQuery,
  type Cells,
  type Dialect,
  isIdOf,
  type TableReads,
  tableReads,
} from '@florin/storage-sql'
import { arraysOf } from './arrays.ts'
import type { ReadSource } from './replicas.ts'
import { query } from './statement.ts'
import type { Statements } from './table-statements.ts'

interface Waiting {
  readonly keys: readonly Cells[]
  resolve(rows: readonly (Cells | undefined)[]): void
  reject(error: unknown): void
}

/** Keys that one statement looks up; more are split, so that a large load does not hold a shared connection up. */
const MAX_KEYS = 1_000

class TableReader {
  readonly #source: ReadSource
  readonly #table: AnyTable
  readonly #statements: Statements
  readonly #reads: TableReads
  readonly #ids: readonly (readonly [name: string, prefix: string])[]
  #waiting: Waiting[] = []

  constructor(source: ReadSource, dialect: Dialect, statements: Statements, table: AnyTable) {
    this.#source = source
    this.#table = table
    this.#statements = statements
    this.#reads = tableReads(dialect, table)
    this.#ids = Object.entries(table.columns as Readonly<Record<string, Column>>).flatMap(([name, { kind, prefix }]) =>
      kind === 'id' ? [[name, prefix ?? ''] as const] : [],
    )
  }

  /** The rows of the keys, in order. Loads of one turn of the event loop share a statement. */
  load(keys: readonly Cells[]): Promise<readonly (Cells | undefined)[]> {
    if (keys.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => void this.#flush())
    })
  }

  async page(asked: AnyQuery): Promise<Page<Cells>> {
    const read = this.#reads.page(
      this.#canMatch(asked.equals) ? asked : { ...asked, equals: this.#nothing(asked.equals) },
    )
    const { rows } = await this.#source.read(query(read.sql, read.parameters))
    return read.page(rows)
  }

  async lookup(asked: AnyLookup): Promise<readonly Cells[]> {
    const { sql, fixed, by, decode } = this.#reads.lookup(asked)
    if (!this.#canMatch(asked.equals)) return []
    const wanted = asked.values.map((value) => ({ [by]: value })).filter((cells) => this.#canMatch(cells))
    if (wanted.length === 0) return []
    const { rows } = await this.#source.read(query(sql, [...fixed, ...arraysOf(this.#table, [by], wanted)]))
    return rows.map((cells) => decode(cells))
  }

  decode(cells: readonly unknown[]): Cells {
    return this.#reads.decode(cells)
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      const rows = await this.#lookUp(waiting.flatMap(({ keys }) => keys))
      let at = 0
      for (const { keys, resolve } of waiting) {
        resolve(rows.slice(at, at + keys.length))
        at += keys.length
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }

  async #lookUp(keys: readonly Cells[]): Promise<readonly (Cells | undefined)[]> {
    const found: (Cells | undefined)[] = new Array(keys.length).fill(undefined)
    const possible = keys.flatMap((key, at) => (this.#canMatch(key) ? [{ key, at }] : []))
    const { text, columns } = this.#statements.of(this.#table).load
    const parts: (typeof possible)[] = []
    for (let i = 0; i < possible.length; i += MAX_KEYS) parts.push(possible.slice(i, i + MAX_KEYS))
    await Promise.all(
      parts.map(async (part) => {
        const values = arraysOf(
          this.#table,
          columns,
          part.map(({ key }) => key),
        )
        const { rows } = await this.#source.read(query(text, values))
        for (const cells of rows) {
          const place = part[Number(cells.at(-1)) - 1]
          if (place !== undefined) found[place.at] = this.#reads.decode(cells)
        }
      }),
    )
    return found
  }

  /** Ids come from outside too, and one that is none is simply not there. */
  #canMatch(cells: Cells): boolean {
    return this.#ids.every(([name, prefix]) => cells[name] === undefined || isIdOf(cells[name], prefix))
  }

  /** The same columns with ids that no row has: the query is checked as any other, and finds nothing. */
  #nothing(equals: Cells): Cells {
    const blank = this.#ids.flatMap(([name, prefix]) =>
      equals[name] === undefined ? [] : [[name, `${prefix}_${'0'.repeat(26)}`]],
    )
    return { ...equals, ...Object.fromEntries(blank) }
  }
}

/** Every table's reads, by name. */
export class Readers {
  readonly #source: ReadSource
  readonly #dialect: Dialect
  readonly #statements: Statements
  readonly #readers = new Map<string, TableReader>()

  constructor(source: ReadSource, dialect: Dialect, statements: Statements) {
    this.#source = source
    this.#dialect = dialect
    this.#statements = statements
  }

  /** The rows of the keys, in order. */
  load(table: AnyTable, keys: readonly Cells[]): Promise<readonly (Cells | undefined)[]> {
    this.#source.assertOpen()
    return this.of(table).load(keys)
  }

  /** One page of a query by a declared index. */
  page(table: AnyTable, asked: AnyQuery): Promise<Page<Cells>> {
    this.#source.assertOpen()
    return this.of(table).page(asked)
  }

  /** The rows that have one of many values. */
  lookup(table: AnyTable, asked: AnyLookup): Promise<readonly Cells[]> {
    this.#source.assertOpen()
    return this.of(table).lookup(asked)
  }

  /** The newest seal of a partition. */
  async head(partition: number): Promise<SealRow | undefined> {
    const { rows } = await this.page(seals, { index: 'key', equals: { partition }, descending: true, limit: 1 })
    return rows[0] as SealRow | undefined
  }

  of(table: AnyTable): TableReader {
    let reader = this.#readers.get(table.name)
    if (reader === undefined) {
      reader = new TableReader(this.#source, this.#dialect, this.#statements, table)
      this.#readers.set(table.name, reader)
    }
    return reader
  }
}
