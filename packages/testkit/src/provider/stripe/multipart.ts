import { createHash } from 'node:crypto'
import { invalid } from './refusal.ts'

const BOUNDARY = /^multipart\/form-data;\s*boundary="?([\w'()+,./:=?-]{1,70})"?$/i

/** The kind of a file by what it begins with: names and declared types are the sender's word only. */
const typeOf = (bytes: Buffer): string => {
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') return 'pdf'
  if (bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a') return 'png'
  return bytes.subarray(0, 3).toString('hex') === 'ffd8ff' ? 'jpg' : 'unknown'
}

const attributeOf = (head: string, attribute: string): string | null =>
  new RegExp(`[;\\s]${attribute}="([^"]*)"`).exec(head)?.[1] ?? null

/** A file as the double keeps it: what it is called and what it is, and not the bytes themselves. */
const described = (name: string, filename: string, content: string): readonly (readonly [string, string])[] => {
  const bytes = Buffer.from(content, 'latin1')
  return [
    [`${name}[filename]`, Buffer.from(filename, 'latin1').toString('utf8')],
    [`${name}[type]`, typeOf(bytes)],
    [`${name}[size]`, `${bytes.length}`],
    [`${name}[sha256]`, createHash('sha256').update(bytes).digest('hex')],
  ]
}

/**
 * A form with files (RFC 7578), whose bytes are given as a text of Latin-1, as the form that the other endpoints take: of each file its name,
 * type, size and digest. Refuses one that is not well made.
 */
export const formOfUpload = (contentType: string | null, body: string): string => {
  const boundary = BOUNDARY.exec(contentType ?? '')?.[1]
  if (boundary === undefined) throw invalid('An upload is multipart/form-data with a boundary.')
  const [before, ...parts] = `\r\n${body}`.split(`\r\n--${boundary}`)
  const end = parts.pop()
  if (before !== '' || parts.length === 0 || !/^--\s*$/.test(end ?? ''))
    throw invalid('The upload does not begin and end with its boundary.')
  const pairs = parts.flatMap((part) => {
    const at = part.indexOf('\r\n\r\n')
    const head = part.slice(0, at)
    const name = attributeOf(head, 'name')
    if (at < 0 || !part.startsWith('\r\n') || name === null) throw invalid('A part of the upload has no name.')
    const content = part.slice(at + 4)
    const filename = attributeOf(head, 'filename')
    return filename === null ? [[name, content] as const] : described(name, filename, content)
  })
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
}
