import { FlorinError } from '@florin/core/storage'

// Florin's ids are a prefix, `_`, and a UUIDv7 in 26 digits of Crockford's base 32 (core's `kernel/ids.ts`). A column has one prefix,
// so a database with a type for UUIDs needs to keep only those 16 bytes; their order is that of the texts.

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const DIGITS = 26
const INVALID = 255
/** The value of a digit by its character code. */
const VALUES: Uint8Array = new Uint8Array(128).fill(INVALID)
for (const [value, digit] of [...ALPHABET].entries()) VALUES[digit.charCodeAt(0)] = value
const PAIRS = Array.from({ length: 1024 }, (_, i) => ALPHABET.charAt(i >> 5) + ALPHABET.charAt(i & 31))
const HEX = Array.from({ length: 65_536 }, (_, i) => i.toString(16).padStart(4, '0'))

const SHAPE = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** Whether a value is an id with this prefix, so that it can be one of a column's. */
export const isIdOf = (value: unknown, prefix: string): value is string =>
  typeof value === 'string' &&
  value.length === prefix.length + 1 + DIGITS &&
  value.charCodeAt(prefix.length) === 95 &&
  value.startsWith(prefix) &&
  SHAPE.test(value.slice(prefix.length + 1))

const unfit = (value: unknown, prefix: string): FlorinError =>
  new FlorinError('invalid_request', `'${String(value)}' is no id that begins with '${prefix}_'`)

/** The four words of an id's UUID, from `at`. */
const words = (id: string, at: number): readonly [number, number, number, number] => {
  const d = (i: number): number => VALUES[id.charCodeAt(at + i)] as number
  const a = (d(0) << 29) | (d(1) << 24) | (d(2) << 19) | (d(3) << 14) | (d(4) << 9) | (d(5) << 4) | (d(6) >> 1)
  const b = (d(6) << 31) | (d(7) << 26) | (d(8) << 21) | (d(9) << 16) | (d(10) << 11) | (d(11) << 6) | (d(12) << 1)
  const c = (d(13) << 28) | (d(14) << 23) | (d(15) << 18) | (d(16) << 13) | (d(17) << 8) | (d(18) << 3) | (d(19) >> 2)
  const e = (d(19) << 30) | (d(20) << 25) | (d(21) << 20) | (d(22) << 15) | (d(23) << 10) | (d(24) << 5) | d(25)
  return [a, b | (d(13) >> 4), c, e]
}

/** Writes an id's 16 bytes to `target` at `offset`. @throws FlorinError `invalid_request` for what is no id with this prefix. */
export const bytesOfId = (id: unknown, prefix: string, target: Buffer, offset: number): void => {
  if (!isIdOf(id, prefix)) throw unfit(id, prefix)
  const [a, b, c, d] = words(id, prefix.length + 1)
  target.writeInt32BE(a, offset)
  target.writeInt32BE(b, offset + 4)
  target.writeInt32BE(c, offset + 8)
  target.writeInt32BE(d, offset + 12)
}

const high = (word: number): string => HEX[word >>> 16] as string
const low = (word: number): string => HEX[word & 0xffff] as string

/** An id as the text of a UUID. @throws FlorinError `invalid_request` for what is no id with this prefix. */
export const uuidOfId = (id: unknown, prefix: string): string => {
  if (!isIdOf(id, prefix)) throw unfit(id, prefix)
  const [a, b, c, d] = words(id, prefix.length + 1)
  return `${high(a)}${low(a)}-${high(b)}-${low(b)}-${high(c)}-${low(c)}${high(d)}${low(d)}`
}

const pair = (value: number): string => PAIRS[value & 1023] as string

/** The id that a column's UUID stands for, from the UUID's text. */
export const idOfUuid = (uuid: string, prefix: string): string => {
  const a = Number.parseInt(uuid.slice(0, 8), 16)
  const b = Number.parseInt(uuid.slice(9, 13) + uuid.slice(14, 18), 16)
  const c = Number.parseInt(uuid.slice(19, 23) + uuid.slice(24, 28), 16)
  const d = Number.parseInt(uuid.slice(28), 16)
  return (
    `${prefix}_` +
    // Five bits a digit from the left; the first digit has only three.
    pair(a >>> 24) +
    pair(a >>> 14) +
    pair(a >>> 4) +
    pair((a << 6) | (b >>> 26)) +
    pair(b >>> 16) +
    pair(b >>> 6) +
    pair((b << 4) | (c >>> 28)) +
    pair(c >>> 18) +
    pair(c >>> 8) +
    pair((c << 2) | (d >>> 30)) +
    pair(d >>> 20) +
    pair(d >>> 10) +
    pair(d)
  )
}
