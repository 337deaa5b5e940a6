import type { AnyTable, Column } from '@florin/core/storage'
import { events } from '@florin/core/storage'
import { PostgresAdapter, PostgresQueryCompiler } from 'kysely'
import { type Dialect, type Extras, NO_EXTRAS } from './dialect.ts'
import { literal, quotedList } from './names.ts'
import { idOfUuid, uuidOfId } from './uuid.ts'

const prefixOf = ({ prefix = '' }: Column): string => prefix

const number = (value: unknown): number => Number(value)

/** `\x` and hexadecimal digits, as the server writes bytes. */
const bytesOf = (value: unknown): Uint8Array => {
  const { buffer, byteOffset, byteLength } = Buffer.from((value as string).slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/**
 * Which transaction appended an event, and where in it: what the sequencer goes by. Null where commits seal their events themselves.
 * The index has the order in which events are sealed.
 */
const EVENT_EXTRAS: Extras = Object.freeze({
  columns: ['"xact" bigint', '"place" integer'],
  statements: [`create index "${events.name}_unsealed" on "${events.name}" ("xact", "place") where "xact" is not null`],
})

/** Room in a page for new versions of its rows, so that an update stays beside the row that it replaces and touches no index. */
const roomFor = (table: AnyTable): string =>
  table.mutable.length === 0 ? '' : ` with (fillfactor = ${table.name === 'accounts' ? 50 : 75})`

/**
 * PostgreSQL: ids as bare UUIDs, text by code point whatever the database's collation, JSON as `json`, which keeps the bytes it was given
 * and takes what `jsonb` refuses (`\u0000`). Parameters and cells are texts, as the wire has them by default.
 */
export const postgresDialect = (schema: string): Dialect =>
  Object.freeze<Dialect>({
    name: 'postgres',
    types: {
      id: 'uuid',
      text: 'text collate "C"',
      minor: 'bigint',
      count: 'bigint',
      flag: 'boolean',
      instant: 'bigint',
      bytes: 'bytea',
      sealed: 'bytea',
      json: 'json',
    },
    tableOptions: roomFor,
    extras: (table) => (table.name === events.name ? EVENT_EXTRAS : NO_EXTRAS),
    indexesEndInKey: false,
    // Without statistics all indexes that begin with the merchant look equally good, and of such the planner takes the youngest.
    keyIsLastIndex: true,
    encode: {
      id: (value, column) => uuidOfId(value, prefixOf(column)),
      minor: String,
      count: String,
      instant: String,
      flag: String,
      json: (value) => JSON.stringify(value),
    },
    decode: {
      id: (value, column) => idOfUuid(value as string, prefixOf(column)),
      minor: (value) => BigInt(value as string),
      count: number,
      instant: number,
      flag: (value) => value === 't',
      bytes: bytesOf,
      sealed: bytesOf,
      json: (value) => JSON.parse(value as string) as unknown,
    },
    placeholder: (n) => `$${n}`,
    among: (name, parameter, { kind }) => `${name} = any (${parameter}::${kind === 'id' ? 'uuid' : 'text'}[])`,
    check: () => undefined,
    guard: (table, { name, on, columns, message }) => {
      const event =
        on === 'delete' ? 'delete or truncate' : `update${columns === undefined ? '' : ` of ${quotedList(columns)}`}`
      const trigger = `create trigger "${name}" before ${event} on "${table.name}"`
      return [`${trigger} for each statement execute function "florin_refuse"(${literal(message)})`]
    },
    // No index can be named; connections are set up so that the planner has no other than the one that gives the order.
    source: (table) => `"${schema}"."${table}"`,
    compiler: () => new PostgresQueryCompiler(),
    adapter: () => new PostgresAdapter(),
  })
