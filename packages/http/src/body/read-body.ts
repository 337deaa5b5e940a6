import { FlorinError } from '@florin/core'
import { Refusal } from '../problems/refusal.ts'

const EMPTY = new Uint8Array()

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal('body_too_large', `the body has more than the ${maxBytes} bytes that are read here: send less`, {
    details: { maxBytes },
  })

/**
 * A body as it comes in, and at most `maxBytes` of it: `body_too_large` otherwise, before any of it is read where its length is told. One that
 * ends too early is `invalid_request`; one that somebody else has read already is `configuration`: its bytes are gone. Whoever wants no more of
 * it calls the rest off.
 */
export async function* chunksOf(request: Request, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (request.bodyUsed) {
    throw new FlorinError(
      'configuration',
      'the body of the request was read before Florin could: mount Florin before body parsers, and let `authorize` read `request.clone()`',
    )
  }
  if (request.body === null) return
  const told = request.headers.get('content-length')
  if (told !== null && Number(told) > maxBytes) throw tooLarge(maxBytes)
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  let bytes = 0
  let whole = false
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokeOff)
      whole = done
      if (done) return
      bytes += value.byteLength
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield value
    }
  } finally {
    if (!whole) reader.cancel().catch(() => {}) // whether the rest can be called off does not matter to the answer
  }
}

/** Reads a body whole. Refuses what `chunksOf` does. */
export const readBody = async (request: Request, maxBytes: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunksOf(request, maxBytes)) {
    chunks.push(chunk)
    bytes += chunk.byteLength
  }
  return joined(chunks, bytes)
}

const brokeOff = (cause: unknown): never => {
  throw new FlorinError('invalid_request', 'the body broke off before its end: send it again', { cause })
}

const joined = (chunks: readonly Uint8Array[], bytes: number): Uint8Array => {
  const [only] = chunks
  if (only === undefined) return EMPTY
  if (chunks.length === 1) return only
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
