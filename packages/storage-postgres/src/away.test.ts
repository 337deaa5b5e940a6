import { setTimeout } from 'node:timers/promises'
import { createFlorin, ephemeralKeys, type Florin, isFlorinError, systemRuntime } from '@florin/core'
import { createAcquirer, sandbox, startSandboxServer } from '@florin/testkit'
import { type EmbeddedPostgres, type PostgresProxy, startPostgres, startPostgresProxy } from '@florin/testkit/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type PostgresOptions, postgres } from './index.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

const IN_DOUBT_MS = 2_000 // as long as it is asked what became of a commit
const SLACK_MS = 3_000 // for a machine that does other things, too
const acquirer = createAcquirer()
const keys = ephemeralKeys(systemRuntime().random)
const closing: (() => Promise<unknown>)[] = []
afterEach(() => proxy.hang(false))
let server: EmbeddedPostgres
let proxy: PostgresProxy
let gateway: string
let references = 0

beforeAll(async () => {
  server = await startPostgres()
  proxy = await startPostgresProxy(server.url)
  const listening = await startSandboxServer({ acquirer })
  gateway = listening.url
  closing.push(
    () => listening.close(),
    () => proxy.close(),
    () => server.stop(),
  )
})
afterAll(async () => {
  for (const close of closing) await close()
})

const openFlorin = async (options: Partial<PostgresOptions> = {}): Promise<Florin> => {
  const gateways = { sandbox: sandbox({ baseUrl: gateway, apiKey: 'sandbox_default' }) }
  const florin = await createFlorin({
    ...{ gateways, keys, onError: () => {} },
    storage: postgres({ url: proxy.url, ...options }),
  })
  closing.unshift(() => florin.close())
  return florin
}

interface Paid {
  readonly said: string
  readonly ms: number
}

const timed = async (work: () => Promise<string>): Promise<Paid> => {
  const began = performance.now()
  const said = await work().catch((error: unknown) =>
    isFlorinError(error) ? `${error.code}: ${error.message}` : `no FlorinError: ${String(error)}`,
  )
  return { said, ms: performance.now() - began }
}

const pay = (florin: Florin, reference = `order-${++references}`): Promise<Paid> => {
  const order = { reference, amount: '1.00', currency: 'EUR', method: { type: 'card', token: 'tok_approve' } } as const
  return timed(async () => (await florin.payments.create(order)).status)
}

const paidAfterMs = async (florin: Florin): Promise<number> => {
  const began = performance.now()
  while ((await pay(florin)).said !== 'succeeded') {
    if (performance.now() - began > 30_000) throw new Error('no payment succeeds any more')
    await setTimeout(10)
  }
  return performance.now() - began
}

describe('a server that is not there', () => {
  test('when Florin is made is named at once, with what to do', async () => {
    await server.whileStopped(async () => {
      const url = server.url
      const { said, ms } = await timed(async () => String(await openFlorin({ url })))
      expect(said).toMatch(/^storage_unavailable: PostgreSQL at .* takes no connections: is the server running/)
      expect(ms).toBeLessThan(1_000 + SLACK_MS)
    })
  })

  test('and whose address swallows everything is given up after connectTimeoutMs', async () => {
    proxy.hang(true)
    const { said, ms } = await timed(async () => String(await openFlorin({ connectTimeoutMs: 400 })))
    proxy.hang(false)
    expect(said).toMatch(/^storage_unavailable: .*timeout/)
    expect(ms).toBeLessThan(400 + SLACK_MS)
  })

  test('goes away under load: calls are refused soon, and less than two seconds after it is back payments succeed', async () => {
    const florin = await openFlorin()
    const told: (Paid & { readonly asked: number })[] = []
    const calls: Promise<unknown>[] = []
    const load = setInterval(() => {
      const asked = performance.now()
      calls.push(pay(florin).then((paid) => told.push({ ...paid, asked })))
    }, 20)
    await setTimeout(300)
    await server.kill()
    const away = performance.now()
    await setTimeout(IN_DOUBT_MS + 1_500)
    const refused = told.filter(({ said, asked }) => asked > away && said.startsWith('storage_unavailable'))
    expect(refused.length).toBeGreaterThan(20)
    for (const { ms } of refused) expect(ms).toBeLessThan(IN_DOUBT_MS + SLACK_MS)
    await server.restart()
    expect(await paidAfterMs(florin)).toBeLessThan(2_000 + SLACK_MS)
    clearInterval(load)
    await Promise.all(calls)
    expect(await florin.verify()).toMatchObject({ ok: true })
  })

  test('falls silent: reads and commits end when their time is over, and go on over new connections', async () => {
    const florin = await openFlorin({ statementTimeoutMs: 300, connectTimeoutMs: 300, readers: 1 })
    expect((await pay(florin, 'loud')).said).toBe('succeeded')
    const find = () => timed(async () => String((await florin.payments.list({ reference: 'loud' })).data[0]?.captured))
    expect((await find()).said).toBe('1.00')
    proxy.hang(true)
    const [paid, read] = await Promise.all([pay(florin), find()])
    const bound = 300 + 2_000 // the server's time, and what is waited for its answer besides
    for (const { said, ms } of [paid, read]) {
      expect(said).toMatch(/^storage_unavailable/)
      expect(ms).toBeLessThan(bound + IN_DOUBT_MS + SLACK_MS)
    }
    const next = await find()
    expect(next.said).toMatch(/^storage_unavailable/)
    expect(next.ms).toBeLessThan(2 * 300 + SLACK_MS) // the silent connection is not asked again
    proxy.hang(false)
    expect(await paidAfterMs(florin)).toBeLessThan(2_000 + SLACK_MS)
    expect((await find()).said).toBe('1.00')
  })
})

test('a storage whose server fell silent can be closed', async () => {
  const storage = postgres({ url: proxy.url, writers: 2, readers: 2 })
  await storage.migrate()
  expect(await storage.head(0)).toBeDefined()
  proxy.hang(true)
  const { ms } = await timed(async () => String(await storage.close()))
  expect(ms).toBeLessThan(2_000 + SLACK_MS)
})

test('a statement that takes too long costs no payment: it is refused, nobody was charged, and its key is good for another try', async () => {
  const florin = await openFlorin({ statementTimeoutMs: 400 })
  await server.sql(`
    create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(1); return null; end';
    create trigger slow before insert on florin.attempts for each statement execute function slow()`)
  const charges = acquirer.books().charges.length
  const { said } = await pay(florin, 'slow')
  expect(said).toMatch(/^storage_unavailable: .* longer than statementTimeoutMs/)
  expect(acquirer.books().charges).toHaveLength(charges)
  await server.sql('drop trigger slow on florin.attempts; drop function slow()')
  expect((await pay(florin, 'slow')).said).toBe('succeeded')
  expect(acquirer.books().charges).toHaveLength(charges + 1)
})

test('a server waits for its turn to migrate for longer than a statement may take', async () => {
  const schema = 'florin_turn'
  const storage = postgres({ url: server.url, schema, statementTimeoutMs: 100, lockTimeoutMs: 100 })
  closing.unshift(() => storage.close())
  await storage.migrate()
  await server.sql(`delete from ${schema}.florin_migrations`)
  const other = server.sql(`begin; select from ${schema}.florin_state where name = 'migrating' for update;
    select pg_sleep(2.5); insert into ${schema}.florin_migrations values (1, 'first', 1); commit`)
  await setTimeout(200)
  await storage.migrate()
  await other
  expect((await storage.migrations.status()).pending).toEqual([])
})
