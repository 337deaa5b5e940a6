import { createHash, hash } from 'node:crypto'

/** What a canonical encoding can hold. `undefined` members of an object are left out, as in JSON. */
export type Canonical =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly Canonical[]
  | { readonly [name: string]: Canonical | undefined }

/**
 * One byte string per value, whatever the order of its members: every part carries its type and length, so that no two values share
 * an encoding (`["ab","c"]` and `["a","bc"]` differ). An integer is the same value as a number and as a bigint. Digests are over this form and start with a version, so that it can change.
 */
export const canonical = (value: Canonical): string => {
  if (value === null) return 'n;'
  switch (typeof value) {
    case 'string':
      // Half a surrogate pair has no UTF-8: all of them would digest as the same replacement character.
      return value.isWellFormed()
        ? `s${value.length}:${value}`
        : `u${value.length}:${Buffer.from(value, 'utf16le').toString('hex')}`
    case 'bigint':
      return `i${value};`
    case 'number':
      return Number.isInteger(value) ? `i${value};` : `d${value};`
    case 'boolean':
      return value ? 't;' : 'f;'
    default:
      return composite(value)
  }
}

const composite = (value: Exclude<Canonical, string | number | bigint | boolean | null>): string => {
  if (value instanceof Uint8Array) return `b${value.length}:${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return `l${value.length}:${value.map(canonical).join('')}`
  const members = value as { readonly [name: string]: Canonical | undefined }
  const names = Object.keys(members)
    .filter((name) => members[name] !== undefined)
    .sort()
  return `o${names.length}:${names.map((name) => canonical(name) + canonical(members[name] as Canonical)).join('')}`
}

/** SHA-256 over a domain (what is digested, and its version) and a value's canonical form. */
export const digest = (domain: string, value: Canonical): Uint8Array =>
  sha256(`${canonical(domain)}${canonical(value)}`)

/**
 * SHA-256 of bytes or of a string's UTF-8. By way of a string into Buffer's pool: measured at half the time of the 'buffer' output,
 * which makes an ArrayBuffer of its own for 32 bytes.
 */
export const sha256 = (data: string | Uint8Array): Uint8Array => Buffer.from(hash('sha256', data, 'binary'), 'binary')

export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** A SHA-256 of bytes that come one part at a time, in hexadecimal digits once all have come. */
export const digester = (): { add(part: Uint8Array): void; hex(): string } => {
  const made = createHash('sha256')
  return { add: (part) => void made.update(part), hex: () => made.digest('hex') }
}
