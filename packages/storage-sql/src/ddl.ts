import type { AnyTable, Column } from '@florin/core/storage'
import { type Dialect, guardsOf } from './dialect.ts'
import { literal, quoted, quotedList } from './names.ts'

const LINE = 110

/** Items in lines of bounded length, so that a schema can be read and compared. */
const wrapped = (items: readonly string[]): string => {
  const lines: string[] = []
  let line = ''
  items.forEach((item, i) => {
    const text = i < items.length - 1 ? `${item},` : item
    if (line !== '' && line.length + 1 + text.length > LINE) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? text : `${line} ${text}`
  })
  return [...lines, line].map((text) => `  ${text}`).join('\n')
}

const checksOf = (dialect: Dialect, name: string, column: Column): readonly string[] => {
  const checks: string[] = []
  if (column.oneOf !== undefined) checks.push(`${quoted(name)} in (${column.oneOf.map(literal).join(', ')})`)
  if (column.atLeast !== undefined) checks.push(`${quoted(name)} >= ${column.atLeast}`)
  const own = dialect.check(column, name)
  return own === undefined ? checks : [...checks, own]
}

/** One column; its check is named, for a database names the check that refused a row and not the row's table. */
const columnOf = (dialect: Dialect, table: string, name: string, column: Column): string => {
  const checks = checksOf(dialect, name, column).join(' and ')
  const check = checks === '' ? '' : ` constraint ${quoted(`${table}_${name}`)} check (${checks})`
  return `${quoted(name)} ${dialect.types[column.kind]}${column.nullable ? '' : ' not null'}${check}`
}

const indexesOf = (dialect: Dialect, table: AnyTable): readonly string[] => {
  const key: readonly string[] = table.key
  const ordered = (names: readonly string[]): readonly string[] =>
    dialect.indexesEndInKey ? names : [...names, ...key.filter((name) => !names.includes(name))]
  const columns = table.columns as Readonly<Record<string, Column>>
  const unique = Object.entries(table.unique as Record<string, readonly string[]>)
  const index = Object.entries(table.index as Record<string, readonly string[]>)
  const create = (kind: string, [name, names]: [string, readonly string[]], where: string): string =>
    `create ${kind} ${quoted(`${table.name}_${name}`)} on "${table.name}" (${quotedList(names)})${where}`
  return [
    ...unique.map((entry) => create('unique index', entry, '')),
    ...index.map((entry) => {
      const first = entry[1][0] as string
      return create(
        'index',
        [entry[0], ordered(entry[1])],
        columns[first]?.nullable === true ? ` where ${quoted(first)} is not null` : '',
      )
    }),
  ]
}

/**
 * The statements that make one table as the catalogue describes it: columns with their checks, keys, indexes (an index whose first
 * column is nullable leaves out the rows that are null there), and what the database is to refuse.
 */
export const tableDdl = (dialect: Dialect, table: AnyTable): readonly string[] => {
  const columns = Object.entries(table.columns as Record<string, Column>)
  const extras = dialect.extras(table)
  const key = `primary key (${quotedList(table.key)})`
  const items = [
    ...columns.map(([name, column]) => columnOf(dialect, table.name, name, column)),
    ...extras.columns,
    ...(dialect.keyIsLastIndex ? [] : [key]),
  ]
  return [
    `create table "${table.name}" (\n${wrapped(items)}\n)${dialect.tableOptions(table)}`,
    ...indexesOf(dialect, table),
    ...extras.statements,
    ...(dialect.keyIsLastIndex ? [`alter table "${table.name}" add ${key}`] : []),
    ...guardsOf(table).flatMap((guard) => dialect.guard(table, guard)),
  ]
}

/** The whole schema that a catalogue describes: what migrations must arrive at. */
export const schemaDdl = (dialect: Dialect, tables: readonly AnyTable[]): readonly string[] =>
  tables.flatMap((table) => tableDdl(dialect, table))

/** A schema as one text, in an order of its own, so that two can be compared whatever made them. */
export const schemaText = (statements: readonly string[]): string =>
  [...statements]
    .map((statement) => statement.trim())
    .sort()
    .map((statement) => `${statement};\n`)
    .join('\n')
