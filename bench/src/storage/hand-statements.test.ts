import { expect, test } from 'vitest'
import { type Cells, HAND_TABLES, type Statement } from './hand-statements.ts'
import { tableOf } from './tables.ts'

const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const cellsOf = (columns: string): string[] => columns.split(' ').map(camel)

/** A statement that keeps what it is given. */
const spy = () => {
  const given: unknown[] = []
  const run = (...values: unknown[]): void => void given.push(...values)
  return { given, statement: { run } as unknown as Statement }
}

/** A row each of whose cells is its own name, so that one that is passed in another's place shows, even where both are null in payments. */
const named = (names: readonly string[]): Cells => Object.fromEntries(names.map((name) => [name, name]))

/** The names as a statement is given them: flags are numbers, and JSON is text. */
const nameOf = (value: unknown): unknown => {
  if (value === 1) return 'final'
  return typeof value === 'string' ? value.replaceAll('"', '') : value
}

test.each(Object.entries(HAND_TABLES))('%s: every column of the catalogue is written, in its place', (name, hand) => {
  const { columns, key, mutable } = tableOf(name)
  const written = cellsOf(hand.columns)
  expect([...written].sort()).toEqual(Object.keys(columns).sort())
  const inserted = spy()
  hand.insert(inserted.statement, named(written))
  expect(inserted.given.map(nameOf)).toEqual(written)

  expect(cellsOf(hand.update?.set ?? '').sort()).toEqual(mutable.length === 0 ? [''] : [...mutable].sort())
  if (hand.update === undefined) return
  expect(cellsOf(hand.update.key)).toEqual(key)
  const replaced = spy()
  hand.update.replace(replaced.statement, named(key), -1, named(mutable))
  expect(replaced.given.map(nameOf)).toEqual([...cellsOf(hand.update.set), ...key, -1])
})
