import { setTimeout } from 'node:timers/promises'
import { accounts, isFlorinError, type Outcome } from '@florin/core/storage'
import pg from 'pg'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { cuttingProxy } from '../test/cutting-proxy.ts'
import { batch, bump, change, event, keyOf, keyTable, pay, start, timer } from '../test/rows.ts'
import { testServer } from '../test/server.ts'
import { type PostgresOptions, type PostgresStorage, postgres } from './index.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

const WON: Outcome = { committed: true }
const server = await testServer()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const openAt = async (schema: string, options: Partial<PostgresOptions> = {}): Promise<PostgresStorage> => {
  const storage = postgres({ url: server.url, schema, ...options })
  open.push(storage)
  await storage.migrate()
  return storage
}

/** A connection of somebody else's. */
const other = async (): Promise<pg.Client> => {
  const client = new pg.Client(server.url)
  client.on('error', () => {})
  await client.connect()
  open.push({ close: () => client.end() })
  return client
}

const versionOf = async (storage: PostgresStorage, key: string): Promise<unknown> =>
  (await storage.load(keyTable, [keyOf(key)]))[0]?.version

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return isFlorinError(error) ? `${error.code}: ${error.message}` : `no FlorinError: ${String(error)}`
}

describe('a connection that is cut around its commit', () => {
  test.each(['before', 'after'] as const)('%s the server heard of it: the batch takes place once', async (cut) => {
    const schema = server.schema()
    const direct = await openAt(schema)
    const proxy = await cuttingProxy(server.url)
    open.push(proxy)
    const storage = await openAt(schema, { url: proxy.url })
    await storage.commit(batch(change([start('a')])))
    proxy.cutNext(cut)
    const outcomes = await storage.commit(
      batch(change([bump('a', 1), pay('t1')], [event('s', 1)]), change([start('b')])),
    )
    expect([outcomes, proxy.cuts()]).toEqual([[WON, WON], 1])
    expect(await versionOf(direct, 'a')).toBe(2)
    const [cash] = await direct.load(accounts, [{ merchant: 'm', account: 'cash' }])
    expect([cash?.debitsPosted, cash?.version]).toEqual([1n, 1])
    proxy.cutNext(cut) // an intent's: nothing to decide, so its commit travels with it
    expect(await storage.commit(batch(change([start('c')], [event('s', 2)])))).toEqual([WON])
    expect([await versionOf(direct, 'c'), proxy.cuts()]).toEqual([1, 2])
    expect(await direct.unsealed(10, 'all')).toHaveLength(2)
  })
})

describe('two servers on one database', () => {
  test('no update is lost and nothing is counted twice, however they race', async () => {
    const schema = server.schema()
    const storages = [await openAt(schema), await openAt(schema)]
    await storages[0]?.commit(batch(...['a', 'b', 'c'].map((key) => change([start(key)]))))
    const won = { a: 0, b: 0, c: 0 }
    const race = async (storage: PostgresStorage): Promise<void> => {
      for (let round = 0; round < 40; round++) {
        const keys = (round % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a']) as (keyof typeof won)[]
        const rows = await storage.load(keyTable, keys.map(keyOf))
        const changes = keys.map((key, i) => change([bump(key, rows[i]?.version as number), pay(`${key}${round}`)]))
        const outcomes = await storage.commit(batch(...changes))
        outcomes.forEach(({ committed }, i) => {
          if (committed) won[keys[i] as keyof typeof won] += 1
        })
      }
    }
    await Promise.all(storages.flatMap((storage) => [race(storage), race(storage)]))
    const storage = storages[0] as PostgresStorage
    for (const key of ['a', 'b', 'c'] as const) expect(await versionOf(storage, key)).toBe(1 + won[key])
    const total = won.a + won.b + won.c
    const [cash] = await storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
    expect([cash?.version, cash?.debitsPosted]).toEqual([total, BigInt(total)])
    expect(total).toBeGreaterThanOrEqual(120)
  })

  test('no job is leased twice, however many ask', async () => {
    const schema = server.schema()
    const storages = [await openAt(schema), await openAt(schema)]
    await storages[0]?.commit(
      batch(
        change(
          [],
          Array.from({ length: 200 }, (_, n) => timer(n)),
        ),
      ),
    )
    const leases = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        (storages[i % 2] as PostgresStorage).lease(['q'], { limit: 11, leaseMs: 60_000, now: 0, token: `t${i}` }),
      ),
    )
    const ids = leases.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(100)
  })

  test('an event never comes before one that is committed later: it waits for older transactions', async () => {
    const storage = await openAt(server.schema())
    const slow = await other()
    await slow.query('begin')
    await slow.query('select pg_current_xact_id()') // a writer that began before us, and has not ended
    await storage.commit(batch(change([], [event('s', 1), event('s', 2)])))
    expect(await storage.unsealed(10)).toEqual([])
    expect((await storage.unsealed(10, 'all')).map(({ version }) => version)).toEqual([1, 2])
    await slow.query('rollback')
    expect((await storage.unsealed(10)).map(({ version }) => version)).toEqual([1, 2])
  })
})

