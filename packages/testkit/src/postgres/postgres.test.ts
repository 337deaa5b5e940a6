import { fork } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startPostgres, startPostgresProxy, testDatabase } from './index.ts'

const servers: EmbeddedPostgres[] = []
const folders: string[] = []
const start = async (options?: Parameters<typeof startPostgres>[0]): Promise<EmbeddedPostgres> => {
  const server = await startPostgres(options)
  servers.unshift(server)
  return server
}
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'florin-pg-test-'))
  chmodSync(made, 0o711) // for a server that runs as somebody else
  folders.push(made)
  return made
}

afterAll(async () => {
  for (const server of servers) await server.stop()
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

const ask = async (url: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const isAlive = (pid: number): boolean => {
  try {
    // A process that has ended stays in the table until its parent looks: it is as good as gone.
    if (process.platform === 'linux') return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('an embedded PostgreSQL', { timeout: 60_000 }, () => {
  it('is durable by default, takes settings, and leaves nothing behind', async () => {
    const server = await start({ settings: { max_connections: 7, log_min_messages: 'error' } })
    const [row] = await ask(
      server.url,
      "select current_setting('fsync') as fsync, current_setting('max_connections') as most, current_setting('server_encoding') as encoding",
    )
    expect(row).toEqual({ fsync: 'on', most: '7', encoding: 'UTF8' })
    expect(server.startedInMs).toBeGreaterThan(0)
    await server.stop()
    await server.stop()
    expect(existsSync(dirname(server.dataDir))).toBe(false)
    await expect(server.restart()).rejects.toMatchObject({ code: 'closed' })
  })

  it('keeps what was committed through kill -9 and a restart with other settings, on the same port', async () => {
    const server = await start()
    await ask(server.url, 'create table kept (n int); insert into kept values (1)')
    const before = server.pid()
    await server.kill()
    expect([server.isRunning(), server.pid()]).toEqual([false, null])
    await expect(ask(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.restart({ work_mem: '8MB' })
    expect(server.pid()).not.toBe(before)
    expect(await ask(server.url, "select n, current_setting('work_mem') as memory from kept")).toEqual([
      { n: 1, memory: '8MB' },
    ])
  })

  it('keeps a folder that was named, and finds it again', async () => {
    const dataDir = join(folder(), 'data')
    const first = await start({ dataDir })
    await ask(first.url, 'create table kept (n int)')
    await first.stop()
    const again = await start({ dataDir })
    expect(await ask(again.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }])
    await again.stop()
    expect(existsSync(dataDir)).toBe(true)
  })

  it('follows a primary, also synchronously, and takes over when that is killed', async () => {
    const primary = await start()
    await ask(primary.url, 'create table orders (n int); insert into orders values (1)')
    const standby = await start({ standbyOf: primary, name: 'second' })
    await primary.restart({ synchronous_standby_names: 'second' })
    await ask(primary.url, 'insert into orders values (2)') // waits for the standby
    await expect(ask(standby.url, 'insert into orders values (3)')).rejects.toMatchObject({ code: '25006' })
    await primary.kill()
    await standby.promote()
    await ask(standby.url, 'insert into orders values (4)')
    await standby.restart()
    expect(await ask(standby.url, 'select n from orders order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }])
    await expect(standby.promote()).rejects.toMatchObject({ code: 'configuration' })
  })

  it.each([
    [{}, true],
    [{ dataDir: 'data' }, false],
  ])('ends with its owner, however that ends: %j', async (options, removed) => {
    const dataDir = 'dataDir' in options ? { dataDir: join(folder(), 'data') } : {}
    const owner = fork(fileURLToPath(new URL('test-holder.ts', import.meta.url)), [JSON.stringify(dataDir)])
    const said = await new Promise<{ pid: number; dataDir: string }>((resolve, reject) => {
      owner.once('message', (message) => resolve(message as { pid: number; dataDir: string }))
      owner.once('exit', (code) => reject(new Error(`ended with ${code}`)))
    })
    expect(isAlive(said.pid)).toBe(true)
    owner.kill('SIGKILL')
    await expect.poll(() => isAlive(said.pid), { timeout: 10_000 }).toBe(false)
    await expect.poll(() => existsSync(said.dataDir), { timeout: 10_000 }).toBe(!removed)
  })

  it('runs SQL, and a proxy before it cuts, hangs and moves', async () => {
    const server = await start()
    await server.sql('create table told (n int); insert into told values (1)')
    const proxy = await startPostgresProxy(server.url)
    const client = async (): Promise<pg.Client> => {
      const made = new pg.Client(proxy.url)
      made.on('error', () => {})
      await made.connect()
      return made
    }
    const insert = async (n: number): Promise<string> => {
      const one = await client()
      await one.query('begin')
      await one.query(`insert into told values (${n})`)
      return one.query('commit').then(
        () => one.end().then(() => 'told'),
        () => 'cut',
      )
    }
    proxy.cutNext('before_commit')
    expect(await insert(2)).toBe('cut')
    proxy.cutNext('after_commit')
    expect(await insert(3)).toBe('cut')
    expect(await insert(4)).toBe('told')
    proxy.cutAfter(1)
    await expect(client()).rejects.toThrow()
    expect(proxy.cuts()).toBe(3)
    expect(await server.sql('select n from told order by n')).toEqual([{ n: 1 }, { n: 3 }, { n: 4 }])

    const one = await client()
    proxy.hang(true)
    const asked = one.query('select 1')
    expect(await Promise.race([asked, setTimeout(100, 'nothing')])).toBe('nothing')
    proxy.hang(false)
    await asked
    const other = await start()
    proxy.moveTo(other.url)
    expect(await ask(proxy.url, "select to_regclass('told') as told")).toEqual([{ told: null }])
    await proxy.close()
  })

  it.each([
    [{ dir: '/x' }, "unknown option 'dir'"],
    [{ settings: { 'a b': 1 } }, "'a b' is no name of a server setting"],
    [{ settings: { port: 1 } }, "'port' is not yours to set"],
    [{ port: 0 }, "'port' must be a whole number"],
    [{ name: 'A' }, "'name' must be lower-case"],
    [{ dataDir: '' }, "'dataDir' is empty"],
  ])('refuses %j', async (options, message) => {
    await expect(startPostgres(options as object)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(message),
    })
  })

  it('tells the end of the log when it cannot start, and leaves no folder', async () => {
    await expect(startPostgres({ settings: { shared_buffers: 'much' } })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringMatching(/invalid value for parameter "shared_buffers"/),
    })
  })
})

describe('a test database', { timeout: 60_000 }, () => {
  it('is a schema of its own on one server, which goes with the last one', async () => {
    const [one, two] = [await testDatabase(), await testDatabase()]
    expect(one.schema).not.toBe(two.schema)
    expect(one.url).toBe(two.url)
    await ask(one.url, `create schema ${one.schema}; create schema ${two.schema}`)
    await one.close()
    await one.close()
    const left = await ask(two.url, "select nspname as name from pg_namespace where nspname like 'test\\_%'")
    expect(left).toContainEqual({ name: two.schema })
    expect(left).not.toContainEqual({ name: one.schema })
    await two.close()
    if (two.server !== null) expect(two.server.isRunning()).toBe(false)
  })
})
