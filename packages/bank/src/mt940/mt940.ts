import type { StatementItem, StatementReader } from '@florin/core/statements'
import { decoded } from '../decode.ts'
import { LineSplitter } from './lines.ts'
import { Mt940Messages } from './messages.ts'

/** SWIFT's own characters are ASCII; banks write names in UTF-8 or in the encoding of Windows. */
const encodingOf = (first: Uint8Array): string => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(first, { stream: true })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

/**
 * Reads SWIFT MT940 bank statements, with or without SWIFT's envelope, any number of messages a file, in memory that does not grow with it.
 * Field :86: is read with subfields (`?20`), with keywords between slashes, or as it is. A message without its closing balance says so.
 */
export const mt940 = (): StatementReader =>
  Object.freeze<StatementReader>({
    format: 'mt940',
    async *read(bytes) {
      const lines = new LineSplitter()
      const messages = new Mt940Messages()
      for await (const text of decoded(bytes, encodingOf)) {
        const items = lines.push(text).flatMap((line) => messages.line(line))
        if (items.length > 0) yield items
      }
      const items: StatementItem[] = lines.end().flatMap((line) => messages.line(line))
      items.push(...messages.end())
      if (items.length > 0) yield items
    },
  })
