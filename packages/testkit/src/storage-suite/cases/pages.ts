import assert from 'node:assert/strict'
import { isFlorinError } from '@florin/core'
import { type AnyTable, CATALOGUE, type Column, events, type Storage } from '@florin/core/storage'
import { always, type StorageCase } from '../harness.ts'
import { type Cells, oneFrom, sampleText } from '../sample.ts'
import {
  allRows,
  guarded,
  insertRow,
  inWorld,
  mustCommit,
  pick,
  plain,
  replaceRow,
  tableOf,
  type World,
} from '../world.ts'

interface AnyQuery {
  readonly index: string
  readonly equals: Cells
  readonly from?: string | number
  readonly to?: string | number
  readonly descending?: boolean
  readonly limit: number
  readonly after?: string
}

const find = async (storage: Storage, table: AnyTable, query: AnyQuery): Promise<{ rows: Cells[]; next?: string }> => {
  const page = await storage.find(table, query as never)
  const rows = page.rows.map((row) => plain(row) as Cells)
  return page.next === undefined ? { rows } : { rows, next: page.next }
}

/** All rows of a query, page by page. Every page but the last is full. */
const walk = async (storage: Storage, table: AnyTable, query: AnyQuery): Promise<readonly Cells[]> => {
  const rows: Cells[] = []
  let after: string | undefined
  do {
    const page = await find(storage, table, after === undefined ? query : { ...query, after })
    if (page.next !== undefined) assert.equal(page.rows.length, query.limit)
    rows.push(...page.rows)
    after = page.next
    assert.ok(rows.length < 100_000, 'the pages never end')
  } while (after !== undefined)
  return rows
}

const compare = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a === b ? 0 : (a as number) < (b as number) ? -1 : 1
}

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

const attempts = tableOf('attempts')
const payments = tableOf('payments')

