import { setTimeout } from 'node:timers/promises'
import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { createAcquirer, sandbox, startSandboxServer } from '@florin/testkit'
import { type EmbeddedPostgres, startPostgres, startPostgresProxy } from '@florin/testkit/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { batch, change, keyOf, keyTable, start } from '../test/rows.ts'
import { type PostgresStorage, postgres } from './index.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 }) // real servers, on whatever machine this is

let primary: EmbeddedPostgres
let standby: EmbeddedPostgres
let writer: PostgresStorage
let reader: PostgresStorage
const closing: (() => Promise<unknown>)[] = []
let keys = 0

const open = async (): Promise<PostgresStorage> => {
  const storage = postgres({ url: primary.url, replicas: [standby.url] })
  closing.unshift(() => storage.close())
  await storage.migrate()
  return storage
}
const reads = (storage: PostgresStorage, after?: string) => storage.replicas?.reads(after) as PostgresStorage
const write = async (storage: PostgresStorage): Promise<string> => {
  const key = `key-${++keys}`
  await storage.commit(batch(change([start(key)])))
  return key
}
const seen = async (storage: Pick<PostgresStorage, 'load'>, key: string): Promise<boolean> =>
  (await storage.load(keyTable, [keyOf(key)]))[0] !== undefined
const pauseReplay = () => standby.sql('select pg_wal_replay_pause()')
const resumeReplay = () => standby.sql('select pg_wal_replay_resume()')

beforeAll(async () => {
  primary = await startPostgres()
  standby = await startPostgres({ standbyOf: primary, name: 'second' })
  closing.push(
    () => standby.stop(),
    () => primary.stop(),
  )
  writer = await open()
  reader = await open()
})
afterAll(async () => {
  for (const close of closing) await close()
})
beforeEach(async () => {
  await resumeReplay()
  const behind = async () => (await writer.replicas?.health())?.[0]?.behindBytes
  await expect.poll(behind, { timeout: 20_000 }).toBe(0)
})

describe('reads from a standby', () => {
  test('see what the same storage committed, also while the standby stands still: then the primary answers', async () => {
    const early = await write(writer)
    expect(await seen(reads(writer), early)).toBe(true)
    await pauseReplay()
    const late = await write(writer)
    expect(await seen(reads(writer), late)).toBe(true)
    expect(await seen(reads(reader), late)).toBe(false) // another server's, and nobody asked to see it: from the standby
    expect(await seen(reader, late)).toBe(true) // what decides reads the primary
    await resumeReplay()
    await expect.poll(() => seen(reads(reader), late), { timeout: 10_000 }).toBe(true)
  })

  test('see what another server committed to whoever brings its token, and wait for a standby that is about to have it', async () => {
    await pauseReplay()
    const key = await write(writer)
    const token = writer.replicas?.token()
    expect(token).toMatch(/^1-[0-9A-F]+-[0-9A-F]+$/)
    expect(await seen(reads(reader), key)).toBe(false)
    expect(await seen(reads(reader, token), key)).toBe(true)
    await resumeReplay()
    await setTimeout(600) // it is not asked again at once after it stood still
    const next = await write(writer)
    expect(await seen(reads(reader, writer.replicas?.token()), next)).toBe(true)
    expect(() => reads(reader, 'x')).toThrow(/token is not one of ours/)
    expect(await seen(reads(reader, '9-FFFFFFFF-FFFFFFFF'), next)).toBe(true) // of a future that nobody knows: the primary
  })

  test('go to the primary while the standby is away, and come back to it', async () => {
    const key = await write(writer)
    await expect.poll(() => seen(reads(reader), key)).toBe(true)
    await standby.kill()
    expect(await seen(reads(reader), key)).toBe(true)
    expect(await writer.replicas?.health()).toMatchObject([{ status: 'away', lagMs: null }])
    await standby.restart()
    // Paused before it has what this server has read, it would never be asked again.
    await expect
      .poll(async () => (await writer.replicas?.health())?.[0], { timeout: 20_000, interval: 200 })
      .toMatchObject({ status: 'ok', behindBytes: 0 })
    await pauseReplay()
    const unseen = await write(writer)
    // Only the standby does not know it: once that is used again, it is missing.
    await expect.poll(() => seen(reads(reader), unseen), { timeout: 45_000, interval: 200 }).toBe(false)
  }, 60_000)

  test('are not kept waiting by a standby that fell silent, but once', async () => {
    const proxy = await startPostgresProxy(standby.url)
    const storage = postgres({ url: primary.url, replicas: [proxy.url] })
    const timed = async (): Promise<number> => {
      const began = performance.now()
      expect(await seen(reads(storage), key)).toBe(true)
      return performance.now() - began
    }
    const key = await write(writer)
    await timed()
    proxy.hang(true)
    expect(await timed()).toBeLessThan(2_000 + 2_000 + 3_000) // its time, what is waited for it besides, and a busy machine
    expect(await timed()).toBeLessThan(1_000)
    expect(await storage.replicas?.health()).toMatchObject([{ status: 'away' }])
    await storage.close()
    await proxy.close()
  })

  test('are told apart in health: how far behind, and how old', async () => {
    await write(writer)
    await expect
      .poll(async () => (await writer.replicas?.health())?.[0], { timeout: 10_000 })
      .toMatchObject({ status: 'ok', behindBytes: 0, lagMs: 0 })
    await pauseReplay()
    await setTimeout(50)
    await write(writer)
    const [health] = (await writer.replicas?.health()) ?? []
    expect(health?.behindBytes).toBeGreaterThan(0)
    expect(health?.lagMs).toBeGreaterThanOrEqual(50)
  })
})

