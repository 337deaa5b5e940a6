import assert from 'node:assert/strict'
import { lookUp, type Storage } from '@florin/core/storage'
import { always, type StorageCase } from '../harness.ts'
import type { Cells } from '../sample.ts'
import { insertRow, inWorld, mustCommit, tableOf } from '../world.ts'

const attempts = tableOf('attempts')

const ids = (rows: readonly object[]): readonly unknown[] => rows.map((row) => (row as Cells).id).sort()

/** Both ways: the storage's own where it has one, and value by value, which every storage can. */
const ways = (storage: Storage): readonly Pick<Storage, 'find' | 'lookup'>[] => [
  storage,
  { find: (table, query) => storage.find(table, query) },
]

export const lookupCases: readonly StorageCase[] = [
  always('a lookup gives the rows of many values, of these only, with the columns that were asked for', (harness) =>
    inWorld(harness, async (world) => {
      const [pay, other, third] = [world.ids.make('pay'), world.ids.make('pay'), world.ids.make('pay')]
      const rows = [pay, pay, other, third].map((payment) => world.row(attempts, { merchant: 'm', payment }))
      const foreign = world.row(attempts, { merchant: 'n', payment: pay })
      await mustCommit(world, ...[...rows, foreign].map((row) => insertRow(attempts, row)))
      const columns = ['id', 'amount'] as never[]
      for (const storage of ways(world.storage)) {
        const values = [pay, other, world.ids.make('pay'), 'no id at all']
        const found = await lookUp(storage, attempts, { index: 'key', equals: { merchant: 'm' }, values, columns })
        assert.deepEqual(ids(found), ids(rows.slice(0, 3)))
        const [first] = rows
        const same = (found as readonly Cells[]).find((row) => row.id === first?.id)
        assert.equal(same?.amount, first?.amount)
        const byId = { index: 'id', equals: {}, values: [foreign.id, rows[3]?.id] as string[], columns }
        assert.deepEqual(ids(await lookUp(storage, attempts, byId as never)), ids([foreign, rows[3] as Cells]))
      }
    }),
  ),

  always('a lookup takes any number of values', (harness) =>
    inWorld(harness, async (world) => {
      const rows = Array.from({ length: 3 }, () => world.row(attempts, { merchant: 'm' }))
      await mustCommit(world, ...rows.map((row) => insertRow(attempts, row)))
      const none = Array.from({ length: 2_500 }, () => world.ids.make('att') as string)
      const values = [...none, ...rows.map((row) => row.id as string)]
      const asked = { index: 'id', equals: {}, values, columns: ['id'] }
      assert.deepEqual(ids(await lookUp(world.storage, attempts, asked as never)), ids(rows))
    }),
  ),
]
