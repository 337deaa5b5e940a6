import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { type Clock, FlorinError, type Random, systemClock } from '../kernel/index.ts'
import {
  additionalData,
  damaged,
  type Format,
  HEADER_BYTES,
  IV_BYTES,
  JSON_V1,
  type Place,
  readEnvelope,
  TAG_BYTES,
  TEXT_V1,
} from './envelope.ts'
import { type Held, KeyCache } from './key-cache.ts'
import type { KeyProvider } from './keys.ts'

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined }

const CIPHER = 'aes-256-gcm'

/**
 * Writes and reads `sealed` columns: AES-256-GCM under the merchant's key, with a random IV, bound to table, column, merchant and
 * row, so that bytes moved to another place do not open there. `seal`, `sealBytes` and `blindIndex` are synchronous and need the
 * merchant's keys at hand: await `ready` first.
 *
 * All opening fails with `key_unavailable` when the key was destroyed (or never was ours), and with `storage_corrupt` when the bytes
 * are not what was sealed at this place.
 */
export interface Sealer {
  /**
   * Undefined when the merchant's keys are at hand, else a promise of that, so that a hot path awaits nothing. They stay at hand for
   * at least as long as one operation takes: five minutes. Rejects as the key provider does.
   */
  ready(merchant: string): Promise<void> | undefined
  /** Seals a JSON value. Throws `internal` before `ready`, and for what JSON cannot hold. */
  seal(place: Place, value: Json | object): Uint8Array
  /** Seals text as it is, to be given back byte for byte. Throws `internal` before `ready`, and for ill-formed Unicode. */
  sealBytes(place: Place, text: string): Uint8Array
  /** Opens what `seal` made. `T` is what was sealed: authenticated, so what comes out is what this place was given. */
  open<T = Json>(place: Place, bytes: Uint8Array): Promise<T>
  /** As `open`, at once; undefined when the key is not at hand (then `open`). */
  openNow<T = Json>(place: Place, bytes: Uint8Array): T | undefined
  /** Opens what `sealBytes` made. */
  openBytes(place: Place, bytes: Uint8Array): Promise<string>
  /** As `openBytes`, at once; undefined when the key is not at hand (then `openBytes`). */
  openBytesNow(place: Place, bytes: Uint8Array): string | undefined
  /**
   * What to store, and to look for, in place of a personal value: HMAC-SHA256 in hex under the merchant's index key, which outlives
   * rotation. Equal values of one merchant and purpose give equal indexes and nothing else does. Normalise the value first.
   */
  blindIndex(merchant: string, purpose: string, value: string): string
  /** Drops every key from memory: they are asked for again. Call it after destroying a key to erase at once in this process. */
  forget(): void
}

export interface SealerOptions {
  readonly keys: KeyProvider
  readonly random: Random
  readonly clock?: Clock
  /**
   * Told once when this process has sealed 2^31 values under one key: rotate it before 2^32, the limit for random IVs (NIST
   * SP 800-38D, 8.3). Keys per merchant make this a matter of years.
   */
  readonly onKeyWorn?: (keyId: string) => void
}

