import type { StatementItem, StatementLine, StatementReader } from '@florin/core/statements'

const AMOUNTS: ReadonlySet<string> = new Set(['gross', 'fee', 'net'])

/** Any lines of a source as a file: a line of JSON each, so that pieces can be cut out of it and each line keeps its id. */
export const reportFile = (lines: readonly StatementLine[]): Uint8Array => {
  const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
  return Buffer.from(lines.map((line) => `${JSON.stringify(line, text)}\n`).join(''))
}

const lineOf = (text: string): StatementLine =>
  JSON.parse(text, (name, value: unknown) =>
    AMOUNTS.has(name) && typeof value === 'string' ? BigInt(value) : value,
  ) as StatementLine

/** Reads what `reportFile` writes. */
export const reportReader: StatementReader = Object.freeze({
  format: 'simulated_report',
  async *read(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly StatementItem[]> {
    let text = ''
    for await (const part of bytes) text += Buffer.from(part).toString()
    for (const [index, line] of text.trimEnd().split('\n').entries()) yield [{ ...lineOf(line), line: index + 1 }]
  },
})

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The lines of a file, whatever its format. */
export const linesOf = async (reader: StatementReader, bytes: Uint8Array): Promise<readonly StatementLine[]> => {
  const lines: StatementLine[] = []
  for await (const items of reader.read(whole(bytes)))
    for (const item of items) if (item.is === 'line') lines.push(item)
  return lines
}
