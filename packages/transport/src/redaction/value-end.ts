const QUOTE = /(\\*)(["'`])/y
const ENCODED_QUOTE = /%(?:25)*(?:5C|22|27)/iy
const FOLLOWING = /[\s,:;}\])&'"`<>\\%]|$/y
const OF_FORM = /[^&\s"'`<>\\]*/y
const OF_JSON = /[^,;&\s"'`<>\\)\]}]*/y
const OF_LINE = /[^\r\n"'`\\]*/y

/** How a value is written: after `=`, after `:`, or to the end of its line (a header). */
export type Writing = 'form' | 'json' | 'line'

/** Where the value that begins at `from` ends, and whether it is quoted or a whole object. Too much rather than too little. */
export const valueEnd = (
  text: string,
  from: number,
  writing: Writing,
): { readonly end: number; readonly closed: boolean } => {
  QUOTE.lastIndex = from
  const quote = QUOTE.exec(text)
  if (quote !== null)
    return { end: quoteEnd(text, QUOTE.lastIndex, quote[2] ?? '"', quote[1]?.length ?? 0), closed: true }
  const object = /[[{]/.test(text.charAt(from))
  const start = object ? bracketEnd(text, from) : from
  if (object && writing === 'json') return { end: start, closed: true }
  ENCODED_QUOTE.lastIndex = start
  const plain = ENCODED_QUOTE.test(text) ? OF_FORM : { form: OF_FORM, json: OF_JSON, line: OF_LINE }[writing]
  plain.lastIndex = start
  plain.test(text)
  return { end: plain.lastIndex, closed: object }
}

/**
 * The end of a string that was opened with so many backslashes before its quote: none in JSON, one in JSON within JSON, three in the next;
 * twice as many where `inspect` printed it; any other number is past telling. A quote belongs to the string only if it is escaped within it.
 */
const quoteEnd = (text: string, from: number, quote: string, backslashes: number): number => {
  let opening = backslashes
  let doubled = 1
  for (; opening > 0 && opening % 2 === 0; opening /= 2) doubled *= 2
  const level = opening + 1 // 1, 2, 4 …
  if (!Number.isInteger(Math.log2(level))) return text.length
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    let before = at
    while (before > from && text.charCodeAt(before - 1) === 92) before -= 1
    const escaped = Math.floor((at - before) / doubled) % (2 * level)
    if (escaped === 2 * level - 1) continue
    if (escaped !== level - 1) return before // it closes the string around this one
    // `inspect` doubles backslashes, but does not escape quotes: only what follows tells then whether a quote closes the string.
    FOLLOWING.lastIndex = at + 1
    if (FOLLOWING.test(text)) return at + 1
  }
  return text.length
}

/** The end of an object or array, with the strings in it skipped; the end of the text where it is cut. */
const bracketEnd = (text: string, from: number): number => {
  const part = /(?<!\\)(\\*)(")|[[{]|[\]}]/g
  part.lastIndex = from
  let depth = 0
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    if (match[2] !== undefined) part.lastIndex = quoteEnd(text, part.lastIndex, match[2], match[1]?.length ?? 0)
    else if (/[[{]/.test(match[0])) depth += 1
    else depth -= 1
    if (depth === 0) return part.lastIndex
  }
  return text.length
}