export const createSealer = (options: SealerOptions): Sealer => {
  const { random } = options
  const cache = new KeyCache(options.keys, options.clock ?? systemClock, options.onKeyWorn ?? (() => {}))

  const encrypt = (format: Format, place: Place, text: string): Uint8Array => {
    const { idBytes, key } = cache.current(place.merchant)
    const iv = random.bytes(IV_BYTES)
    const cipher = createCipheriv(CIPHER, key, iv)
    cipher.setAAD(Buffer.from(additionalData(format, place)))
    const body = cipher.update(text, 'utf8')
    cipher.final() // GCM is a stream: nothing is left over
    const ivAt = HEADER_BYTES + idBytes.length
    const bytes = Buffer.allocUnsafe(ivAt + IV_BYTES + body.length + TAG_BYTES)
    bytes[0] = format
    bytes[1] = idBytes.length
    bytes.set(idBytes, HEADER_BYTES)
    bytes.set(iv, ivAt)
    bytes.set(body, ivAt + IV_BYTES)
    bytes.set(cipher.getAuthTag(), ivAt + IV_BYTES + body.length)
    return bytes
  }

  const openWith = (format: Format, place: Place, bytes: Uint8Array): string | undefined => {
    const envelope = checked(format, place, bytes)
    const held = cache.now(envelope.keyId)
    return held && decrypt(held, envelope, place, bytes)
  }

  const openSoon = async (format: Format, place: Place, bytes: Uint8Array): Promise<string> => {
    const envelope = checked(format, place, bytes)
    const held = await cache.byId(envelope.keyId)
    if (held === undefined) throw gone(envelope.keyId, place)
    return decrypt(held, envelope, place, bytes)
  }

  return Object.freeze<Sealer>({
    ready: (merchant) => cache.ready(merchant),
    seal: (place, value) => encrypt(JSON_V1, place, jsonText(place, value)),
    sealBytes: (place, text) => encrypt(TEXT_V1, place, wellFormed(place, text)),
    async open<T>(place: Place, bytes: Uint8Array) {
      return JSON.parse(await openSoon(JSON_V1, place, bytes)) as T
    },
    openNow<T>(place: Place, bytes: Uint8Array) {
      const text = openWith(JSON_V1, place, bytes)
      return text === undefined ? undefined : (JSON.parse(text) as T)
    },
    openBytes: (place, bytes) => openSoon(TEXT_V1, place, bytes),
    openBytesNow: (place, bytes) => openWith(TEXT_V1, place, bytes),
    blindIndex: (merchant, purpose, value) =>
      createHmac('sha256', cache.index(merchant))
        .update(`florin.blind.1/${purpose.length}:${purpose}${value}`)
        .digest('hex'),
    forget: () => cache.forget(),
  })
}

type Envelope = ReturnType<typeof readEnvelope>

const checked = (format: Format, place: Place, bytes: Uint8Array): Envelope => {
  const envelope = readEnvelope(bytes, place)
  if (envelope.format === format) return envelope
  throw damaged(place, format === JSON_V1 ? 'it is text and not JSON' : 'it is JSON and not text')
}

const decrypt = (held: Held, { format, ivAt }: Envelope, place: Place, bytes: Uint8Array): string => {
  const bodyAt = ivAt + IV_BYTES
  const tagAt = bytes.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, held.key, bytes.subarray(ivAt, bodyAt), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(additionalData(format, place)))
  decipher.setAuthTag(bytes.subarray(tagAt))
  const body = decipher.update(bytes.subarray(bodyAt, tagAt))
  try {
    decipher.final()
  } catch (cause) {
    throw damaged(place, 'it was changed, or belongs to another row, column or merchant', cause)
  }
  return body.toString('utf8')
}

const jsonText = (place: Place, value: Json | object): string => {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    // Not the engine's words: they can quote the value.
    throw new FlorinError('internal', `${place.table}.${place.column} cannot be sealed: ${nameOf(cause)} in its JSON`)
  }
  if (text !== undefined) return text
  throw new FlorinError('internal', `${place.table}.${place.column} cannot be sealed: the value has no JSON`)
}

const wellFormed = (place: Place, text: string): string => {
  if (text.isWellFormed()) return text
  throw new FlorinError(
    'internal',
    `${place.table}.${place.column} cannot be sealed: the text is not well-formed Unicode`,
  )
}

const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : 'an error')

const gone = (keyId: string, place: Place): FlorinError =>
  new FlorinError(
    'key_unavailable',
    `the key '${keyId}' of the value in ${place.table}.${place.column} is not there: it was destroyed, or this host was given other keys than the one that wrote the value`,
    { details: { key: keyId, table: place.table, column: place.column } },
  )
