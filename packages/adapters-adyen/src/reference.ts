const MODIFICATIONS = ['capture', 'cancel', 'refund', 'increment'] as const
type Modification = (typeof MODIFICATIONS)[number]

// The form of Florin's ids: a UUIDv7 in base 32 behind its prefix.
const ATTEMPT = /^(att_[0-7][0-9a-hjkmnp-tv-z]{25})(?:-(capture|cancel|refund|increment))?$/

/**
 * The reference of a modification: the attempt's id, and what it is. A charge has its bare id. Adyen's webhooks about a modification
 * repeat its own reference in some events and the payment's in others (TECHNICAL_CANCEL, everything done in the Customer Area), and only
 * so can one be told from the other.
 */
export const modificationReference = (attempt: string, kind: Modification): string => `${attempt}-${kind}`

/** Whose reference this is: null where it is none of ours. */
export const readReference = (
  reference: string,
): { readonly attempt: string; readonly of: 'charge' | Modification } | null => {
  const [, attempt, kind] = ATTEMPT.exec(reference) ?? []
  if (attempt === undefined) return null
  return { attempt, of: MODIFICATIONS.find((one) => one === kind) ?? 'charge' }
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_DIGITS = 10 // 50 bits, of which a UUIDv7 uses 48 for its milliseconds

/** When an attempt was made, by its id; null for what is no id of ours. */
export const attemptTime = (attempt: string): number | null => {
  const found = readReference(attempt)
  if (found === null) return null
  let time = 0
  for (const digit of found.attempt.slice(4, 4 + TIME_DIGITS)) time = time * 32 + ALPHABET.indexOf(digit)
  return time
}
