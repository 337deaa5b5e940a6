/**
 * JSON as a value; undefined where the text, or the bytes, are none. Bytes that are not UTF-8 are no JSON. For what gateways answer and
 * send: a parser's own error quotes what it could not read, and must not reach a log.
 */
export const jsonIn = (given: string | Uint8Array): unknown => {
  try {
    return JSON.parse(typeof given === 'string' ? given : new TextDecoder('utf-8', { fatal: true }).decode(given))
  } catch {
    return undefined
  }
}
