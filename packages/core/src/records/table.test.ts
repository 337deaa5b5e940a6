import fc from 'fast-check'
import { expect, test } from 'vitest'
import { id, text } from './column.ts'
import { defineTable, keyText } from './table.ts'

const columns = { merchant: text(), id: id('x'), reference: text() }

test('a table with unique keys is contended by that alone', () => {
  expect(defineTable('t', { columns, key: ['id'] }).contended).toBe(false)
  expect(defineTable('t', { columns, key: ['id'], contended: true }).contended).toBe(true)
  expect(defineTable('t', { columns, key: ['id'], unique: { reference: ['reference'] } }).contended).toBe(true)
})

test('a table cannot be changed after its declaration', () => {
  const table = defineTable('t', { columns, key: ['id'] })
  expect(() => Object.assign(table, { name: 'other' })).toThrow(TypeError)
})

test('two keys have the same text only if they are the same', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 4 }).filter((value) => !value.includes('\0')),
    fc.nat(12),
  )
  fc.assert(
    fc.property(cell, cell, cell, cell, (a, b, c, d) => {
      const of = (one: unknown, two: unknown) => keyText(['one', 'two'], { one, two })
      expect(of(a, b) === of(c, d)).toBe(String(a) === String(c) && String(b) === String(d))
    }),
  )
})
