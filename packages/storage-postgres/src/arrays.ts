import type { AnyTable, Column, Kind } from '@florin/core/storage'
import { FlorinError } from '@florin/core/storage'
import { bytesOfId, type Cells } from '@florin/storage-sql'

// Columns as PostgreSQL's binary arrays: one parameter a column, however many rows, and neither side spends time on quoting. The format
// is that of array_send and array_recv (src/backend/utils/adt/arrayfuncs.c): dimensions, null flag, element type, length, lower bound,
// then each element with its size.

const HEADER = 20
const NULL_SIZE = -1
/** Element types: the OIDs of pg_type.dat, which never change. */
const OIDS: Readonly<Record<Kind, number>> = {
  id: 2950,
  text: 25,
  minor: 20,
  count: 20,
  flag: 16,
  instant: 20,
  bytes: 17,
  sealed: 17,
  json: 114,
}

/** The type of a parameter that holds a column of a kind. */
export const ARRAY_TYPES: Readonly<Record<Kind, string>> = {
  id: 'uuid[]',
  text: 'text[]',
  minor: 'bigint[]',
  count: 'bigint[]',
  flag: 'boolean[]',
  instant: 'bigint[]',
  bytes: 'bytea[]',
  sealed: 'bytea[]',
  json: 'json[]',
}

const MORE = 65_536

/** Where arrays are put together; each is copied out when it is whole, and nothing here ever waits in between. */
class Scratch {
  buffer = Buffer.allocUnsafe(MORE)
  at = 0

  /** Makes room for `size` more bytes. */
  room(size: number): void {
    if (this.at + size <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + size + MORE))
    this.buffer.copy(larger, 0, 0, this.at)
    this.buffer = larger
  }

  int32(value: number): void {
    this.room(4)
    this.at = this.buffer.writeInt32BE(value, this.at)
  }
}

const scratch = new Scratch()

const wrong = (what: string, value: unknown): FlorinError =>
  new FlorinError('internal', `${what} cannot hold ${String(value)}; nothing was written`)

type Put = (value: never, column: Column) => void

const putId = (value: unknown, { prefix = '' }: Column): void => {
  scratch.room(20)
  scratch.buffer.writeInt32BE(16, scratch.at)
  bytesOfId(value, prefix, scratch.buffer, scratch.at + 4)
  scratch.at += 20
}

const putText = (value: string): void => {
  if (!value.isWellFormed()) throw wrong('a text', 'half a surrogate pair')
  scratch.room(4 + value.length * 3)
  const size = scratch.buffer.write(value, scratch.at + 4)
  scratch.buffer.writeInt32BE(size, scratch.at)
  scratch.at += 4 + size
}

const BITS_32 = 4_294_967_296

const putInteger = (value: number): void => {
  if (!Number.isSafeInteger(value)) throw wrong('a whole number', value)
  scratch.room(12)
  scratch.buffer.writeInt32BE(8, scratch.at)
  scratch.buffer.writeInt32BE(Math.floor(value / BITS_32), scratch.at + 4)
  scratch.buffer.writeUInt32BE(value >>> 0, scratch.at + 8)
  scratch.at += 12
}

const putMinor = (value: bigint): void => {
  if (BigInt.asIntN(64, value) !== value) throw wrong('an amount', value)
  scratch.room(12)
  scratch.buffer.writeInt32BE(8, scratch.at)
  scratch.buffer.writeBigInt64BE(value, scratch.at + 4)
  scratch.at += 12
}

const putFlag = (value: boolean): void => {
  scratch.room(5)
  scratch.buffer.writeInt32BE(1, scratch.at)
  scratch.buffer[scratch.at + 4] = value ? 1 : 0
  scratch.at += 5
}

const putBytes = (value: Uint8Array): void => {
  scratch.room(4 + value.byteLength)
  scratch.buffer.writeInt32BE(value.byteLength, scratch.at)
  scratch.buffer.set(value, scratch.at + 4)
  scratch.at += 4 + value.byteLength
}

const PUT: Readonly<Record<Kind, Put>> = {
  id: putId,
  text: putText,
  minor: putMinor,
  count: putInteger,
  flag: putFlag,
  instant: putInteger,
  bytes: putBytes,
  sealed: putBytes,
  json: (value) => putText(JSON.stringify(value)),
}

/** One column of rows as an array. */
const arrayOf = (rows: readonly Cells[], name: string, column: Column): Buffer => {
  const put = PUT[column.kind]
  scratch.at = 0
  scratch.int32(1)
  scratch.int32(column.nullable ? 1 : 0)
  scratch.int32(OIDS[column.kind])
  scratch.int32(rows.length)
  scratch.int32(1)
  for (const row of rows) {
    const value = row[name]
    // Null goes through where the catalogue forbids it: the database refuses it, as it must.
    if (value === null || value === undefined) scratch.int32(NULL_SIZE)
    else put(value as never, column)
  }
  return Buffer.from(scratch.buffer.subarray(0, Math.max(scratch.at, HEADER)))
}

/** The parameters of a statement over rows: one array a column, in the order of `names`. @throws FlorinError `internal` for what no cell can be. */
export const arraysOf = (table: AnyTable, names: readonly string[], rows: readonly Cells[]): Buffer[] =>
  names.map((name) => {
    const column = (table.columns as Readonly<Record<string, Column>>)[name] as Column
    try {
      return arrayOf(rows, name, column)
    } catch (cause) {
      if (!(cause instanceof FlorinError || cause instanceof TypeError || cause instanceof RangeError)) throw cause
      throw new FlorinError(
        'internal',
        `${table.name}.${name}: ${cause.message}; please report it; nothing was written`,
        {
          cause,
        },
      )
    }
  })

/** Whole numbers as a `bigint[]`. */
export const bigintsOf = (values: readonly number[]): Buffer =>
  arrayOf(
    values.map((value) => ({ value })),
    'value',
    { kind: 'count', nullable: false },
  )