describe('what the server refuses', () => {
  test('a deadlock is tried again, and nobody hears of it', async () => {
    const schema = server.schema()
    const storage = await openAt(schema)
    await storage.commit(batch(change([start('a')]), change([start('b')])))
    const rival = await other()
    await rival.query('set deadlock_timeout to 10000') // the storage's side finds it
    const lock = (key: string) =>
      rival.query(`select from "${schema}"."idempotency_keys" where "key" = $1 for update`, [key])
    await rival.query('begin')
    await lock('b')
    const committed = storage.commit(batch(change([bump('a', 1)]), change([bump('b', 1)])))
    await setTimeout(200) // it holds `a` by now, and waits for `b`
    const locked = lock('a')
    await setTimeout(1_500)
    await locked
    await rival.query('commit')
    expect(await committed).toEqual([WON, WON])
  })

  test('a row that stays locked fails with what to do, and nothing is written', async () => {
    const schema = server.schema()
    const storage = await openAt(schema, { lockTimeoutMs: 100 })
    await storage.commit(batch(change([start('a')])))
    const rival = await other()
    await rival.query('begin')
    await rival.query(`select from "${schema}"."idempotency_keys" for update`)
    const failed = storage.commit(batch(change([bump('a', 1)]), change([start('b')])))
    expect(await refusal(failed)).toMatch(
      /^storage_unavailable: PostgreSQL at .* lockTimeoutMs: .*nothing was written$/,
    )
    await rival.query('rollback')
    expect(await versionOf(storage, 'b')).toBeUndefined()
    expect(await storage.commit(batch(change([bump('a', 1)])))).toEqual([WON])
  })

  test('a statement that runs too long is ended', async () => {
    const schema = server.schema()
    const storage = await openAt(schema, { statementTimeoutMs: 150 })
    const rival = await other()
    await rival.query('begin')
    await rival.query(`lock table "${schema}"."idempotency_keys" in access exclusive mode`)
    expect(await refusal(storage.load(keyTable, [keyOf('a')]))).toMatch(/^storage_unavailable: .*statementTimeoutMs/)
    await rival.query('rollback')
    expect(await storage.load(keyTable, [keyOf('a')])).toEqual([undefined])
  })

  test('a primary that became read-only is named as such', async () => {
    const storage = await openAt(server.schema())
    const backend = await other()
    const readOnly = postgres({ url: server.url, schema: 'x' })
    open.push(readOnly)
    await backend.query('alter role postgres set default_transaction_read_only to on')
    try {
      expect(await refusal(readOnly.head(0))).toMatch(/^storage_unavailable: .*takes no writes.*name the primary/)
    } finally {
      await backend.query('begin read write')
      await backend.query('alter role postgres reset default_transaction_read_only')
      await backend.query('commit')
    }
    expect(await storage.commit(batch(change([start('a')])))).toEqual([WON])
  })
})

describe.skipIf(server.server === undefined)('a server that goes away', () => {
  test('fails what is asked meanwhile, and is used again when it is back', async () => {
    const storage = await openAt(server.schema())
    await storage.commit(batch(change([start('a')])))
    await server.server?.whileStopped(async () => {
      const says = /^storage_unavailable: PostgreSQL at .* takes no connections.*nothing was written$/
      expect(await refusal(storage.commit(batch(change([start('b')]))))).toMatch(says)
      expect(await refusal(storage.load(keyTable, [keyOf('a')]))).toMatch(says)
      expect(await refusal(storage.lease(['q'], { limit: 1, leaseMs: 1, now: 0, token: 't' }))).toMatch(
        /^storage_unavailable/,
      )
    })
    expect(await storage.commit(batch(change([start('b')])))).toEqual([WON])
    expect(await versionOf(storage, 'a')).toBe(1)
  })

  test('backends that are ended under load lose nothing that was acknowledged, and do nothing twice', async () => {
    const schema = server.schema()
    const storage = await openAt(schema)
    const killer = await other()
    const acknowledged: string[] = []
    let running = true
    const load = async (worker: number): Promise<void> => {
      for (let n = 0; running; n++) {
        const key = `${worker}-${n}`
        const outcomes = await storage.commit(batch(change([start(key), pay(key)]))).catch(() => [])
        if (outcomes[0]?.committed === true) acknowledged.push(key)
      }
    }
    const loads = [1, 2, 3].map(load)
    for (let round = 0; round < 20; round++) {
      await setTimeout(60)
      await killer.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'florin' and state <> 'idle'",
      )
    }
    running = false
    await Promise.all(loads)
    expect(acknowledged.length).toBeGreaterThan(20)
    const rows = await storage.load(keyTable, acknowledged.map(keyOf))
    expect(rows.filter((row) => row === undefined)).toEqual([])
    const [count] = await server.sql(`select count(*)::int as n from "${schema}"."idempotency_keys"`)
    const [cash] = await storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
    expect(cash?.debitsPosted).toBe(BigInt(count?.n as number)) // a payment without its key, or twice, would show here
  })
})

test('rows of a batch that is never asked about again do not stay: each batch takes out the one before it', async () => {
  const schema = server.schema()
  const storage = await openAt(schema, { writers: 2 })
  for (let n = 0; n < 20; n++) await storage.commit(batch(change([start(`${n}`)])))
  const [left] = await server.sql(`select count(*)::int as n from "${schema}"."florin_batches"`)
  expect(left?.n).toBeLessThanOrEqual(2)
  await server.sql(`insert into "${schema}"."florin_batches" ("id", "at") values ('died', now() - interval '2 days')`)
  await openAt(schema) // a server that starts clears up after those that died
  expect(await server.sql(`select "id" from "${schema}"."florin_batches" where "id" = 'died'`)).toEqual([])
})
