import { SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import { type Dialect, NO_EXTRAS } from './dialect.ts'
import { literal, quoted, quotedList, sqlName } from './names.ts'

/** The driver hands out Buffers, whose `slice` is not that of the Uint8Array that the contract promises. */
const plainBytes = (value: unknown): Uint8Array => {
  const { buffer, byteOffset, byteLength } = value as Uint8Array
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/**
 * SQLite: strict tables, stored by their primary key (no second tree). Integers come back as bigints from tables that hold minor
 * units and as numbers from all others, so counts and instants are made numbers; both stay below 2^53.
 */
export const SQLITE: Dialect = Object.freeze<Dialect>({
  name: 'sqlite',
  types: {
    id: 'text',
    text: 'text',
    minor: 'integer',
    count: 'integer',
    flag: 'integer',
    instant: 'integer',
    bytes: 'blob',
    sealed: 'blob',
    json: 'text',
  },
  tableOptions: () => ' strict, without rowid',
  extras: () => NO_EXTRAS,
  indexesEndInKey: true, // the primary key is how an index finds its rows
  keyIsLastIndex: false,
  encode: { flag: (value) => (value === true ? 1 : 0), json: (value) => JSON.stringify(value) },
  decode: {
    count: (value) => Number(value),
    instant: (value) => Number(value),
    flag: (value) => Number(value) === 1,
    bytes: plainBytes,
    sealed: plainBytes,
    json: (value) => JSON.parse(value as string) as unknown,
  },
  placeholder: () => '?',
  among: (name, parameter) => `${name} in (select value from json_each(${parameter}))`,
  check: (column, name) => (column.kind === 'flag' ? `${quoted(name)} in (0, 1)` : undefined),
  guard: (table, { name, on, columns, message }) => [
    `create trigger "${name}" before ${on}${columns === undefined ? '' : ` of ${quotedList(columns)}`} on "${table.name}" ` +
      `begin select raise(abort, ${literal(message)}); end`,
  ],
  // The primary key is the table itself, and goes by its automatic name; `not indexed` is not heeded here.
  source: (table, index) =>
    `"${table}" indexed by "${index === 'key' ? `sqlite_autoindex_${table}_1` : sqlName(`${table}_${index}`)}"`,
  compiler: () => new SqliteQueryCompiler(),
  adapter: () => new SqliteAdapter(),
})
