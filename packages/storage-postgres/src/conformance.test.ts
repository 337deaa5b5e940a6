import { setTimeout } from 'node:timers/promises'
import { registerStorageSuite } from '@florin/testkit'
import { describe, test, vi } from 'vitest'
import { testServer } from '../test/server.ts'
import { usedSchemas } from '../test/used-schemas.ts'
import { type PostgresStorage, postgres } from './index.ts'

vi.setConfig({ testTimeout: 120_000 }) // a real server and its fsyncs, on whatever machine this is

// What the suite asks does not depend on the disk, and every case makes a hundred files.
const server = await testServer({ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' })
const acceptDataLoss = 'acknowledged payments may be lost in a crash'
const places = new WeakMap<object, string>()

describe.each(['native', 'portable'] as const)('%s', (profile) => {
  const schemas = usedSchemas(server) // of this profile: the other one seals otherwise
  const openAt = async (schema: string): Promise<PostgresStorage> => {
    const storage = schemas.watch(postgres({ url: server.url, schema, profile, acceptDataLoss }), schema)
    places.set(storage, schema)
    await storage.migrate()
    return storage
  }
  const placeOf = (storage: object): string => places.get(storage) as string

  registerStorageSuite(test, {
    open: async () => openAt(await schemas.fresh()),
    reopen: async (storage) => {
      await storage.close()
      return openAt(placeOf(storage))
    },
    sibling: (storage) => openAt(placeOf(storage)),
    tamper: async (storage, table, how) => {
      const name = `"${placeOf(storage)}"."${table}"`
      const [column] = await server.sql(
        'select attname from pg_attribute where attrelid = $1::regclass and attnum = 1',
        [name],
      )
      await server.sql(
        how === 'delete' ? `delete from ${name}` : `update ${name} set "${column?.attname}" = "${column?.attname}"`,
      )
    },
    clock: {
      now: async () =>
        Number((await server.sql('select (extract(epoch from clock_timestamp()) * 1000)::bigint as now'))[0]?.now),
      pass: async (ms) => {
        await setTimeout(ms + 1)
      },
    },
  })
})
