// A message may not carry a card number that somebody typed into the wrong field (PCI DSS 3.4.1 and 3.5.1). A number of a card has
// at least 13 digits, so what is longer than 12 characters is cut to half of a BIN.
const WHOLE = 12
const PART = 6

const shorten = (raw: string): string => {
  const text = raw.slice(0, WHOLE).replace(/\p{C}/gu, '?') // no control character reaches a log
  return raw.length <= WHOLE ? `'${text}'` : `'${text.slice(0, PART)}…' (${raw.length} characters)`
}

/** A refused value for an error message: recognisable, bounded, and never a whole card number. */
export const quote = (value: unknown): string => {
  if (typeof value === 'string') return shorten(value)
  if (typeof value === 'number' || typeof value === 'bigint') {
    const text = String(value)
    return text.length <= WHOLE ? text : `${text.slice(0, PART)}… (${text.length} characters)`
  }
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
}
