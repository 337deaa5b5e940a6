import { join } from 'node:path'
import { type AnyTable, CATALOGUE } from '@florin/core/storage'
import { SQLITE, tableReads } from '@florin/storage-sql'
import Database from 'better-sqlite3'
import { beforeAll, expect, test, vi } from 'vitest'
import { batch, change, event, events, keyOf, keyTable, start } from '../test/rows.ts'
import { tempFolder } from '../test/temp-folder.ts'
import { sqlite } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = tempFolder('reads')
const file = join(folder, 'plans.db')
let db: Database.Database

beforeAll(async () => {
  const storage = sqlite(file)
  await storage.migrate()
  await storage.close()
  db = new Database(file)
  return () => db.close()
})

const indexes = (table: AnyTable): string[] => ['key', ...Object.keys(table.unique), ...Object.keys(table.index)]
const columnsOf = (table: AnyTable, index: string): readonly string[] => {
  const declared = { ...table.unique, ...table.index, key: table.key } as Record<string, readonly string[]>
  return declared[index] ?? []
}
const every = CATALOGUE.flatMap((table) => indexes(table).map((index) => [table.name, index, table] as const))

/** Any value that the column's kind admits in a cursor. */
const sample = (table: AnyTable, name: string): unknown => {
  const { kind } = table.columns[name] as { kind: string }
  return kind === 'count' || kind === 'instant' ? 1 : kind === 'flag' ? true : 'x'
}

test.each(every)('a page of %s by %s is read in the order of its index, never sorted', (_, index, table) => {
  const declared = columnsOf(table, index)
  const all = [...declared, ...(table.key as readonly string[]).filter((name) => !declared.includes(name))]
  for (let fixed = 0; fixed <= declared.length; fixed++) {
    const equals = Object.fromEntries(declared.slice(0, fixed).map((name) => [name, sample(table, name)]))
    const open = all.slice(fixed)
    const after = Buffer.from(JSON.stringify(open.map((name) => sample(table, name)))).toString('base64url')
    const from = fixed < declared.length ? { from: sample(table, open[0] as string) as string } : {}
    for (const query of [{}, { descending: true }, { after }, { after, descending: true }, from]) {
      const { sql, parameters } = tableReads(SQLITE, table).page({ index, equals, limit: 10, ...query })
      const plan = db.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...parameters)
      const text = plan.map(({ detail }) => detail).join('; ')
      expect(text).not.toContain('TEMP B-TREE')
      if (index === 'key') expect(text).not.toContain('USING INDEX')
      else expect(text).toContain(`INDEX ${table.name}_${index}`)
      if (fixed > 0 || 'after' in query || 'from' in query) expect(text).toMatch(/^SEARCH/)
    }
  }
})

test('bytes of megabytes, long text and text of every plane come back as they were given', async () => {
  const storage = sqlite(join(folder, 'large.db'))
  await storage.migrate()
  const bytes = new Uint8Array(8 * 1024 * 1024).map((_, i) => i % 251)
  const text = '\u0000\u{10ffff}😀é"\\\u2028'.repeat(50_000)
  await storage.commit(batch(change([start('large', bytes)], [event('s', 1, { text, list: [text.length, null] })])))
  const [row] = await storage.load(keyTable, [keyOf('large')])
  expect(Buffer.compare((row as { result: Uint8Array }).result, bytes)).toBe(0)
  for await (const page of storage.scan(events, { index: 'key', equals: {} })) {
    expect(page.map(({ data }) => data)).toEqual([{ text, list: [text.length, null] }])
  }
  await storage.close()
})
