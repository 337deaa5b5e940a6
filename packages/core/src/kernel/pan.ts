// Not within a longer number, nor among hexadecimal digits, where random ids have such runs once in a thousand; but `card4111…` and
// `4111…and` are words beside a number.
const BEFORE = '(?:(?<![\\da-f])|(?<=[g-z][a-f]{1,3}))'
const AFTER = '(?:(?![\\da-f])|(?=[a-f]{1,3}[g-z]))'

/** A run of 13 to 19 digits, or one in the groups that are printed on cards (4-4-4-4 and its like, 4-6-5 and 4-6-4). */
const ALONE = new RegExp(`${BEFORE}\\d{13,19}${AFTER}`, 'gi')
const GROUPED = new RegExp(
  `${BEFORE}\\d{4}([ +-])(?:\\d{4}\\1\\d{4}\\1\\d{1,4}(?:\\1\\d{1,3})?|\\d{6}\\1\\d{4,5})${AFTER}`,
  'gi',
)

// `%20`, `%2520` and so on; `\u0020`, `\x20`, `\n`, with as many backslashes as JSON within JSON has.
const ESCAPE = /(?<!\\|5C)(?:\\|%(?:25)*5C)+(?:u([\da-f]{4})|x([\da-f]{2})|[bfnrt])|%(?:25)*([\da-f]{2})/gi

/** An id of Florin's own: 26 characters of base 32 that can be digits by chance. */
const OWN_ID = /^[a-z]{2,5}_[\da-z]{26}$/
const OWN_ID_LENGTH = 32

/** Whether a text holds what looks like a card number: 13 to 19 digits of a known range that pass the Luhn check. */
export const hasPan = (value: string): boolean => {
  if (value.length < 13) return false
  if (pans(value).length > 0) return true
  const plain = decoded(value)
  return plain !== null && pans(plain.text).length > 0
}

/**
 * A text with every card number in it masked but for the last four digits, which may be shown (PCI DSS 3.4.1): `************1111`.
 * Finds what `hasPan` finds, also in groups and behind URL and JSON escapes. Takes time in proportion to the text, and changes nothing
 * the second time.
 */
export const maskPans = (text: string): string => {
  if (text.length < 13) return text
  const once = masked(text, pans(text), null)
  const plain = decoded(once)
  return plain === null ? once : masked(once, pans(plain.text), plain.starts)
}

type Span = readonly [from: number, to: number]

/** Where card numbers stand, in order; those that overlap as one. */
const pans = (text: string): Span[] => {
  const found: Span[] = []
  const look = (from: number, digits: string): void => {
    const span: Span = [from, from + digits.length]
    if (isPan(digits.replaceAll(/[ +-]/g, '')) && !inOwnId(text, span)) found.push(span)
  }
  for (const match of text.matchAll(ALONE)) look(match.index, match[0])
  const grouped = new RegExp(GROUPED)
  for (let match = grouped.exec(text); match !== null; match = grouped.exec(text)) {
    look(match.index, match[0])
    // `4111 1111 1111 1111 123`: the last group may be the next field; and the first may have been the one before.
    const withoutLast = match[0].replace(/.\d+$/, '')
    if (withoutLast.length > 16) look(match.index, withoutLast)
    grouped.lastIndex = match.index + 5
  }
  const merged: Span[] = []
  for (const [from, to] of found.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (last !== undefined && from < last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)]
    else merged.push([from, to])
  }
  return merged
}

/** Masks the digits of the spans, but for the last four of each. `starts` says where each character of the spans' text stands in `text`. */
const masked = (text: string, spans: readonly Span[], starts: Uint32Array | null): string => {
  let result = ''
  let at = 0
  for (const [from, to] of spans) {
    const first = starts?.[from] ?? from
    let open = 0 // digits that stay
    let tail = ''
    for (let index = to - 1; index >= from; index--) {
      const piece = text.slice(starts?.[index] ?? index, starts?.[index + 1] ?? index + 1)
      const digit = piece.length === 1 ? /\d/.test(piece) : /3\d$/.test(piece)
      tail = (digit && open++ >= 4 ? '*' : piece) + tail
    }
    result += text.slice(at, first) + tail
    at = starts?.[to] ?? to
  }
  return result + text.slice(at)
}

/** A text with a character for each escape, and where each of its characters began; null where it has none. */
const decoded = (text: string): { readonly text: string; readonly starts: Uint32Array } | null => {
  if (!/[%\\]/.test(text)) return null
  const starts = new Uint32Array(text.length + 1)
  const parts: string[] = []
  let length = 0
  let at = 0
  const keep = (to: number): void => {
    parts.push(text.slice(at, to))
    for (; at < to; at++) starts[length++] = at
  }
  for (const match of text.matchAll(ESCAPE)) {
    keep(match.index)
    const code = match[1] ?? match[2] ?? match[3]
    parts.push(code === undefined ? '\n' : String.fromCharCode(Number.parseInt(code, 16)))
    starts[length++] = at
    at = match.index + match[0].length
  }
  if (parts.length === 0) return null
  keep(text.length)
  starts[length] = text.length
  return { text: parts.join(''), starts }
}

const inOwnId = (text: string, [from, to]: Span): boolean => {
  const before = /\w*$/.exec(text.slice(Math.max(0, from - OWN_ID_LENGTH), from))?.[0] ?? ''
  const after = /^\w*/.exec(text.slice(to, to + OWN_ID_LENGTH))?.[0] ?? ''
  return OWN_ID.test(before + text.slice(from, to) + after)
}

// ISO/IEC 7812: 3 travel (13–15 and 16 digits), 4 and 5 banking, 2221–2720 Mastercard, 6 merchandising and banking.
const isPan = (digits: string): boolean => /^(?:[3-6]|2[2-7])/.test(digits) && luhn(digits)

const luhn = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
