import type { StatementItem, StatementReader } from '@florin/core/statements'

/** A file's bytes in pieces of this size. */
export async function* inPieces(file: string | Uint8Array, size = 65_536): AsyncIterable<Uint8Array> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Everything that a reader finds. */
export const itemsOf = async (
  reader: StatementReader,
  file: string | Uint8Array | AsyncIterable<Uint8Array>,
  size?: number,
): Promise<readonly StatementItem[]> => {
  const all: StatementItem[] = []
  const bytes = typeof file === 'string' || file instanceof Uint8Array ? inPieces(file, size) : file
  for await (const items of reader.read(bytes)) all.push(...items)
  return all
}

/** The lines in short: the amount moved, the end-to-end reference, the text. */
export const linesOf = (items: readonly StatementItem[]) =>
  items
    .filter((one) => one.is === 'line')
    .map(({ net, currency, references, text }) => [`${net} ${currency}`, references.endToEnd, text] as const)
