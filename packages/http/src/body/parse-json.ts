import { FlorinError } from '@florin/core'
import { jsonFault } from './json-fault.ts'

/** The JSON in a body. Throws `invalid_request`, naming the place where it is broken and quoting nothing of it. */
export const parseJson = (bytes: Uint8Array): unknown => {
  const text = decode(bytes)
  const value = parse(text)
  // Own fields of this name are harmless here, and a trap for whoever merges objects later.
  if ((text.includes('__proto__') || text.includes('\\u')) && hasProto(value)) {
    throw new FlorinError('invalid_request', "the body has a field '__proto__': no field has this name")
  }
  return value
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FlorinError('invalid_request', 'the body is not valid UTF-8: send JSON in UTF-8')
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    const { position, line, column } = jsonFault(text) ?? { position: 0, line: 1, column: 1 }
    const what = position >= text.length ? 'it ends too early' : 'this character cannot stand there'
    throw new FlorinError('invalid_request', `the body is not JSON: at line ${line}, column ${column}, ${what}`, {
      details: { position, line, column },
    })
  }
}

const hasProto = (root: unknown): boolean => {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Object.hasOwn(value, '__proto__')) return true
    for (const inner of Object.values(value)) waiting.push(inner)
  }
  return false
}
