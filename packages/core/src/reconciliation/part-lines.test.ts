import { describe, expect, test } from 'vitest'
import type { StatementLine } from '../statements/index.ts'
import { type JudgedLine, lineInPart, partLines } from './part-lines.ts'

const judged = (id: string, more: Partial<StatementLine> = {}, as: Partial<JudgedLine> = {}): JudgedLine => ({
  line: {
    is: 'line',
    line: 1,
    id,
    kind: 'capture',
    currency: 'EUR',
    gross: 4_990n,
    fee: 85n,
    net: 4_905n,
    presentment: null,
    references: { attempt: null, gatewayId: null, parentGatewayId: null, batch: 'po_1', endToEnd: null },
    occurredAt: 5,
    valueAt: 6,
    text: '',
    ...more,
  },
  settles: `#${id}`,
  result: 'matched',
  merchant: 'mer_1',
  batch: 'po_1',
  rest: null,
  ...as,
})

const REST = { references: judged('x').line.references, presentment: null, text: 'of a bank' }
const stored = (lines: readonly JudgedLine[]) =>
  JSON.parse(JSON.stringify(partLines(lines))) as ReturnType<typeof partLines>

const expectTold = (lines: readonly JudgedLine[]): void => {
  const part = stored(lines)
  for (const { line, result, merchant, batch, rest } of lines) {
    expect(lineInPart(part, line.id)).toEqual({
      id: line.id,
      line: line.line,
      kind: line.kind,
      currency: line.currency,
      gross: line.gross.toString(),
      fee: line.fee?.toString() ?? null,
      net: line.net.toString(),
      batch,
      occurredAt: line.occurredAt,
      valueAt: line.valueAt,
      result,
      merchant,
      rest,
    })
  }
}

describe('the document of a part', () => {
  test('says of each line what it said, whatever lines have in common, and survives being stored', () => {
    const lines = [
      judged('a'),
      judged('b', { line: 2, kind: 'refund', gross: -(2n ** 60n), fee: null, net: -(2n ** 60n), occurredAt: 7 }),
      judged('c', { line: 4, currency: 'USD', valueAt: 8 }, { merchant: 'mer_2', batch: null, rest: REST }),
    ]
    for (const given of [lines, lines.slice(0, 1), lines.slice(0, 2), lines.slice(1)]) expectTold(given)
    expectTold(['a', 'b', 'c'].map((id, at) => judged(id, { line: at + 7, valueAt: 5 })))
    expect(lineInPart(stored(lines), 'd')).toBeNull()
  })

  test('has what all lines share once', () => {
    const part = stored(Array.from({ length: 1_000 }, (_, i) => judged(`l${i}`, { line: i })))
    expect(part).toMatchObject({ kind: ['capture'], gross: ['4990'], fee: ['85'], merchant: ['mer_1'], line: [0] })
    expect(part.id.length).toBe(1_000)
  })

  test('leaves the rest of odd lines to their own rows', () => {
    const part = stored([judged('a', {}, { result: 'missing_here', rest: REST }), judged('b', {}, { rest: REST })])
    expect([lineInPart(part, 'a')?.rest, lineInPart(part, 'b')?.rest]).toEqual([null, REST])
  })
})
