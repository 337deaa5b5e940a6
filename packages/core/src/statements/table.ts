import { FlorinError } from '../kernel/index.ts'
import { type CsvRecord, CsvSplitter } from './csv.ts'
import type { StatementItem, StatementLine, StatementReader } from './model.ts'
import { Row } from './row.ts'

/** A column that a table must have; of a list, one at least. */
export type Required = string | readonly string[]

/** A report in CSV: what its header must name, and what a row of it says. */
export interface TableFormat {
  readonly format: string
  readonly required: readonly Required[]
  /** Pure. Whatever the row notes as wrong makes its line a malformed one, whatever is given back then. */
  readonly line: (row: Row) => StatementLine
}

const COLUMNS_SHOWN = 12

const headerOf = (format: string, required: readonly Required[], record: CsvRecord | undefined) => {
  const refuse = (why: string): never => {
    throw new FlorinError('invalid_request', `${format}: this is no such report: ${why}`)
  }
  if (record === undefined) return refuse('it is empty; its first line names the columns')
  if ('why' in record) return refuse(`its first line cannot be read: ${record.why}`)
  const columns = new Map<string, number>()
  record.fields.forEach((name, index) => {
    const column = name.trim()
    if (column !== '' && !columns.has(column)) columns.set(column, index)
  })
  const missing = required.filter((names) => ![names].flat().some((name) => columns.has(name)))
  if (missing.length > 0) {
    const shown = missing.slice(0, COLUMNS_SHOWN).map((names) => [names].flat().join(' or '))
    const more = missing.length - shown.length
    refuse(
      `its header lacks the columns ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}; export it with them`,
    )
  }
  return { columns, width: record.fields.length }
}

type Header = ReturnType<typeof headerOf>

const itemOf = (record: CsvRecord, { columns, width }: Header, line: TableFormat['line']): StatementItem => {
  if ('why' in record) return { is: 'malformed', line: record.line, why: record.why }
  const { fields } = record
  if (fields.length !== width)
    return {
      is: 'malformed',
      line: record.line,
      why: `it has ${fields.length} fields, and the header names ${width} columns`,
    }
  const row = new Row(record.line, columns, fields)
  const read = line(row)
  return row.fault === null ? read : { is: 'malformed', line: record.line, why: row.fault }
}

/**
 * A reader of a report in CSV. The first line names the columns, which may stand in any order and be more than are read. Flat in memory:
 * it holds what one piece of the file says. Throws `invalid_request` where the header lacks a column; what is wrong with a line is an item.
 */
export const tableReader = ({ format, required, line }: TableFormat): StatementReader => ({
  format,
  async *read(bytes) {
    const splitter = new CsvSplitter()
    let header: Header | null = null
    const itemsOf = (records: readonly CsvRecord[]): StatementItem[] => {
      const items: StatementItem[] = []
      for (const record of records) {
        if (header === null) header = headerOf(format, required, record)
        else items.push(itemOf(record, header, line))
      }
      return items
    }
    for await (const piece of bytes) {
      const items = itemsOf(splitter.push(piece))
      if (items.length > 0) yield items
    }
    const last = itemsOf(splitter.end())
    if (header === null) headerOf(format, required, undefined)
    if (last.length > 0) yield last
  },
})
