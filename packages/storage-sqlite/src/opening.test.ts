import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isFlorinError } from '@florin/core/storage'
import { MIGRATIONS_TABLE } from '@florin/storage-sql'
import Database from 'better-sqlite3'
import { describe, expect, test, vi } from 'vitest'
import { batch, change, event, start, timer } from '../test/rows.ts'
import { tempFolder } from '../test/temp-folder.ts'
import { connect } from './connection.ts'
import { type SqliteOptions, sqlite } from './index.ts'
import { checkNodeVersion } from './node-version.ts'
import { resolveOptions } from './options.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = tempFolder('opening')

const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return isFlorinError(error) ? `${error.code}: ${error.message}` : `not a FlorinError: ${error}`
  }
  return 'no refusal'
}

const made = async (name: string, rows = 0): Promise<string> => {
  const file = join(folder, name)
  const storage = sqlite(file)
  await storage.migrate()
  for (let i = 0; i < rows; i++) {
    await storage.commit(batch(change([start(`${i}`, new Uint8Array(3_000))], [event(`s${i}`, 1)])))
  }
  await storage.close()
  return file
}

describe('options', () => {
  test('an option that does not exist, or a value that it cannot have, is refused by name', () => {
    const wrong = (options: object) => refusal(() => sqlite(options as SqliteOptions))
    expect(wrong({ file: 'x.db', readonly: true })).toMatch(/^configuration: .*'readonly' is not possible/)
    expect(wrong({ file: 'x.db', timeout: 1 })).toMatch(/^configuration: .*unknown option 'timeout'; there are file, /)
    expect(wrong({ file: 'x.db', busyTimeoutMs: -1 })).toMatch(/^configuration: .*0 to 60000, not -1/)
    expect(wrong({ file: 'x.db', busyTimeoutMs: 0.5 })).toMatch(/^configuration: .*not 0\.5/)
    expect(wrong({ file: 'x.db', integrityCheck: 'deep' })).toMatch(/^configuration: .*quick, full, none, not 'deep'/)
    expect(wrong({})).toMatch(/^configuration: .*must be the path/)
    expect(refusal(() => sqlite(''))).toMatch(/^configuration: .*must be the path/)
    expect(refusal(() => sqlite('file:x.db?mode=ro'))).toMatch(/^configuration: .*is a URI/)
    expect(refusal(() => sqlite(' x.db'))).toMatch(/^configuration: .*white space/)
    expect(refusal(() => sqlite(undefined as never))).toMatch(/^configuration: /)
  })

  test('a relative path is made absolute, so that messages name one file', () => {
    expect(resolveOptions('x.db')).toEqual({
      file: join(process.cwd(), 'x.db'),
      memory: false,
      busyTimeoutMs: 5_000,
      integrityCheck: 'quick',
    })
  })

  test('a Node that the driver would crash is refused by its version', () => {
    for (const old of ['20.20.2', '22.18.0', '18.0.0']) {
      expect(refusal(() => checkNodeVersion(old))).toBe(
        `configuration: the SQLite storage needs Node 22.19 or newer, and this is ${old}`,
      )
    }
    for (const fine of ['22.19.0', '22.20.1', '24.0.0', '25.1.0']) expect(() => checkNodeVersion(fine)).not.toThrow()
  })
})

describe('durability', () => {
  test('every connection has a write-ahead log, and synchronous is FULL after its first write', () => {
    for (let connection = 0; connection < 2; connection++) {
      const db = connect(resolveOptions(join(folder, 'durable.db')))
      db.exec('create table if not exists t (x); insert into t values (1)')
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
      expect(db.pragma('synchronous', { simple: true })).toBe(2)
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
      expect(db.pragma('trusted_schema', { simple: true })).toBe(0)
      db.exec('drop table t')
      db.close()
    }
  })

  test('without that the driver makes synchronous NORMAL, which is why it is looked at', () => {
    const db = new Database(join(folder, 'plain.db'))
    db.pragma('journal_mode = wal')
    db.exec('create table t (x)')
    expect(db.pragma('synchronous', { simple: true })).toBe(1)
    db.close()
  })
})

