import { createHash } from 'node:crypto'

/** A file as a part of a form. */
export interface FilePart {
  readonly name: string
  readonly filename: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** A form with a file in it, as bytes, and the boundary between its parts. */
export interface Multipart {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** As browsers write it (HTML, "multipart/form-data encoding algorithm"): quotes and line breaks would end the name, or the header. */
const quoted = (text: string): string =>
  text.toWellFormed().replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/**
 * Made of what it is to divide, so that the same form gives the same bytes: a stored request is made of nothing else. Nobody can put a
 * boundary into a file that is a digest of it; that it is not in there is looked up all the same.
 */
const boundaryFor = (texts: readonly string[], bytes: Buffer): string => {
  for (let turn = 0; ; turn += 1) {
    const hash = createHash('sha256')
      .update(`${turn} ${JSON.stringify(texts)} `)
      .update(bytes)
    const boundary = `florin-${hash.digest('hex').slice(0, 40)}`
    if (!bytes.includes(boundary) && !texts.some((text) => text.includes(boundary))) return boundary
  }
}

/** `multipart/form-data` (RFC 7578) of fields and one file, whatever its bytes are. The same form gives the same bytes. */
export const multipart = (fields: Readonly<Record<string, string>>, file: FilePart): Multipart => {
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength)
  const [name, filename] = [quoted(file.name), quoted(file.filename)]
  const boundary = boundaryFor([...Object.entries(fields).flat(), name, filename], bytes)
  const parts = Object.entries(fields).map(
    ([field, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(field)}"\r\n\r\n${value}\r\n`,
  )
  const head =
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\n` +
    `content-type: ${file.contentType}\r\n\r\n`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(parts.join('') + head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
