import { digester, FlorinError, maskPans } from '../../kernel/index.ts'
import type { MalformedLine } from '../../statements/index.ts'
import type { IngestRequest } from './request.ts'

/** What a file is, before anything is written about it. */
export interface Survey {
  readonly digest: string
  readonly bytes: number
}

const SHOWN = 20

/**
 * Reads the file once, for its digest; and, where a malformed line refuses it whole, for such lines. So a refused file leaves no trace, in
 * memory that does not grow, at the price of reading it twice: staging its lines instead would write a million rows to take them back.
 */
export const survey = async ({ open, reader, onMalformed }: IngestRequest): Promise<Survey> => {
  const digest = digester()
  let bytes = 0
  const parts = counted(open(), (part) => {
    digest.add(part)
    bytes += part.byteLength
  })
  if (onMalformed === 'report') for await (const _ of parts);
  else await refuseMalformed(reader.read(parts))
  if (bytes === 0) throw new FlorinError('invalid_request', 'bytes: the file is empty')
  return { digest: digest.hex(), bytes }
}

const refuseMalformed = async (items: ReturnType<IngestRequest['reader']['read']>): Promise<void> => {
  const found: MalformedLine[] = []
  let count = 0
  for await (const group of items) {
    for (const item of group) {
      if (item.is !== 'malformed') continue
      count += 1
      if (found.length < SHOWN) found.push(item)
    }
  }
  if (count === 0) return
  const [first] = found
  const lines = found.map(({ line }) => line).join(', ')
  throw new FlorinError(
    'invalid_request',
    `bytes: ${count} ${count === 1 ? 'line is' : 'lines are'} malformed, and the file is refused whole: line ${first?.line}: ${maskPans(first?.why ?? '')}. Put it right, or take the rest with onMalformed: 'report'`,
    { details: { path: 'bytes', malformed: count, lines } },
  )
}

/** The same parts, each shown on its way. */
export async function* counted(
  parts: AsyncIterable<Uint8Array>,
  see: (part: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    see(part)
    yield part
  }
}
