import { createHash, timingSafeEqual } from 'node:crypto'
import { FlorinError } from '@florin/core'

/** Who holds which API key. */
export interface ApiKeys {
  /** The merchant of the first key: the one that the shop page sells for. */
  readonly first: string
  /** The merchant of an `Authorization` header, or null. Takes the same time whichever key is right, and whether any is. */
  merchantOf(authorization: string | null): string | null
}

const MERCHANT = /^mer_[\w-]{1,60}$/
const KEY = /^[\x21-\x2b\x2d-\x39\x3b-\x7e]{1,200}$/ // printable ASCII without space, ',' and ':'
const EXAMPLE = "give 'key:merchant', several with commas between: API_KEYS=demo:mer_demo"

// Digests are of one length, which timingSafeEqual needs, and say nothing about the keys' own lengths.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const refuse = (message: string): never => {
  throw new FlorinError('configuration', `API_KEYS: ${message}; ${EXAMPLE}`)
}

const parseEntry = (entry: string, index: number): readonly [key: string, merchant: string] => {
  const nth = `entry ${index + 1}` // never the entry itself: it holds a key
  const parts = entry.split(':')
  const [key = '', merchant = ''] = parts.map((part) => part.trim())
  if (parts.length !== 2) return refuse(`${nth} has ${parts.length - 1} ':' where one belongs`)
  if (!KEY.test(key)) return refuse(`the key of ${nth} is empty, too long or holds a space or a special character`)
  if (!MERCHANT.test(merchant))
    return refuse(`'${merchant.slice(0, 70)}' in ${nth} is no merchant: 'mer_' and letters, digits, '_' or '-'`)
  return [key, merchant]
}

/** Parses `key:merchant,…`. Throws `configuration`; no message holds a key. */
export const parseApiKeys = (text: string): ApiKeys => {
  const entries = text.split(',').map(parseEntry)
  const [first] = entries
  if (first === undefined) return refuse('it is empty')
  if (new Set(entries.map(([key]) => key)).size !== entries.length) return refuse('two entries have the same key')
  const known = entries.map(([key, merchant]) => ({ header: digest(`Bearer ${key}`), merchant }))
  return Object.freeze<ApiKeys>({
    first: first[1],
    merchantOf(authorization) {
      const asked = digest(authorization ?? '')
      let found: string | null = null
      for (const { header, merchant } of known) if (timingSafeEqual(header, asked)) found = merchant
      return found
    },
  })
}
