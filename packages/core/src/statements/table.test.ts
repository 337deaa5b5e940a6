import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StatementItem } from './model.ts'
import { tableReader } from './table.ts'

const reader = tableReader({
  format: 'shop_report',
  required: ['id', ['amount', 'sum'], 'currency', 'day'],
  line: (row) => {
    const currency = row.currency('currency')
    const net = row.amount('amount', currency)
    const at = row.instant('day', 60)
    return {
      is: 'line',
      line: row.line,
      id: row.text('id'),
      kind: 'capture',
      currency,
      gross: net,
      fee: 0n,
      net,
      presentment: null,
      references: { attempt: null, gatewayId: null, parentGatewayId: null, batch: null, endToEnd: null },
      occurredAt: at,
      valueAt: at,
      text: row.words('sale', row.optional('note')),
    }
  },
})

const HEADER = 'id,amount,currency,day,note'

async function* pieces(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (text: string, size = 65_536): Promise<readonly StatementItem[]> => {
  const items: StatementItem[] = []
  for await (const group of reader.read(pieces(text, size))) {
    expect(group.length).toBeGreaterThan(0)
    items.push(...group)
  }
  return items
}
const seen = async (text: string) =>
  (await read(text)).map((item) => [item.line, item.is === 'line' ? item.id : item.is === 'malformed' ? item.why : ''])

describe('a table', () => {
  it('gives what its rows say, by the names of its columns', async () => {
    const text =
      '\ufeffnote,id,extra,day,amount,currency\r\n"one, ""two""\nthree",a1,x,2026-11-21 12:00:00,-10.50,eur\r\n'
    expect(await read(text)).toEqual([
      expect.objectContaining({
        line: 2,
        id: 'a1',
        currency: 'EUR',
        net: -1050n,
        occurredAt: Date.parse('2026-11-21T11:00:00Z'),
        text: 'sale: one, "two" three',
      }),
    ])
  })

  it('is the same whatever pieces it comes in', async () => {
    const text = `${HEADER}\na,1.00,EUR,2026-11-21,"ä\n€"\nb,2,JPY,2026-11-21,\n`
    const whole = await read(text)
    for (const size of [1, 2, 3, 7]) expect(await read(text, size)).toEqual(whole)
  })

  it.each([
    ['nothing', '', 'it is empty'],
    ['another header', 'a,b\n1,2\n', 'lacks the columns id, amount or sum, currency, day'],
    ['a header that cannot be read', '"a"b,c\n', 'its first line cannot be read'],
  ])('with %s is refused whole', async (_, text, says) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(says),
    })
  })

  it.each([
    ['a,1.00,EUR', 'it has 3 fields, and the header names 5 columns'],
    ['a,1.00,EUR,2026-11-21,x,y', 'it has 6 fields, and the header names 5 columns'],
    ['a,"1,00",EUR,2026-11-21,', "amount is '1,00'; it is a number with a point and at most 2 decimals"],
    ['a,1.001,EUR,2026-11-21,', "amount is '1.001'"],
    ['a,1.5,JPY,2026-11-21,', 'at most 0 decimals'],
    ['a,1e3,EUR,2026-11-21,', "amount is '1e3'"],
    ['a,1.00,XXX,2026-11-21,', "currency is 'XXX'"],
    ['a,1.00,EUR,2026-02-30,', "day is '2026-02-30'"],
    ['a,1.00,EUR,21.11.2026,', "day is '21.11.2026'"],
    ['a,1.00,EUR,2026-11-21 24:00:00,', "day is '2026-11-21 24:00:00'"],
    [',1.00,EUR,2026-11-21,', 'id is empty'],
    ['a\0b,1.00,EUR,2026-11-21,', "id is 'a b'"],
    [`${'a'.repeat(201)},1.00,EUR,2026-11-21,`, 'at most 200 characters'],
    ['a,1.00,EUR,2026-11-21,x"y', 'a quotation mark stands inside'],
    ['a,1.00,EUR,2026-11-21,"x"y', 'something stands between'],
    ['a,1.00,EUR,2026-11-21,"x', 'a quotation mark is never closed'],
    [`a,1.00,EUR,2026-11-21,${'x'.repeat(70_000)}`, 'longer than 65536 characters'],
    ['a,4111111111111111.1.1,EUR,2026-11-21,', "amount is '"],
  ])('costs a broken line that line, by its number, and reads on: %s', async (line, says) => {
    const items = await seen(`${HEADER}\nfirst,1,EUR,2026-11-21,\n${line}\n\nlast,1,EUR,2026-11-21,\n`)
    expect(items).toEqual([
      [2, 'first'],
      [3, expect.stringContaining(says)],
      [5, 'last'],
    ])
    expect(JSON.stringify(items)).not.toContain('4111111111111111')
  })

  it('reads what follows a quote that is never closed, however far it would have gone', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => `r${index},1,EUR,2026-11-21,`)
    const items = await seen(`${HEADER}\nbad,1,EUR,2026-11-21,"x\n${rows.join('\n')}`)
    expect(items[0]).toEqual([2, 'a quotation mark is never closed'])
    expect(items.slice(1).map(([line]) => line)).toEqual(rows.map((_, index) => index + 3))
  })

  it('never throws and never loses a line, whatever stands in it', async () => {
    const unit = fc.constantFrom(
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      'a',
      '1.00',
      'EUR',
      '2026-11-21',
      '\0',
      'é',
      '4111111111111111',
    )
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 200 }), fc.integer({ min: 1, max: 40 }), async (noise, size) => {
        const items = await read(`${HEADER}\n${noise}\nlast,1,EUR,2026-11-21,\n`, size)
        const lines = items.map(({ line }) => line)
        expect(lines).toEqual([...lines].sort((a, b) => a - b))
        expect(new Set(lines).size).toBe(lines.length)
        expect(items.length).toBeGreaterThan(0)
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

it('holds no more of a file than a piece of it', async () => {
  const piece = Buffer.from('a,1.00,EUR,2026-11-21,\n'.repeat(2_000))
  async function* long(): AsyncIterable<Uint8Array> {
    yield Buffer.from(`${HEADER}\n`)
    for (let count = 0; count < 100; count += 1) yield piece
  }
  let largest = 0
  let lines = 0
  for await (const group of reader.read(long())) {
    largest = Math.max(largest, group.length)
    lines += group.length
  }
  expect(lines).toBe(200_000)
  expect(largest).toBeLessThanOrEqual(2_001)
})
