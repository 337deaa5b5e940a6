import type { StatementReader } from '@florin/core/statements'
import { decoded, xmlEncoding } from '../decode.ts'
import { CamtDocument } from './document.ts'

/**
 * Reads ISO 20022 bank statements, camt.053 of every version, in memory that does not grow with the file. Only what is booked becomes a
 * line. An entry of several transactions gives a line for each, where their amounts add up to it. A file that breaks off, or is broken in
 * its midst, ends with a malformed item that says where.
 */
export const camt053 = (): StatementReader =>
  Object.freeze<StatementReader>({
    format: 'camt.053',
    async *read(bytes) {
      const document = new CamtDocument()
      for await (const text of decoded(bytes, xmlEncoding)) {
        const items = document.write(text)
        if (items.length > 0) yield items
      }
      const items = document.end()
      if (items.length > 0) yield items
    },
  })
