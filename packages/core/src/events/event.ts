import { FlorinError, isFlorinError, sameBytes, sha256, toHex } from '../kernel/index.ts'
import { append, type Effect } from '../records/index.ts'
import { type EventRow, events } from '../storage/index.ts'

/** An event before it is digested. `v`, the version of its type's data, is 1 if absent; `ledger` is null if absent. */
export type NewEvent = Omit<EventRow, 'digest' | 'v' | 'ledger'> & {
  readonly v?: number
  readonly ledger?: Uint8Array | null
}

/** What a digest covers: every column but the digest itself. */
export type EventContent = Omit<EventRow, 'digest'>

/**
 * Appends an event in the commit that makes it true. `version` is the subject's version after this commit: two writers that both
 * believe to be the next one cannot both commit, because the subject's row is replaced under the same version.
 * @throws FlorinError `internal` where `data` holds what JSON cannot give back as it was.
 */
export const appendEvent = (event: NewEvent): Effect => {
  const content: EventContent = {
    merchant: event.merchant,
    subject: event.subject,
    version: event.version,
    id: event.id,
    type: event.type,
    v: event.v ?? 1,
    at: event.at,
    data: event.data,
    ledger: event.ledger ?? null,
  }
  return append(events, { ...content, digest: eventDigest(content) })
}

/**
 * SHA-256 over a versioned encoding of all columns, in which every part carries its length, so that no two rows share an encoding.
 * The leading zero byte makes it the leaf hash of RFC 6962: a seal's Merkle tree is built over these digests as they are.
 */
export const eventDigest = (event: EventContent): Uint8Array => {
  const content =
    `\0florin.event.1;${text(event.merchant)}${text(event.subject)}${event.version};${text(event.id)}` +
    `${text(event.type)}${event.v};${event.at};` +
    (event.ledger === null ? 'n;' : text(toHex(event.ledger))) +
    encode(event.data)
  // Half a surrogate pair has no UTF-8, and all of them would digest as the same replacement character. UTF-16 begins with two zeros.
  return sha256(content.isWellFormed() ? content : Buffer.from(content, 'utf16le'))
}

/** Whether an event's columns still give its digest. Data that cannot be digested at all was not written by Florin. */
export const isIntact = (event: EventRow): boolean => {
  try {
    return sameBytes(eventDigest(event), event.digest)
  } catch (error) {
    if (isFlorinError(error, 'internal')) return false
    throw error
  }
}

const text = (value: string): string => `${value.length}:${value}`

/**
 * One string per JSON value, whatever the order of its members: a database may give them back in another order. Strict, because a
 * value that comes back from the database changed would look like tampering.
 */
const encode = (value: unknown): string => {
  if (typeof value === 'string') return `s${value.length}:${value}`
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unfit(String(value))
    return `d${value};`
  }
  if (value === null) return 'n;'
  if (typeof value === 'boolean') return value ? 't;' : 'f;'
  if (typeof value !== 'object') throw unfit(`a ${typeof value}`)
  return Array.isArray(value) ? encodeList(value) : encodeMembers(value as Readonly<Record<string, unknown>>)
}

const encodeList = (list: readonly unknown[]): string => {
  let out = `l${list.length}:`
  for (const item of list) out += encode(item)
  return out
}

const encodeMembers = (members: Readonly<Record<string, unknown>>): string => {
  const prototype = Object.getPrototypeOf(members)
  if (prototype !== Object.prototype && prototype !== null) throw unfit('an object that is not a plain one')
  let count = 0
  let out = ''
  for (const name of Object.keys(members).sort()) {
    const value = members[name]
    if (value === undefined) continue // as in JSON
    count += 1
    out += `${name.length}:${name}${encode(value)}`
  }
  return `o${count}:${out}`
}

const unfit = (what: string): FlorinError =>
  new FlorinError(
    'internal',
    `an event's data holds ${what}, which JSON cannot keep; write amounts and instants as text`,
  )
