import type { StatementItem, StatementReader } from '@florin/core/statements'

const LINES_A_GROUP = 500

/** Minor units of an amount with two decimals: what the file has, and nothing else. */
export const minorOf = (text: string): number => Math.round(Number(text) * 100)

const lineOf = (line: number, text: string): StatementItem => {
  const cells = text.split(',')
  const whole = BigInt(minorOf(cells[2] ?? ''))
  const kept = BigInt(minorOf(cells[3] ?? ''))
  const when = Number(cells[4])
  return {
    is: 'line',
    line,
    id: cells[0] ?? '',
    kind: 'capture',
    currency: 'EUR',
    gross: whole,
    fee: kept,
    net: whole - kept,
    presentment: null,
    references: {
      attempt: cells[1] ?? '',
      gatewayId: null,
      parentGatewayId: null,
      batch: cells[5] ?? '',
      endToEnd: null,
    },
    occurredAt: when,
    valueAt: when,
    text: '',
  }
}

/** The lines of a file of texts, one after the other; the last may have no end. */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of bytes) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield lines
  }
  if (rest !== '') yield [rest]
}

/** Reads the bench's file for Florin. */
export const benchReader: StatementReader = {
  format: 'bench.csv',
  async *read(bytes) {
    let line = 0
    let group: StatementItem[] = []
    for await (const lines of textLines(bytes)) {
      for (const text of lines) {
        line += 1
        if (line === 1) continue
        group.push(lineOf(line, text))
        if (group.length < LINES_A_GROUP) continue
        yield group
        group = []
      }
    }
    if (group.length > 0) yield group
  },
}
