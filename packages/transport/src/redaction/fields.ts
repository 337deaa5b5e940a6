import { REDACTED } from './secret-shapes.ts'
import { sensitivityOf } from './sensitive-name.ts'
import { valueEnd } from './value-end.ts'

// Escapes are taken first, so that `%5Bcvc%5D` and `\ncvc` give the name `cvc`.
const NAME = /%(?:25)*[0-9a-f]{2}|(?<!\\)\\+(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[bfnrt])|([a-z][\w-]*)/gi
const CLOSING = /(?:\\*["'`]|\]|\s|%(?:25)*(?:5C|5D|22|20|27))*/iy
const SEPARATOR = /(?:=>|[:=]|%(?:25)*3[AD])/iy
const SPACE = /(?:\s|%(?:25)*20)*/iy
const HARMLESS = /^(?:null|true|false|undefined)$/
const OF_HEADER = /(?:authorization|cookie|key)$/i

/** Matches at `from`, and says where it ended; `from` where it does not. */
const skip = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : from
}

/** The value of a sensitive name that ends at `from`, if one follows. */
const valueAfter = (text: string, name: string, from: number): readonly [from: number, to: number] | null => {
  const sensitivity = sensitivityOf(name)
  if (sensitivity === 'none') return null
  const closed = skip(CLOSING, text, from)
  const separated = skip(SEPARATOR, text, closed)
  if (separated === closed) return null
  const colon = !/=|3D$/i.test(text.slice(closed, separated))
  const start = skip(SPACE, text, separated)
  const header = colon && closed === from && OF_HEADER.test(name)
  const value = valueEnd(text, start, header ? 'line' : colon ? 'json' : 'form')
  // `name: x` in prose is a sentence; in quotes, in a form or by a name of its own it is a field.
  if (sensitivity === 'plain' && colon && closed === from && !value.closed) return null
  return [start, value.end]
}

const masked = (value: string): string => {
  if (value === '' || HARMLESS.test(value)) return value
  const quote = /^\\*["'`]/.exec(value)?.[0]
  if (quote === undefined) return REDACTED
  if (value === quote + quote) return value
  return quote + REDACTED + (value.endsWith(quote) ? quote : '')
}

/** Masks the values of sensitive fields in JSON (also within JSON), forms, query strings, headers and printed objects, whole or cut. */
export const maskFields = (text: string): string => {
  let result = ''
  let at = 0
  const names = new RegExp(NAME)
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const name = match[1]
    const span = name === undefined ? null : valueAfter(text, name, names.lastIndex)
    if (span === null) continue
    const [from, to] = span
    result += text.slice(at, from) + masked(text.slice(from, to))
    at = to
    names.lastIndex = Math.max(to, names.lastIndex)
  }
  return result + text.slice(at)
}
