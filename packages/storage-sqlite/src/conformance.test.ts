import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerStorageSuite } from '@florin/testkit'
import Database from 'better-sqlite3'
import { afterAll, test, vi } from 'vitest'
import { type SqliteStorage, sqlite } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = mkdtempSync(join(tmpdir(), 'florin-conformance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const openAt = async (file: string): Promise<SqliteStorage> => {
  const storage = sqlite(file)
  await storage.migrate()
  return storage
}

registerStorageSuite(test, {
  open: () => openAt(join(folder, `${++files}.db`)),
  reopen: async (storage) => {
    await storage.close()
    return openAt((storage as SqliteStorage).file)
  },
  sibling: (storage) => openAt((storage as SqliteStorage).file),
  tamper: async (storage, table, how) => {
    const db = new Database((storage as SqliteStorage).file)
    try {
      const columns = db.prepare('select name from pragma_table_info(?)').pluck().all(table)
      db.exec(how === 'delete' ? `delete from "${table}"` : `update "${table}" set "${columns[0]}" = "${columns[0]}"`)
    } finally {
      db.close()
    }
  },
})
