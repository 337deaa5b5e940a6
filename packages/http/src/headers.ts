import { FlorinError, idempotencyKeyInput } from '@florin/core'

/** The date of the wire contract. A request may pin it with the header `Florin-Version`; every answer names it. */
export const API_VERSION = '2026-11-21'

const KEY = 'Idempotency-Key'

/** The request's idempotency key. Throws `invalid_request`, by the header's name, for an empty, long or unprintable one. */
export const idempotencyKeyOf = (headers: Headers): string | undefined => {
  const given = headers.get(KEY)
  if (given === null) return undefined
  const parsed = idempotencyKeyInput.safeParse(given)
  if (parsed.success) return parsed.data
  throw new FlorinError(
    'invalid_request',
    `${KEY}: must be 1 to 255 printable ASCII characters (got ${given.length} characters)`,
    { details: { path: KEY } },
  )
}

/** Refuses a key where none is kept, rather than letting its sender believe in it. */
export const refuseIdempotencyKey = (headers: Headers): void => {
  if (!headers.has(KEY)) return
  throw new FlorinError('unsupported', `${KEY}: this operation keeps no keys: send the request without it`, {
    details: { path: KEY },
  })
}

/** What a reader must be able to see, and what an answer says to hand in there. */
export const CONSISTENCY = 'Florin-Consistency'
const LONGEST_TOKEN = 64

/** The token of an earlier answer, of whichever server. Throws `invalid_request`, by the header's name, for what cannot be one. */
export const consistencyOf = (headers: Headers): string | undefined => {
  const given = headers.get(CONSISTENCY)
  if (given === null || (given !== '' && given.length <= LONGEST_TOKEN)) return given ?? undefined
  throw new FlorinError('invalid_request', `${CONSISTENCY}: give it as an answer had it, or leave it out`, {
    details: { path: CONSISTENCY },
  })
}

/** Refuses a version of the contract that is not this one. */
export const checkVersion = (headers: Headers): void => {
  const given = headers.get('Florin-Version')
  if (given === null || given === API_VERSION) return
  throw new FlorinError('invalid_request', `Florin-Version: there is '${API_VERSION}' and no other`, {
    details: { path: 'Florin-Version' },
  })
}
