import assert from 'node:assert/strict'
import { type AnyTable, CATALOGUE, type Column } from '@florin/core/storage'
import { always, type StorageCase } from '../harness.ts'
import { type AnyQuery, compare, walk } from '../paging.ts'
import { type Cells, oneFrom } from '../sample.ts'
import { insertRow, inWorld, mustCommit, pick, plain, type World } from '../world.ts'

/** What a query must give: the rows that fit, ordered by the index's columns and then by the primary key. */
const expected = (
  table: AnyTable,
  columns: readonly string[],
  rows: readonly Cells[],
  query: AnyQuery,
): readonly Cells[] => {
  const range = columns[Object.keys(query.equals).length] as string
  const first = columns[0] as string
  const sparse = (table.columns[first] as Column).nullable
  const fits = rows.filter(
    (row) =>
      (!sparse || row[first] !== null) &&
      Object.entries(query.equals).every(([name, value]) => row[name] === value) &&
      (query.from === undefined || compare(row[range], query.from) >= 0) &&
      (query.to === undefined || compare(row[range], query.to) <= 0),
  )
  const order = [...columns, ...(table.key as readonly string[])]
  fits.sort((a, b) => order.reduce((found, name) => found || compare(a[name], b[name]), 0))
  return query.descending === true ? fits.reverse() : fits
}

/** Three values of a column, and null where it may be. */
const poolOf = (world: World, table: AnyTable, name: string): readonly unknown[] => {
  const pool: unknown[] = (table.columns[name] as Column).nullable ? [null] : []
  const size = pool.length + 3
  while (pool.length < size) {
    const value = world.row(table)[name]
    if (value !== null) pool.push(value)
  }
  return pool
}

/** Rows that share the first columns of an index in every combination, so that every prefix selects some and not all. */
const crowd = (world: World, table: AnyTable, columns: readonly string[], size: number): readonly Cells[] => {
  const pools = new Map(columns.map((name) => [name, poolOf(world, table, name)] as const))
  const keys: readonly (readonly string[])[] = [table.key, ...Object.values(table.unique as object)]
  // The last column of a key stays each row's own, or few rows would be left.
  const own = keys.some((names) => names.join() === columns.join() || names.at(-1) === columns.at(-1))
  const shared = own ? columns.slice(0, -1) : columns
  const taken = new Set<string>()
  const rows: Cells[] = []
  for (let i = 0; i < size * 3 && rows.length < size; i++) {
    const given = shared.map((name) => [name, oneFrom(world.random, pools.get(name) ?? [])])
    const row = world.row(table, Object.fromEntries(given))
    const held = keys.map((names, at) => JSON.stringify([at, pick(row, names)]))
    if (held.some((name) => taken.has(name))) continue
    for (const name of held) taken.add(name)
    rows.push(row)
  }
  return rows
}

/** Every prefix of an index, in both directions, with no range and with each kind of range. */
const queries = (columns: readonly string[], rows: readonly Cells[], random: World['random']): readonly AnyQuery[] =>
  columns.flatMap((_, length) => {
    const some = oneFrom(
      random,
      rows.filter((row) => columns.every((name) => row[name] !== null)),
    )
    const equals = pick(some, columns.slice(0, length))
    const range = columns[length] as string
    const bounds = [some[range], oneFrom(random, rows)[range]].filter((value) => value !== null).sort(compare)
    const from = bounds[0] as string | number
    const to = bounds.at(-1) as string | number
    return [{}, { from }, { to }, { from, to }, { from: to, to }].flatMap((limits) =>
      [false, true].map((descending) => ({ index: '', equals, ...limits, descending, limit: 7 })),
    )
  })

const INDEXES = CATALOGUE.filter(({ name }) => !['seals', 'accounts'].includes(name)).flatMap((table) => {
  const named: Record<string, readonly string[]> = { ...table.unique, ...table.index, key: table.key }
  return Object.entries(named).map(([index, columns]) => [table, index, columns] as const)
})

/** Every index of the catalogue, walked by pages. */
export const indexWalkCases: readonly StorageCase[] = INDEXES.map(([table, index, columns]) =>
  always(`${table.name} by '${index}': pages give every row of a query once, in order, from both ends`, (harness) =>
    inWorld(harness, async (world) => {
      const rows = crowd(world, table, columns, 60)
      assert.ok(rows.length > 30, 'too few rows to show anything')
      await mustCommit(world, ...rows.map((row) => insertRow(table, row)))
      const kept = rows.map((row) => plain(row) as Cells)
      for (const query of queries(columns, rows, world.random)) {
        const found = await walk(world.storage, table, { ...query, index })
        assert.deepEqual(found, expected(table, columns, kept, query))
      }
      const whole = { index, equals: pick(rows[0] as Cells, columns), limit: 7 }
      if ((rows[0] as Cells)[columns[0] as string] !== null) {
        assert.deepEqual(await walk(world.storage, table, whole), expected(table, columns, kept, whole))
      }
    }),
  ),
)
