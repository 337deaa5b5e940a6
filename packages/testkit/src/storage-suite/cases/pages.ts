import assert from 'node:assert/strict'
import { isFlorinError } from '@florin/core'
import { events } from '@florin/core/storage'
import { always, type StorageCase } from '../harness.ts'
import { compare, find, walk } from '../paging.ts'
import { type Cells, sampleText } from '../sample.ts'
import { allRows, guarded, insertRow, inWorld, mustCommit, pick, replaceRow, tableOf } from '../world.ts'

const attempts = tableOf('attempts')
const payments = tableOf('payments')

export const pageCases: readonly StorageCase[] = [
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
      const row = world.row(attempts, { merchant: 'm', queue: 'a 50' })
      const other = world.row(attempts, { merchant: 'm', queue: null })
      await mustCommit(world, insertRow(attempts, row), insertRow(attempts, other))
      const due = async () =>
        (await walk(world.storage, attempts, { index: 'queue', equals: {}, to: 'a 90', limit: 5 })).map(({ id }) => id)
      assert.deepEqual(await due(), [row.id])
      const set = (of: Cells, queue: string | null, version: number) =>
        guarded(
          replaceRow(attempts, pick(of, attempts.key), version - 1, {
            ...pick(of, attempts.mutable),
            queue,
            version,
          }),
        )
      await mustCommit(world, set(row, null, 2), set(other, 'a 70', 2))
      assert.deepEqual(await due(), [other.id])
      await mustCommit(world, set(row, 'a 60', 3))
      assert.deepEqual(await due(), [row.id, other.id])
      await mustCommit(world, set(row, 'a 80', 4))
      assert.deepEqual(await due(), [other.id, row.id])
      await mustCommit(world, set(other, 'b 10', 3))
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
