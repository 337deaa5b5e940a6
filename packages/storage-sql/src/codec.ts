import type { AnyTable, Column } from '@florin/core/storage'
import type { Conversion, Dialect } from './dialect.ts'

/** Cells by column name: a row, a key or a SET list, as ops carry them. */
export type Cells = Readonly<Record<string, unknown>>

/** Writes the named cells of a row into `target` from `at` on, as the driver binds them; returns where the next one goes. */
export type Encoder = (row: Cells, target: unknown[], at: number) => number

/** Makes a row of the driver's cells, in the order of the columns that the decoder was made for. */
export type Decoder = (cells: readonly unknown[]) => Cells

const columnOf = (table: AnyTable, name: string): Column => {
  const column = (table.columns as Readonly<Record<string, Column | undefined>>)[name]
  if (column === undefined) throw new Error(`table ${table.name} has no column '${name}'`)
  return column
}

/** An encoder for some of a table's columns. Decided once per column here, so that writing a row asks nothing about kinds. */
export const encoderOf = (dialect: Dialect, table: AnyTable, names: readonly string[]): Encoder => {
  const columns = names.map((name) => columnOf(table, name))
  const conversions: readonly (Conversion | undefined)[] = columns.map(({ kind }) => dialect.encode[kind])
  return (row, target, at) => {
    for (let i = 0; i < names.length; i++) {
      const value = row[names[i] as string]
      const convert = conversions[i]
      target[at + i] = convert === undefined || value === null ? value : convert(value, columns[i] as Column)
    }
    return at + names.length
  }
}

/** One value of one column, as the driver binds it. */
export const encodeValue = (dialect: Dialect, table: AnyTable, name: string, value: unknown): unknown => {
  const column = columnOf(table, name)
  const convert = dialect.encode[column.kind]
  return convert === undefined || value === null ? value : convert(value, column)
}

/** A decoder for the given columns. */
export const decoderOf = (dialect: Dialect, table: AnyTable, names: readonly string[]): Decoder => {
  const columns = names.map((name) => columnOf(table, name))
  const conversions: readonly (Conversion | undefined)[] = columns.map(({ kind }) => dialect.decode[kind])
  return (cells) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) {
      const value = cells[i]
      const convert = conversions[i]
      row[names[i] as string] = convert === undefined || value === null ? value : convert(value, columns[i] as Column)
    }
    return row
  }
}

/** Whether integers of this table may be beyond 2^53, so that a driver must hand them out as bigints. */
export const holdsMinor = (table: AnyTable): boolean =>
  Object.values(table.columns as Record<string, Column>).some(({ kind }) => kind === 'minor')