export const pageCases: readonly StorageCase[] = [
  ...INDEXES.map(([table, index, columns]) =>
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
  ),

  always('the last page has no next, also when it is full', (harness) =>
    inWorld(harness, async (world) => {
      const rows = Array.from({ length: 6 }, (_, i) =>
        world.row(events, { merchant: 'm', subject: 's', version: i + 1 }),
      )
      await mustCommit(world, ...rows.map((row) => insertRow(events, row)))
      const query = { index: 'key', equals: { merchant: 'm', subject: 's' }, limit: 3 }
      const one = await find(world.storage, events, query)
      const two = await find(world.storage, events, { ...query, after: one.next as string })
      assert.equal(two.rows.length, 3)
      assert.ok(!('next' in two))
      const none = await find(world.storage, events, { ...query, equals: { merchant: 'm', subject: 'other' } })
      assert.deepEqual(none, { rows: [] })
    }),
  ),

  always('rows inserted while one pages cause no gap and no repeat', (harness) =>
    inWorld(harness, async (world) => {
      for (const descending of [false, true]) {
        const merchant = `m${descending}`
        const row = () => world.row(payments, { merchant })
        const rows = Array.from({ length: 40 }, row)
        const late: Cells[] = []
        // Odd ones first: the even ones then arrive between the pages, before and after the place that the cursor holds.
        await mustCommit(world, ...rows.filter((_, i) => i % 2 === 1).map((each) => insertRow(payments, each)))
        const seen: Cells[] = []
        let after: string | undefined
        do {
          const query = { index: 'key', equals: { merchant }, descending, limit: 3 }
          const page = await find(world.storage, payments, after === undefined ? query : { ...query, after })
          seen.push(...page.rows)
          after = page.next
          const more = rows.filter((each, i) => i % 2 === 0 && !late.includes(each)).slice(0, 3)
          late.push(...more)
          await mustCommit(world, ...more.map((each) => insertRow(payments, each)))
        } while (after !== undefined)
        const names = seen.map(({ id }) => id as string)
        const sorted = [...names].sort()
        assert.deepEqual(names, descending ? sorted.reverse() : sorted)
        assert.equal(new Set(names).size, names.length)
        for (const [i, each] of rows.entries()) if (i % 2 === 1) assert.ok(names.includes(each.id as string))
      }
    }),
  ),

  always('an index whose first column is null leaves the row out, and takes it in when it no longer is', (harness) =>
    inWorld(harness, async (world) => {
      const row = world.row(attempts, { merchant: 'm', due: 50 })
      const other = world.row(attempts, { merchant: 'm', due: null })
      await mustCommit(world, insertRow(attempts, row), insertRow(attempts, other))
      const due = async () =>
        (await walk(world.storage, attempts, { index: 'due', equals: {}, to: 100, limit: 5 })).map(({ id }) => id)
      assert.deepEqual(await due(), [row.id])
      const set = (of: Cells, at: number | null, version: number) =>
        guarded(
          replaceRow(attempts, pick(of, attempts.key), version - 1, {
            ...pick(of, attempts.mutable),
            due: at,
            version,
          }),
        )
      await mustCommit(world, set(row, null, 2), set(other, 70, 2))
      assert.deepEqual(await due(), [other.id])
      await mustCommit(world, set(row, 60, 3))
      assert.deepEqual(await due(), [row.id, other.id])
      await mustCommit(world, set(row, 80, 4))
      assert.deepEqual(await due(), [other.id, row.id])
      await mustCommit(world, set(other, 101, 3))
      assert.deepEqual(await due(), [row.id])
    }),
  ),

  always('a cursor of another list shows nothing of that list', (harness) =>
    inWorld(harness, async (world) => {
      const of = (merchant: string) => Array.from({ length: 8 }, () => world.row(payments, { merchant }))
      const rows = [...of('a'), ...of('b'), ...of('c')]
      await mustCommit(world, ...rows.map((row) => insertRow(payments, row)))
      for (const descending of [false, true]) {
        const query = (merchant: string) => ({ index: 'key', equals: { merchant }, descending, limit: 4 })
        for (const source of ['a', 'c']) {
          const { next } = await find(world.storage, payments, query(source))
          const page = await find(world.storage, payments, { ...query('b'), after: next as string }).catch((error) => {
            assert.ok(isFlorinError(error, 'invalid_request'), String(error))
            return { rows: [] as Cells[] }
          })
          for (const row of page.rows) assert.equal(row.merchant, 'b')
        }
      }
    }),
  ),

  always('a cursor that is none, and a page of no or too many rows, reject with invalid_request', (harness) =>
    inWorld(harness, async (world) => {
      const query = { index: 'key', equals: { merchant: 'm' }, limit: 5 }
      const isInvalid = (error: unknown): boolean => isFlorinError(error, 'invalid_request')
      const wrong = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url')
      for (const after of [
        '',
        'x',
        '%%%',
        wrong([]),
        wrong({}),
        wrong(null),
        wrong([1, 2, 3, 4, 5]),
        'A'.repeat(5000),
      ]) {
        await assert.rejects(
          find(world.storage, payments, { ...query, after }),
          isInvalid,
          `after: ${after.slice(0, 20)}`,
        )
      }
      for (const limit of [0, -1, 1001, 2.5, Number.NaN]) {
        await assert.rejects(find(world.storage, payments, { ...query, limit }), isInvalid, `limit: ${limit}`)
      }
      assert.deepEqual(await find(world.storage, payments, { ...query, limit: 1000 }), { rows: [] })
    }),
  ),

  always('a query by an index that is not declared, or not by its first columns, rejects', (harness) =>
    inWorld(harness, async ({ storage }) => {
      await assert.rejects(find(storage, payments, { index: 'colour', equals: {}, limit: 5 }))
      await assert.rejects(find(storage, payments, { index: 'key', equals: { id: 'pay_1' }, limit: 5 }))
      await assert.rejects(find(storage, payments, { index: 'key', equals: { status: 'declined' }, limit: 5 }))
    }),
  ),

  always('text is ordered by code point, whatever the language of the machine', (harness) =>
    inWorld(harness, async (world) => {
      const subjects = [...new Set(Array.from({ length: 150 }, () => sampleText(world.random)))]
      const rows = subjects.map((subject) => world.row(events, { merchant: 'm', subject, version: 1 }))
      await mustCommit(world, ...rows.map((row) => insertRow(events, row)))
      const found = await walk(world.storage, events, { index: 'key', equals: { merchant: 'm' }, limit: 50 })
      assert.deepEqual(
        found.map(({ subject }) => subject),
        subjects.sort(compare),
      )
    }),
  ),

  always('a scan gives more rows than a page may hold, in pages, by index, range and direction', (harness) =>
    inWorld(harness, async (world) => {
      const rows = Array.from({ length: 2600 }, (_, i) =>
        world.row(events, { merchant: 'm', subject: `s${i % 2}`, version: i + 1 }),
      )
      await mustCommit(world, ...rows.map((row) => insertRow(events, row)))
      assert.equal((await allRows(world.storage, events)).length, 2600)
      const versions: unknown[] = []
      const query = {
        index: 'key',
        equals: { merchant: 'm', subject: 's0' },
        from: 11,
        to: 2591,
        descending: true,
      } as const
      for await (const page of world.storage.scan(events, query)) {
        assert.ok(page.length > 0, 'a page of a scan is never empty')
        versions.push(...page.map(({ version }) => version))
      }
      assert.deepEqual(
        versions,
        Array.from({ length: 1291 }, (_, i) => 2591 - 2 * i),
      )
      for await (const page of world.storage.scan(events, { index: 'key', equals: { merchant: 'n' } }))
        assert.fail(String(page))
    }),
  ),

  always('a scan that is left early, and commits within one, do no harm', (harness) =>
    inWorld(harness, async (world) => {
      const rows = Array.from({ length: 2200 }, (_, i) =>
        world.row(events, { merchant: 'm', subject: 's', version: i + 1 }),
      )
      await mustCommit(world, ...rows.map((row) => insertRow(events, row)))
      for await (const _ of world.storage.scan(events, { index: 'key', equals: {} })) break
      let version = 0
      for await (const page of world.storage.scan(events, { index: 'key', equals: {}, to: 'm' })) {
        version += 1
        await mustCommit(world, insertRow(events, world.row(events, { merchant: 'n', subject: 's', version })))
        for (const row of page) assert.equal(row.merchant, 'm')
      }
      assert.ok(version > 1)
    }),
  ),
]
