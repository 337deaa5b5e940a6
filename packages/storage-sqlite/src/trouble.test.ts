import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type SealRow, seals } from '@florin/core/storage'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { ended, startChild } from '../test/child.ts'
import { batch, change, event, keyOf, keyTable, start } from '../test/rows.ts'
import { tempFolder } from '../test/temp-folder.ts'
import { connect } from './connection.ts'
import { sqlite } from './index.ts'
import { storageOn } from './on-session.ts'
import { resolveOptions } from './options.ts'
import { Session } from './session.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = tempFolder('trouble')

const openAt = async (name: string) => {
  const storage = sqlite({ file: join(folder, name), busyTimeoutMs: 50 })
  await storage.migrate()
  return storage
}

test('a full disk rejects the batch whole, says so, and commits go on when there is room again', async () => {
  const options = resolveOptions(join(folder, 'full.db'))
  const db = connect(options)
  const storage = storageOn(new Session(db, options.file), options)
  await storage.migrate()
  await storage.commit(batch(change([start('before')], [event('s', 1)])))
  const pages = db.pragma('page_count', { simple: true }) as number
  db.pragma(`max_page_count = ${pages + 4}`)
  const big = batch(
    change([start('small')], [event('s', 2)]),
    change([start('large', new Uint8Array(200_000))], [event('t', 1)]),
  )
  await expect(storage.commit(big)).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(/no room left for .*full\.db.*nothing was written/),
  })
  expect(await storage.load(keyTable, [keyOf('small'), keyOf('large')])).toEqual([undefined, undefined])
  expect(await storage.head(0)).toMatchObject({ first: 1, size: 1 })
  db.pragma('max_page_count = 1000000')
  expect(await storage.commit(big)).toEqual([{ committed: true }, { committed: true }])
  expect(await storage.head(0)).toMatchObject({ first: 2, size: 2 })
  await storage.checkIntegrity()
  await storage.close()
})

test.skipIf(process.platform === 'win32')(
  'when the operating system takes no more bytes, everything acknowledged is kept and nothing else',
  async () => {
    const file = join(folder, 'limited.db')
    // Blocks of 1 kB (512 bytes in some shells): the log meets the limit long before the database does.
    const child = startChild('fill-disk.ts', [file], ['/bin/sh', '-c', 'ulimit -f 3000; exec "$0" "$@"'])
    const { out, err } = await ended(child)
    const told = JSON.parse(out || `{"message":${JSON.stringify(err)}}`) as {
      acknowledged: number
      code: string
      message: string
    }
    expect(told).toMatchObject({ code: 'storage_unavailable', message: expect.stringContaining('limited.db') })
    const storage = sqlite({ file, integrityCheck: 'full' })
    await storage.migrate()
    expect(told.acknowledged).toBeGreaterThan(5)
    expect(await storage.head(0)).toMatchObject({ first: told.acknowledged })
    const [last, next] = await storage.load(keyTable, [
      keyOf(`a${told.acknowledged - 1}`),
      keyOf(`a${told.acknowledged}`),
    ])
    expect([last === undefined, next]).toEqual([false, undefined])
    await storage.close()
  },
)

const posix = process.platform !== 'win32'

test.skipIf(!posix)('a read-only file, and one in a read-only folder, are refused by name', async () => {
  const place = join(folder, 'closed')
  mkdirSync(place)
  const [file, beside] = [join(place, 'x.db'), join(place, 'new.db')]
  const storage = sqlite(file)
  await storage.migrate()
  await storage.close()
  chmodSync(folder, 0o755)
  chmodSync(place, 0o777)
  chmodSync(file, 0o444)
  const told = async (path: string) => JSON.parse((await ended(startChild('open-as-nobody.ts', [path]))).out) as object
  const refused = (path: string) => ({
    code: 'storage_unavailable',
    message: expect.stringContaining(`${path} cannot be written, so `),
  })
  expect(await told(file)).toMatchObject(refused(file))
  expect(readdirSync(place)).toEqual(['x.db']) // nothing left behind that would be in the way later
  chmodSync(file, 0o666)
  expect(await told(file)).toEqual({ code: 'none' })
  chmodSync(place, 0o555)
  expect(await told(file)).toMatchObject(refused(place))
  expect(await told(beside)).toMatchObject(refused(place))
  chmodSync(place, 0o777)
})

test('a file that another process keeps locked is refused after busyTimeoutMs, and nothing is written', async () => {
  const storage = await openAt('locked.db')
  const other = new Database(storage.file)
  other.exec('begin immediate')
  await expect(storage.commit(batch(change([start('x')])))).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(/locked\.db stayed locked by another process.*nothing was written/),
  })
  expect(() => sqlite({ file: storage.file, busyTimeoutMs: 0 })).toThrow(/locked\.db stayed locked by another process/)
  other.exec('rollback')
  other.close()
  expect(await storage.commit(batch(change([start('x')])))).toEqual([{ committed: true }])
  await storage.close()
})

test.skipIf(!posix)('what was acknowledged before kill -9 is there, whole, and the chain goes on', async () => {
  const file = join(folder, 'killed.db')
  const child = startChild('write-until-killed.ts', [file])
  let acknowledged = 0
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    acknowledged = Number(text.trim().split('\n').at(-1))
    if (acknowledged >= 20) child.kill('SIGKILL')
  })
  await ended(child)
  expect(acknowledged).toBeGreaterThanOrEqual(20)
  const storage = sqlite({ file, integrityCheck: 'full' })
  await storage.migrate()
  const found: SealRow[] = []
  for await (const page of storage.scan(seals, { index: 'key', equals: {} })) found.push(...page)
  const batches = found.length
  expect(batches).toBeGreaterThanOrEqual(acknowledged)
  expect(found.map(({ first, size }) => [first, size])).toEqual(found.map((_, i) => [8 * i + 1, 8]))
  const rows = await storage.load(
    keyTable,
    Array.from({ length: batches + 1 }, (_, n) => keyOf(`${n + 1}-7`)),
  )
  expect(rows.map((row) => row !== undefined)).toEqual([...found.map(() => true), false])
  expect(await storage.commit(batch(change([start('after')], [event('after', 1)])))).toEqual([{ committed: true }])
  expect(await storage.head(0)).toMatchObject({ first: 8 * batches + 1, size: 1 })
  await storage.close()
})
