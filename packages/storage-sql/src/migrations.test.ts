import { isFlorinError } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { type Migration, pendingMigrations } from './migrations.ts'

const step = (number: number): Migration => ({ number, name: `step-${number}`, statements: [] })
const known = [step(1), step(2), step(3)]

test('a database takes the steps that it has not taken, oldest first', () => {
  const numbers = (taken: readonly number[]) => pendingMigrations(known, taken, 'x.db').map(({ number }) => number)
  expect(numbers([])).toEqual([1, 2, 3])
  expect(numbers([1])).toEqual([2, 3])
  expect(numbers([2, 1, 3])).toEqual([])
})

test('a database with a step from a newer Florin is refused, with both numbers', () => {
  const refused = (() => {
    try {
      return pendingMigrations(known, [1, 2, 3, 5], 'x.db')
    } catch (error) {
      return error
    }
  })()
  expect(isFlorinError(refused, 'schema_newer') && refused.message).toContain('x.db has schema 5')
  expect(isFlorinError(refused) && refused.details).toEqual({ found: 5, known: 3 })
})

test('a list with a gap is a bug, not a schema', () => {
  expect(() => pendingMigrations([step(1), step(3)], [], 'x.db')).toThrow('migration 3 stands where 2 belongs')
})