describe('Florin with replicas', () => {
  const pay = (florin: Florin, reference: string) =>
    florin.payments.create({
      reference,
      amount: '1.00',
      currency: 'EUR',
      method: { type: 'card', token: 'tok_approve' },
    })

  test('answers reads of a payment from the standby, decides by the primary, and a token tells servers apart no more', async () => {
    const acquirer = await startSandboxServer({ acquirer: createAcquirer() })
    closing.unshift(() => acquirer.close())
    const keyring = ephemeralKeys(systemRuntime().random)
    const openFlorin = async (): Promise<Florin> => {
      const gateways = { sandbox: sandbox({ baseUrl: acquirer.url, apiKey: 'sandbox_default' }) }
      const florin = await createFlorin({
        gateways,
        keys: keyring,
        storage: postgres({ url: primary.url, replicas: [standby.url] }),
      })
      closing.unshift(() => florin.close())
      return florin
    }
    const [one, other] = [await openFlorin(), await openFlorin()]
    const { id } = await one.payments.create({
      ...{ reference: 'a', amount: '1.00', currency: 'EUR', capture: 'manual' },
      method: { type: 'card', token: 'tok_approve' },
    })
    await expect.poll(async () => (await other.payments.get(id)).status, { timeout: 10_000 }).toBe('authorized')
    await pauseReplay()
    await one.payments.capture(id)
    expect((await one.payments.get(id)).status).toBe('succeeded')
    expect((await other.payments.get(id)).status).toBe('authorized') // a moment old
    const after = one.consistency()
    expect((await other.for('mer_default', { after }).payments.get(id)).captured).toBe('1.00')
    expect((await other.payments.refund(id)).refunded).toBe('1.00') // decided by what is, not by what was
    const { id: fresh } = await pay(one, 'b')
    expect((await other.payments.get(fresh)).status).toBe('succeeded') // not there yet is looked for at the primary
    expect((await other.payments.timeline(fresh)).payment).toBe(fresh)
    expect((await other.health()).replicas).toMatchObject([{ status: 'ok' }])
    await resumeReplay()
    expect(await one.verify()).toMatchObject({ ok: true })
  })

  test('and a commit that was ended while it waited for a synchronous standby is not acknowledged before that has it', async () => {
    const storage = postgres({ url: primary.url, statementTimeoutMs: 300, applicationName: 'waits' })
    await storage.migrate()
    await primary.sql("alter system set synchronous_standby_names to 'second'")
    await primary.sql('select pg_reload_conf()')
    const key = await write(storage)
    await standby.kill()
    const commit = storage.commit(batch(change([start('waited')]))).then(
      () => 'acknowledged',
      (error: Error) => error.message,
    )
    const waiting = `from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'waits'`
    await expect.poll(async () => (await primary.sql(`select 1 ${waiting}`)).length).toBe(1)
    await primary.sql(`select pg_terminate_backend(pid) ${waiting}`)
    expect(await commit).toMatch(/whether the last commit took place is not known/)
    expect(await seen(storage, 'waited')).toBe(true) // it did, here, and a failover now would lose it
    await standby.restart()
    expect(await seen(storage, key)).toBe(true)
    expect(await seen(storage, await write(storage))).toBe(true)
    await primary.sql('alter system reset synchronous_standby_names')
    await primary.sql('select pg_reload_conf()')
    await storage.close()
  })

  test('and a standby that was promoted on its own goes its own way: nothing is read from it', async () => {
    const key = await write(writer)
    await expect.poll(() => seen(reads(reader), key), { timeout: 10_000 }).toBe(true)
    await standby.promote()
    await standby.sql('alter table florin.idempotency_keys disable trigger all; delete from florin.idempotency_keys')
    expect(await seen(reads(reader), key)).toBe(true)
    expect(await reader.replicas?.health()).toMatchObject([{ status: 'away' }])
  })
})
