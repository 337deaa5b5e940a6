import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CellValue, csvCell, csvLine } from './cell.ts'

/** Reads a CSV file as RFC 4180 says: said here a second time, so that writer and reader do not share a fault. */
const parse = (text: string): string[][] => {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (char === '"') quoted = !quoted
    else if (!quoted && char === ',') {
      row.push(cell)
      cell = ''
    } else if (!quoted && char === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell])
      row = []
      cell = ''
      at += 1
    } else cell += char
  }
  return rows
}

test('what is written is what is read, whatever is in it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ';', ' ', 'é') })
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 2, maxLength: 4 })), (rows: CellValue[][]) => {
      const asText = rows.map((row) => row.map((one) => (one === null ? '' : String(one)).replace(/^(?=\r)/, "'")))
      expect(parse(rows.map(csvLine).join(''))).toEqual(asText)
    }),
  )
})

test.each(['=1+1', '+1', '@SUM(A1)', '-1+1', '\tx', '\rx', '-'])('%j is no formula in a spreadsheet', (text) => {
  expect(csvCell(text).replaceAll('"', '')).toBe(`'${text}`)
})

test.each(['-12.50', '0.00', '-1', 'a=b'])('%j stays as it is', (text) => expect(csvCell(text)).toBe(text))
