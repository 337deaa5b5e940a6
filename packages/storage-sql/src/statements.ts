import { type AnyTable, jobs } from '@florin/core/storage'
import type { Dialect } from './dialect.ts'
import { quoted, quotedList } from './names.ts'

/** The columns of a table in the order in which every generated statement names them. */
export const columnsOf = (table: AnyTable): readonly string[] => Object.keys(table.columns)

const equals = (dialect: Dialect, names: readonly string[], from: number, separator: string): string =>
  names.map((name, i) => `${quoted(name)} = ${dialect.placeholder(from + i)}`).join(separator)

const tuples = (dialect: Dialect, width: number, rows: number): string =>
  Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: width }, (_, i) => dialect.placeholder(row * width + i + 1))
    return `(${cells.join(', ')})`
  }).join(', ')

/** Inserts `rows` rows, whose keys nobody else can have. Parameters: the rows' columns, one row after the other. */
export const insertSql = (dialect: Dialect, table: AnyTable, rows: number): string => {
  const names = columnsOf(table)
  return `insert into "${table.name}" (${quotedList(names)}) values ${tuples(dialect, names.length, rows)}`
}

/** Inserts those of `rows` rows whose keys are free, and leaves the others as they are. Parameters as for `insertSql`. */
export const claimSql = (dialect: Dialect, table: AnyTable, rows: number): string =>
  `${insertSql(dialect, table, rows)} on conflict do nothing`

/** The key columns and then the version: what a replacement is found by. */
export const replaceKey = (table: AnyTable): readonly string[] => [...table.key, 'version']

/** Replaces a row's mutable columns. Parameters: those columns, the key, the version that is expected. */
export const replaceSql = (dialect: Dialect, table: AnyTable): string => {
  const set: readonly string[] = table.mutable
  return (
    `update "${table.name}" set ${equals(dialect, set, 1, ', ')} ` +
    `where ${equals(dialect, replaceKey(table), set.length + 1, ' and ')}`
  )
}

/** Replaces a row's mutable columns, whatever its version. Parameters: those columns, the key. */
export const updateSql = (dialect: Dialect, table: AnyTable): string => {
  const set: readonly string[] = table.mutable
  return (
    `update "${table.name}" set ${equals(dialect, set, 1, ', ')} ` +
    `where ${equals(dialect, table.key, set.length + 1, ' and ')}`
  )
}

/** Inserts a job unless one of its queue and key waits. Parameters: a row of `jobs`. */
export const scheduleSql = (dialect: Dialect, rows: number): string =>
  `${insertSql(dialect, jobs, rows)} on conflict (${quotedList(jobs.unique.key)}) do nothing`

/** Removes a job that is still leased under this token. Parameters: id, token. */
export const finishSql = (dialect: Dialect): string =>
  `delete from "${jobs.name}" where ${equals(dialect, ['id', 'token'], 1, ' and ')}`

/** Releases a leased job to run again. Parameters: due, id, token. */
export const releaseSql = (dialect: Dialect): string =>
  `update "${jobs.name}" set ${equals(dialect, ['due'], 1, '')}, "token" = null where ${equals(dialect, ['id', 'token'], 2, ' and ')}`

/** Gives a job to a holder. Parameters: due (the lease's end), token, tries, id. */
export const leaseSql = (dialect: Dialect): string =>
  `update "${jobs.name}" set ${equals(dialect, ['due', 'token', 'tries'], 1, ', ')} where ${equals(dialect, ['id'], 4, '')}`
