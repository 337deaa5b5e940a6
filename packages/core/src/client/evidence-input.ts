import { z } from 'zod'
import { MOST_FILE_BYTES, type NewEvidence, type NewFile } from '../disputes/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { parseInput } from './gate.ts'

const CONTENT_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const
const MOST_BASE64 = Math.ceil(MOST_FILE_BYTES / 3) * 4
const MOST_TEXT = 20_000 // characters; gateways take about as many in all
const MOST_FILES = 20

/** Text as people write it, line ends included. */
const text = z
  .string()
  .min(1)
  .max(MOST_TEXT)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, 'must not hold control characters, nor half of a surrogate pair')
const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a name in small letters, such as shipping_tracking')

/** What speaks against a dispute, as JSON carries it. Which names there are is the gateway's to say. */
export const evidenceInput = z.strictObject({
  texts: z.record(name, text).default({}),
  files: z
    .array(
      z.strictObject({
        kind: name,
        name: z
          .string()
          .min(1)
          .max(200)
          .regex(/^[^\p{Cc}\p{Cs}/\\]*$/u, "must be a file's name without folders"),
        contentType: z.enum(CONTENT_TYPES),
        /** At most 2 MB in bytes. */
        base64: z
          .string()
          .min(1)
          .max(MOST_BASE64, `must be at most ${MOST_FILE_BYTES} bytes: send a smaller scan`)
          .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64'),
      }),
    )
    .max(MOST_FILES)
    .default([]),
})

type FileInput = z.input<typeof evidenceInput>['files']
/** A file that is evidence: its bytes, or the same in base64. */
export type EvidenceFileInput =
  | NonNullable<FileInput>[number]
  | (Omit<NonNullable<FileInput>[number], 'base64'> & { readonly bytes: Uint8Array })

/** What speaks against a dispute: texts by name, and files. */
export interface EvidenceInput {
  readonly texts?: Readonly<Record<string, string>> | undefined
  readonly files?: readonly EvidenceFileInput[] | undefined
}

/** Evidence as a caller gives it, checked. Throws `invalid_request` that names the first field that is wrong. */
export const parseEvidence = (given: unknown): NewEvidence => {
  const { texts, files } = parseInput(evidenceInput, asBase64(given))
  return { texts, files: files.map(fileOf) }
}

const asBase64 = (given: unknown): unknown => {
  const files = (given as { readonly files?: unknown } | null | undefined)?.files
  if (!Array.isArray(files)) return given
  return { ...(given as object), files: files.map(inBase64) }
}

const inBase64 = (file: unknown): unknown => {
  const bytes = (file as { readonly bytes?: unknown } | null | undefined)?.bytes
  if (!(bytes instanceof Uint8Array)) return file
  const { bytes: _, ...rest } = file as { readonly bytes: Uint8Array }
  return { ...rest, base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') }
}

/** What the files of a type begin with (ISO 32000-1, 7.5.2; ITU T.81, B.1.1; W3C PNG, 5.2). */
const BEGINNINGS: Readonly<Record<NewFile['contentType'], string>> = {
  'application/pdf': '255044462d',
  'image/jpeg': 'ffd8ff',
  'image/png': '89504e470d0a1a0a',
}

type ParsedFile = z.output<typeof evidenceInput>['files'][number]

const fileOf = ({ kind, name: fileName, contentType, base64 }: ParsedFile, index: number): NewFile => {
  const bytes = Buffer.from(base64, 'base64')
  const begins = BEGINNINGS[contentType]
  if (bytes.length <= MOST_FILE_BYTES && bytes.subarray(0, begins.length / 2).toString('hex') === begins)
    return { kind, name: fileName, contentType, bytes }
  const path = `files.${index}`
  const why =
    bytes.length > MOST_FILE_BYTES
      ? `has ${bytes.length} bytes, and at most ${MOST_FILE_BYTES} are taken: send a smaller scan`
      : `is not ${contentType}: its first bytes are not those of such a file`
  throw new FlorinError('invalid_request', `${path}: ${why}`, { details: { path } })
}
