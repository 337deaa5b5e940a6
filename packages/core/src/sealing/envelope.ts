import { FlorinError } from '../kernel/index.ts'

/**
 * A sealed value: one format byte, one byte with the length of the key's id, the id (ASCII), 12 bytes of IV, the ciphertext, 16 bytes
 * of tag. The format byte says how to read all that follows, so that another cipher can take its place; it is authenticated.
 */
export const JSON_V1 = 0x11
export const TEXT_V1 = 0x12
export type Format = typeof JSON_V1 | typeof TEXT_V1

export const IV_BYTES = 12
export const TAG_BYTES = 16
export const HEADER_BYTES = 2
export const KEY_ID = /^[\x21-\x7e]{1,200}$/

/** Where a value lives. It opens nowhere else. */
export interface Place {
  readonly table: string
  readonly column: string
  /** The scope that sealed it: a merchant, or whatever name the host seals its platform-wide rows under. */
  readonly merchant: string
  /** The row's key within table and merchant, one string: its id, or its key columns joined in a fixed way. */
  readonly key: string
}

/** What is authenticated beside the ciphertext: every part with its length, so that no two places share a string. */
export const additionalData = (format: Format, place: Place): string =>
  `florin.sealed/${format}|${place.table.length}:${place.table}${place.column.length}:${place.column}${place.merchant.length}:${place.merchant}${place.key.length}:${place.key}`

export interface Envelope {
  readonly format: Format
  readonly keyId: string
  /** Where the IV begins; the ciphertext follows it. */
  readonly ivAt: number
}

/** Reads the clear part. Throws `storage_corrupt` on bytes that no sealer wrote. */
export const readEnvelope = (bytes: Uint8Array, place: Place): Envelope => {
  const format = bytes[0]
  const ivAt = HEADER_BYTES + (bytes[1] ?? 0)
  if (format !== JSON_V1 && format !== TEXT_V1)
    throw damaged(place, `it has the unknown format ${format ?? 'of no bytes'}; a newer Florin may have written it`)
  if (bytes.length < ivAt + IV_BYTES + TAG_BYTES) throw damaged(place, `its ${bytes.length} bytes are too few`)
  const keyId = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', HEADER_BYTES, ivAt)
  if (!KEY_ID.test(keyId)) throw damaged(place, 'it names no key')
  return { format, keyId, ivAt }
}

/** The error for a value that does not open. It names the column, never the row's key, which may be personal. */
export const damaged = (place: Place, why: string, cause?: unknown): FlorinError =>
  new FlorinError('storage_corrupt', `the sealed value in ${place.table}.${place.column} cannot be opened: ${why}`, {
    details: { table: place.table, column: place.column },
    cause,
  })
