import assert from 'node:assert/strict'
import { isFlorinError } from '@florin/core'
import { CATALOGUE, events, seals } from '@florin/core/storage'
import { always, needs, type StorageCase } from '../harness.ts'
import { allRows, insertRow, inWorld, mustCommit, plain, tableOf, worldOf } from '../world.ts'

const isClosed = (error: unknown): boolean => isFlorinError(error, 'closed')

export const lifecycleCases: readonly StorageCase[] = [
  always('a storage has a name for messages', (harness) =>
    inWorld(harness, async ({ storage }) => assert.match(storage.name, /\S/)),
  ),

  always('a fresh store is empty', (harness) =>
    inWorld(harness, async ({ storage }) => {
      for (const table of CATALOGUE) assert.deepEqual(await allRows(storage, table), [])
      assert.equal(await storage.head(0), undefined)
      assert.deepEqual(await storage.unsealed(10), [])
    }),
  ),

  always('migrating again changes nothing', (harness) =>
    inWorld(harness, async (world) => {
      const table = tableOf('payments')
      const row = world.row(table)
      await mustCommit(world, insertRow(table, row))
      await world.storage.migrate()
      await world.storage.migrate()
      assert.deepEqual(await allRows(world.storage, table), [plain(row)])
    }),
  ),

  always('two stores share nothing', (harness) =>
    inWorld(harness, (one) =>
      inWorld(harness, async (other) => {
        await mustCommit(one, insertRow(events, one.row(events)))
        assert.deepEqual(await allRows(other.storage, events), [])
      }),
    ),
  ),

  always('close may be called again, and every later call rejects with closed', async (harness) => {
    const storage = await harness.open()
    const world = worldOf(storage)
    const seal = world.row(seals)
    await storage.close()
    await storage.close()
    await assert.rejects(world.commit(insertRow(events, world.row(events))), isClosed)
    await assert.rejects(storage.load(events, [{ merchant: 'm', subject: 's', version: 1 }]), isClosed)
    await assert.rejects(storage.find(events, { index: 'key', equals: {}, limit: 1 }), isClosed)
    await assert.rejects(allRows(storage, events), isClosed)
    await assert.rejects(storage.lease(['q'], { limit: 1, leaseMs: 1, now: 1, token: 't' }), isClosed)
    await assert.rejects(storage.unsealed(1), isClosed)
    await assert.rejects(storage.seal(seal as never), isClosed)
    await assert.rejects(storage.head(0), isClosed)
    await assert.rejects(storage.migrate(), isClosed)
  }),

  needs(['tamper'], 'append-only tables refuse updates and deletes from anybody', (harness) =>
    inWorld(harness, async (world) => {
      for (const table of CATALOGUE.filter(({ mutable, transient }) => mutable.length === 0 && !transient)) {
        if (table.name === seals.name) await world.storage.seal(world.row(seals, { partition: 1 }) as never)
        else await mustCommit(world, insertRow(table, world.row(table)))
        const before = await allRows(world.storage, table)
        for (const how of ['update', 'delete'] as const) {
          await assert.rejects(async () => harness.tamper?.(world.storage, table.name, how), `${how} of ${table.name}`)
        }
        assert.deepEqual(await allRows(world.storage, table), before)
      }
    }),
  ),

  needs(['tamper'], 'no row but that of a job can be deleted by anybody', (harness) =>
    inWorld(harness, async (world) => {
      const table = tableOf('payments')
      await mustCommit(world, insertRow(table, world.row(table)))
      await assert.rejects(async () => harness.tamper?.(world.storage, table.name, 'delete'))
      assert.equal((await allRows(world.storage, table)).length, 1)
    }),
  ),
]
