import { CATALOGUE } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { decoderOf, encoderOf, holdsMinor } from './codec.ts'
import { SQLITE } from './sqlite-dialect.ts'

const tableOf = (name: string) => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  if (table === undefined) throw new Error(`the catalogue has no ${name}`)
  return table
}

test('cells are written from the given place on, converted by kind, nulls as they are', () => {
  const names = ['final', 'amount', 'request', 'routing', 'due']
  const request = new Uint8Array([1])
  const target: unknown[] = ['kept']
  const encode = encoderOf(SQLITE, tableOf('attempts'), names)
  expect(encode({ final: true, amount: 2n ** 62n, request, routing: { why: ['x'] }, due: null }, target, 1)).toBe(6)
  expect(target).toEqual(['kept', 1, 2n ** 62n, request, '{"why":["x"]}', null])
  encode({ final: false, amount: -1n, request, routing: null, due: 7 }, target, 1)
  expect(target).toEqual(['kept', 0, -1n, request, null, 7])
})

test('cells come back as the catalogue types them, from bigints and from numbers', () => {
  const names = ['final', 'amount', 'request', 'routing', 'due', 'tries']
  const decode = decoderOf(SQLITE, tableOf('attempts'), names)
  const row = decode([1n, 2n ** 62n, Buffer.from([1, 2]), '{"why":["x"]}', 7n, 3n])
  expect(row).toEqual({
    final: true,
    amount: 2n ** 62n,
    request: new Uint8Array([1, 2]),
    routing: { why: ['x'] },
    due: 7,
    tries: 3,
  })
  expect(Buffer.isBuffer(row.request)).toBe(false) // whose slice shares memory
  expect(decode([0n, 1n, Buffer.alloc(0), null, null, 0n])).toMatchObject({ final: false, routing: null, due: null })
})

test('only tables with minor units need bigints', () => {
  expect(holdsMinor(tableOf('payments'))).toBe(true)
  expect(holdsMinor(tableOf('events'))).toBe(false)
})

test('a column that the table does not have is a mistake at once, not a null later', () => {
  expect(() => encoderOf(SQLITE, tableOf('events'), ['nothing'])).toThrow("table events has no column 'nothing'")
})
