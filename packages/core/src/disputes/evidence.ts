import type { DisputePort } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'

/** 2 MB each, 4 MB together: what a commit takes at once; gateways take about as much (Stripe: 4.5 MB, docs of its disputes API, 2026). */
export const MOST_FILE_BYTES = 2_000_000
export const MOST_EVIDENCE_BYTES = 4_000_000
export const MOST_EVIDENCE = 50

/** A file's bytes before they are evidence. */
export interface NewFile {
  readonly kind: string
  readonly name: string
  readonly contentType: 'application/pdf' | 'image/jpeg' | 'image/png'
  readonly bytes: Uint8Array
}

/** What a merchant says against a dispute. */
export interface NewEvidence {
  readonly texts: Readonly<Record<string, string>>
  readonly files: readonly NewFile[]
}

/** Refuses what the gateway of a dispute does not take, before anything is stored or sent. Throws `invalid_request`. */
export const checkEvidence = (port: DisputePort, gateway: string, { texts, files }: NewEvidence): void => {
  for (const name of Object.keys(texts)) {
    if (!port.texts.includes(name))
      throw refused(
        `texts.${name.slice(0, 40)}`,
        `gateway '${gateway}' takes no such text: use one of ${port.texts.join(', ')}`,
      )
  }
  const takes = port.files
  if (files.length > 0 && takes === null)
    throw refused(
      'files',
      `gateway '${gateway}' takes no files through its API: leave them out, or send them in its dashboard`,
    )
  for (const [index, { kind }] of files.entries()) {
    if (takes !== null && !takes.kinds.includes(kind))
      throw refused(
        `files.${index}.kind`,
        `gateway '${gateway}' takes no such file: use one of ${takes.kinds.join(', ')}`,
      )
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  if (takes !== null && bytes > takes.maxBytes)
    throw refused(
      'files',
      `${bytes} bytes are more than the ${takes.maxBytes} that gateway '${gateway}' takes for a dispute`,
    )
}

const refused = (path: string, why: string): FlorinError =>
  new FlorinError('invalid_request', `${path}: ${why}`, { details: { path } })
