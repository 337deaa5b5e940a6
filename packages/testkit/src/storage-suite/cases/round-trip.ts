import assert from 'node:assert/strict'
import { type AnyTable, CATALOGUE, type Column, entries, events, seals } from '@florin/core/storage'
import { always, needs, type StorageCase } from '../harness.ts'
import type { Cells } from '../sample.ts'
import { allRows, insertRow, inWorld, mustCommit, pick, plain, tableOf, WON, type World, worldOf } from '../world.ts'

/** Tables that `seal` and `post` write; their columns are covered by the cases of those. */
const OWN_OPS = ['seals', 'accounts']
const MAX_MINOR = 2n ** 63n - 1n
const TEXTS = [
  '',
  ' ',
  'it\'s; -- "quoted" `\\',
  'tab\tnew\nline\r\n',
  '%_?:$1',
  'Größe, 東京, עברית',
  '👩‍👩‍👧‍👦 e\u0301 é \uffff',
  'null',
  '0123',
  'x'.repeat(20_000),
]
const DOCUMENTS = [
  {},
  { a: null, b: [], c: {}, d: [[[1]]], e: '', f: false },
  { numbers: [0, -1, 1.5, 2 ** 53 - 1, 1e-7, 1e21] },
  { 'na me': 'Größe 👩‍👧', "quo'te": '"\\/\n', __proto__x: 1, list: [{ a: 1 }, { a: 2 }] },
]

const columnsOf = (table: AnyTable): readonly (readonly [string, Column])[] => Object.entries(table.columns)

/** Rows that hold one extreme value each, for every column that has extremes. */
const extremes = (world: World, table: AnyTable): readonly Cells[] =>
  columnsOf(table).flatMap(([name, column]) =>
    valuesOf(table, name, column).map((value) => world.row(table, { [name]: value })),
  )

const valuesOf = (table: AnyTable, name: string, column: Column): readonly unknown[] => {
  const least = column.atLeast
  switch (column.kind) {
    case 'text':
      return column.oneOf ?? (isKey(table, name) ? TEXTS.slice(0, -1) : TEXTS)
    case 'minor':
      return [0n, 1n, MAX_MINOR, ...(least === undefined ? [-1n, -MAX_MINOR] : [])]
    case 'count':
      return [0, 1, 2 ** 31, 2 ** 53 - 1]
    case 'instant':
      return [0, 1, 8.64e15]
    case 'flag':
      return [true, false]
    case 'bytes':
    case 'sealed':
      if (name === 'digest') return [] // the leaf of a Merkle tree: always 32 bytes
      return [new Uint8Array(), new Uint8Array([0, 255, 0]), Uint8Array.from({ length: 5000 }, (_, i) => i % 256)]
    case 'json':
      return name === 'events' ? [] : DOCUMENTS
    case 'id':
      return []
  }
}

const isKey = (table: AnyTable, name: string): boolean =>
  [table.key, ...Object.values(table.unique), ...Object.values(table.index)].some((names) =>
    (names as readonly string[]).includes(name),
  )

const nulls = (table: AnyTable): Cells =>
  Object.fromEntries(columnsOf(table).flatMap(([name, { nullable }]) => (nullable ? [[name, null]] : [])))

const loaded = async (world: World, table: AnyTable, rows: readonly Cells[]): Promise<void> => {
  const found = await world.storage.load(table, rows.map((row) => pick(row, table.key)) as never)
  assert.deepEqual(found.map(plain), rows.map(plain))
}

export const roundTripCases: readonly StorageCase[] = [
  ...CATALOGUE.filter(({ name }) => !OWN_OPS.includes(name)).map((table) =>
    always(`${table.name}: every column comes back as it was given`, (harness) =>
      inWorld(harness, async (world) => {
        const rows = [world.row(table), world.row(table, nulls(table)), ...extremes(world, table)]
        await mustCommit(world, ...rows.map((row) => insertRow(table, row)))
        await loaded(world, table, rows)
        for (const row of await allRows(world.storage, table)) {
          assert.deepEqual(Object.keys(row).sort(), Object.keys(table.columns).sort())
        }
      }),
    ),
  ),

  always('a seal comes back as it was given', (harness) =>
    inWorld(harness, async (world) => {
      const keys = Array.from({ length: 1000 }, (_, i) => ['m', `subject 👩‍👧 ${i}`, i + 1])
      const seal = world.row(seals, { partition: 3, first: 1, size: 1000, events: keys })
      assert.deepEqual(await world.storage.seal(seal as never), WON)
      assert.deepEqual(plain(await world.storage.head(3)), plain(seal))
      assert.deepEqual(await allRows(world.storage, seals), [plain(seal)])
    }),
  ),

  always('load answers in the order of its keys, with undefined for what is not there', (harness) =>
    inWorld(harness, async (world) => {
      const rows = Array.from({ length: 1300 }, (_, i) =>
        world.row(events, { merchant: 'm', subject: `s${i}`, version: 1 }),
      )
      await mustCommit(world, ...rows.map((row) => insertRow(events, row)))
      const keys = rows.flatMap((row) => [pick(row, events.key), { merchant: 'm', subject: row.subject, version: 2 }])
      const found = await world.storage.load(events, keys.reverse() as never)
      const expected = rows.flatMap((row) => [plain(row), undefined]).reverse()
      assert.equal(found.length, expected.length)
      for (const [i, row] of found.entries()) assert.deepEqual(plain(row), expected[i], `the row of key ${i}`)
      assert.deepEqual(await world.storage.load(events, []), [])
      const [row] = rows
      const twice = [row, row].map((same) => pick(same as Cells, events.key))
      assert.deepEqual((await world.storage.load(events, twice as never)).map(plain), [plain(row), plain(row)])
    }),
  ),

  always('rows of one merchant are not found under the keys of another', (harness) =>
    inWorld(harness, async (world) => {
      const table = tableOf('payments')
      const row = world.row(table, { merchant: 'a' })
      await mustCommit(world, insertRow(table, row))
      const keys = [
        { merchant: 'b', id: row.id },
        { merchant: 'A', id: row.id },
        { merchant: 'a ', id: row.id },
      ]
      assert.deepEqual(await world.storage.load(table, keys as never), [undefined, undefined, undefined])
    }),
  ),

  needs(['reopen'], 'everything is still there after closing and opening again', async (harness) => {
    const storage = await harness.open()
    const world = worldOf(storage)
    const tables = CATALOGUE.filter(({ name }) => !OWN_OPS.includes(name))
    for (const table of tables)
      await mustCommit(world, insertRow(table, world.row(table)), insertRow(table, world.row(table)))
    const before = await Promise.all(CATALOGUE.map((table) => allRows(storage, table)))
    const head = plain(await storage.head(0))
    const again = await harness.reopen?.(storage)
    assert.ok(again)
    try {
      assert.deepEqual(await Promise.all(CATALOGUE.map((table) => allRows(again, table))), before)
      assert.deepEqual(plain(await again.head(0)), head)
      await mustCommit(worldOf(again, 2), insertRow(entries, worldOf(again, 3).row(entries)))
    } finally {
      await again.close()
    }
  }),
]