describe('a place that cannot hold a database', () => {
  test('a missing folder, a file for a folder, and a folder for a file are named', () => {
    expect(refusal(() => sqlite(join(folder, 'nowhere', 'x.db')))).toMatch(
      /^storage_unavailable: the folder .*nowhere of the database .*x\.db does not exist: make it first$/,
    )
    writeFileSync(join(folder, 'plain'), '')
    expect(refusal(() => sqlite(join(folder, 'plain', 'x.db')))).toMatch(
      /^storage_unavailable: .*plain is not a folder/,
    )
    mkdirSync(join(folder, 'sub'))
    expect(refusal(() => sqlite(join(folder, 'sub')))).toMatch(/^storage_unavailable: .*sub is a folder/)
  })
})

describe('a file that is not a whole Florin database', () => {
  test('anything that is no SQLite database is refused and left as it is', () => {
    const file = join(folder, 'letter.txt')
    const text = 'Dear Sir or Madam, '.repeat(400)
    writeFileSync(file, text)
    expect(refusal(() => sqlite(file))).toMatch(/^storage_corrupt: .*letter\.txt is not a SQLite database/)
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(existsSync(`${file}-wal`)).toBe(false)
  })

  test("another application's database is refused and left as it is", () => {
    const file = join(folder, 'theirs.db')
    const db = new Database(file)
    db.exec('create table customers (name)')
    db.close()
    const before = readFileSync(file)
    expect(refusal(() => sqlite(file))).toMatch(/^configuration: .*theirs\.db belongs to another application/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('a damaged page is found on opening', async () => {
    const file = await made('damaged.db', 40)
    const bytes = readFileSync(file)
    const at = (bytes.length * 7) >> 3 // among the rows: the first half is the schema, which every opening reads
    bytes.fill(0xa5, at, at + 8_192)
    writeFileSync(file, bytes)
    expect(refusal(() => sqlite(file))).toMatch(/^storage_corrupt: .*damaged\.db is damaged.*restore a backup/)
    const unchecked = sqlite({ file, integrityCheck: 'none' })
    await expect(unchecked.checkIntegrity()).rejects.toMatchObject({ code: 'storage_corrupt' })
    await unchecked.close()
  })

  test('an index that misses rows passes the quick check and fails the full one', async () => {
    const file = await made('index.db')
    const filled = sqlite(file)
    await filled.commit(batch(change([], [timer('a'), timer('b')])))
    await filled.close()
    const db = new Database(file)
    db.unsafeMode(true)
    db.pragma('writable_schema = on')
    db.exec(`update sqlite_schema set sql = replace(sql, '"due"', '"tries"') where name = 'jobs_due'`)
    db.close()
    const storage = sqlite(file)
    await storage.close()
    expect(refusal(() => sqlite({ file, integrityCheck: 'full' }))).toMatch(/^storage_corrupt: .*jobs_due/)
  })

  test('a truncated file is found on opening', async () => {
    const file = await made('truncated.db', 40)
    writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size - 3 * 4_096))
    expect(refusal(() => sqlite(file))).toMatch(/^storage_corrupt: .*truncated\.db is damaged/)
  })
})

describe('a schema', () => {
  test('that a newer Florin wrote is refused, and nothing is changed', async () => {
    const file = await made('newer.db')
    const db = new Database(file)
    db.exec(`insert into ${MIGRATIONS_TABLE} values (2, 'from-the-future', 0)`)
    db.close()
    const storage = sqlite(file)
    await expect(storage.migrate()).rejects.toMatchObject({
      code: 'schema_newer',
      message: expect.stringMatching(/newer\.db has schema 2, and this version of Florin knows up to 1/),
      details: { found: 2, known: 1 },
    })
    await storage.close()
  })

  test('that is missing is asked for', async () => {
    const storage = sqlite(join(folder, 'empty.db'))
    const told = { code: 'configuration', message: expect.stringContaining('call migrate()') }
    await expect(storage.commit(batch(change([start('x')])))).rejects.toMatchObject(told)
    await expect(storage.head(0)).rejects.toMatchObject(told)
    await storage.migrate()
    expect(await storage.commit(batch(change([start('x')])))).toEqual([{ committed: true }])
    await storage.close()
  })
})
