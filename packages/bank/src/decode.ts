import { FlorinError } from '@florin/core/statements'

type Decoder = InstanceType<typeof TextDecoder>

const SLICE = 65_536

/**
 * Bytes as text, in pieces of at most 64 KB whatever the size of those that come in. `encoding` is asked once, with the first bytes.
 * Throws `invalid_request` for an encoding that is not known here.
 */
export async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  encoding: (first: Uint8Array) => string,
): AsyncIterable<string> {
  let decoder: Decoder | null = null
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += SLICE) {
      const slice = chunk.subarray(at, at + SLICE)
      decoder ??= decoderOf(encoding(slice))
      const text = decoder.decode(slice, { stream: true })
      if (text !== '') yield text
    }
  }
  const rest = decoder?.decode() ?? ''
  if (rest !== '') yield rest
}

const decoderOf = (encoding: string): Decoder => {
  try {
    return new TextDecoder(encoding)
  } catch {
    throw new FlorinError(
      'invalid_request',
      `the file says that it is written in '${encoding.slice(0, 40)}', which is not known here: convert it to UTF-8`,
    )
  }
}

/** The encoding that an XML file declares, or that its first bytes show; UTF-8, if neither. */
export const xmlEncoding = (first: Uint8Array): string => {
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be'
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  const head = Buffer.from(first.subarray(0, 200)).toString('latin1')
  const [, named] = /^(?:\u00ef\u00bb\u00bf)?\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(head) ?? []
  return named ?? 'utf-8'
}
