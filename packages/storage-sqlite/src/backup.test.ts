import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { events } from '@florin/core/storage'
import { expect, test, vi } from 'vitest'
import { batch, change, event, keyOf, keyTable, start } from '../test/rows.ts'
import { tempFolder } from '../test/temp-folder.ts'
import { type SqliteStorage, sqlite } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = tempFolder('backup')

/** 60 kB a row, numbered from 1, so that a backup takes several steps. */
const fill = async (storage: SqliteStorage, rows: number, withEvents = false): Promise<void> => {
  const changes = Array.from({ length: rows }, (_, i) =>
    change([start(`${i + 1}`, new Uint8Array(60_000))], withEvents ? [event('s', i + 1)] : []),
  )
  for (let at = 0; at < rows; at += 50) await storage.commit(batch(...changes.slice(at, at + 50)))
}

test('a backup is a whole database as of one moment, made while payments go on', async () => {
  const storage = sqlite(join(folder, 'live.db'))
  await storage.migrate()
  await fill(storage, 300, true)
  let done = false
  const target = join(folder, 'copy.db')
  const copying = storage.backup(target).then(() => {
    done = true
  })
  let during = 0
  while (!done) {
    during += 1
    await storage.commit(batch(change([start(`${300 + during}`)], [event('s', 300 + during)])))
    await new Promise(setImmediate)
  }
  await copying
  expect(during).toBeGreaterThan(1) // several steps, with commits between them
  const copy = sqlite({ file: target, integrityCheck: 'full' })
  await copy.migrate()
  const last = (await copy.head(0))?.first ?? 0
  expect(last).toBeGreaterThanOrEqual(300)
  const [there, ahead] = await copy.load(events, [
    { merchant: 'm', subject: 's', version: last },
    { merchant: 'm', subject: 's', version: last + 1 },
  ])
  expect([there?.version, ahead]).toEqual([last, undefined])
  expect(await copy.load(keyTable, [keyOf(`${last}`)])).toMatchObject([{ key: `${last}` }])
  await copy.close()
  await storage.close()
})

test('a backup ends although another connection commits between all of its steps', async () => {
  const storage = sqlite(join(folder, 'busy.db'))
  await storage.migrate()
  await fill(storage, 300)
  const other = sqlite({ file: storage.file, integrityCheck: 'none' })
  const target = join(folder, 'busy-copy.db')
  let done = false
  const copying = storage.backup(target).finally(() => {
    done = true
  })
  let during = 0
  while (!done) {
    during += 1
    await other.commit(batch(change([start(`other-${during}`)])))
    await new Promise(setImmediate)
  }
  await copying
  const copy = sqlite({ file: target, integrityCheck: 'full' })
  await copy.migrate()
  expect((await copy.load(keyTable, [keyOf('300'), keyOf('other-1')])).every((row) => row !== undefined)).toBe(true)
  for (const each of [copy, other, storage]) await each.close()
})

test('closing waits for a backup that is under way', async () => {
  const storage = sqlite(join(folder, 'closing.db'))
  await storage.migrate()
  await fill(storage, 200)
  const copying = storage.backup(join(folder, 'closing-copy.db'))
  await storage.close()
  await copying
  await expect(storage.backup(join(folder, 'late.db'))).rejects.toMatchObject({ code: 'closed' })
  const copy = sqlite({ file: join(folder, 'closing-copy.db'), integrityCheck: 'full' })
  await copy.close()
})

test('a backup never overwrites, and leaves nothing behind where it cannot be written', async () => {
  const storage = sqlite(join(folder, 'small.db'))
  await storage.migrate()
  const taken = join(folder, 'taken')
  writeFileSync(taken, 'mine')
  await expect(storage.backup(taken)).rejects.toMatchObject({
    code: 'configuration',
    message: expect.stringContaining('taken exists already'),
  })
  await expect(storage.backup(join(folder, 'nowhere', 'b.db'))).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(/nowhere.*does not exist/),
  })
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  await storage.close()
})
