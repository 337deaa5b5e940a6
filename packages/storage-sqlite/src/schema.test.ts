import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnyTable, CATALOGUE, type Column } from '@florin/core/storage'
import { MIGRATIONS_TABLE, SQLITE, schemaDdl, schemaText, sqlName } from '@florin/storage-sql'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { tempFolder } from '../test/temp-folder.ts'
import { sqlite } from './index.ts'
import { schemaOf } from './migrate.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const file = join(tempFolder('schema'), 'fresh.db')
let db: Database.Database

beforeAll(async () => {
  const storage = sqlite(file)
  await storage.migrate()
  await storage.close()
  db = new Database(file)
  db.pragma('recursive_triggers = on') // as Florin's own connections: `insert or replace` then asks the triggers too
  return () => db.close()
})

const committed = (): string => readFileSync(new URL('migrations/schema.sql', import.meta.url), 'utf8')

// When one of these two fails after a change of the catalogue: write a new migration (before the first release: run
// scripts/write-first-migration.ts), and commit the schema.sql that it arrives at.
test('the migrations arrive at the committed schema', () => {
  expect(schemaText(schemaOf(db))).toBe(committed())
})

test('the committed schema is what the catalogue describes', () => {
  expect(schemaText(schemaDdl(SQLITE, CATALOGUE))).toBe(committed())
})

test('the steps that were taken are on record', () => {
  expect(db.prepare(`select number, name from ${MIGRATIONS_TABLE}`).all()).toEqual([{ number: 1, name: 'first' }])
})

test('the plan is what migrating would do, as a script, and nothing once that was done', async () => {
  const planned = sqlite(join(tempFolder('plan'), 'planned.db'))
  expect(await planned.migrations.status()).toEqual({
    schema: 'main',
    taken: [],
    pending: [{ number: 1, name: 'first' }],
  })
  const other = new Database(planned.file)
  other.exec(await planned.migrations.plan())
  expect(schemaText(schemaOf(other))).toBe(committed())
  other.close()
  expect(await planned.migrations.status()).toMatchObject({ taken: [{ number: 1, name: 'first' }], pending: [] })
  expect(await planned.migrations.plan()).toBe('')
  expect(await planned.migrations.apply()).toEqual([])
  await planned.close()
})

test('applying tells each step before it is taken, and which were', async () => {
  const applied = sqlite(join(tempFolder('apply'), 'applied.db'))
  const told: unknown[] = []
  expect(await applied.migrations.apply((step) => void told.push(step))).toEqual([{ number: 1, name: 'first' }])
  expect(told).toEqual([{ number: 1, name: 'first' }])
  await applied.close()
})

/** A row that satisfies every check, as SQL literals by column. */
const literals = (table: AnyTable, mark: number): Record<string, string> => {
  const literalOf = ({ kind, oneOf }: Column): string => {
    if (oneOf !== undefined) return `'${oneOf[0]}'`
    if (kind === 'bytes' || kind === 'sealed') return "x'00'"
    return kind === 'text' || kind === 'id' || kind === 'json' ? `'v${mark}'` : '1'
  }
  const columns = table.columns as Record<string, Column>
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, literalOf(column)]))
}

const insert = (table: AnyTable, row: Record<string, string>): void => {
  const names = Object.keys(row).map((name) => `"${sqlName(name)}"`)
  db.exec(`insert into "${table.name}" (${names.join(', ')}) values (${Object.values(row).join(', ')})`)
}

describe.each(CATALOGUE.map((table) => [table.name, table] as const))('%s, by raw SQL,', (name, table) => {
  const columns = table.columns as Record<string, Column>
  const mutable: readonly string[] = table.mutable

  beforeAll(() => insert(table, literals(table, 1)))

  test(`${mutable.length === 0 ? 'refuses every update' : 'updates only its mutable columns'}`, () => {
    for (const column of Object.keys(columns)) {
      const update = () => db.exec(`update "${name}" set "${sqlName(column)}" = "${sqlName(column)}"`)
      if (mutable.includes(column)) expect(update).not.toThrow()
      else expect(update).toThrow(mutable.length === 0 ? 'is append-only' : 'a column that never changes')
    }
  })

  test(table.transient ? 'lets its rows go' : 'keeps its rows, also from insert or replace', () => {
    const remove = () => db.exec(`delete from "${name}"`)
    const over = () => db.exec(`insert or replace into "${name}" select * from "${name}"`)
    if (table.transient) {
      expect(remove).not.toThrow()
      return
    }
    expect(remove).toThrow('rows are never deleted')
    expect(over).toThrow('rows are never deleted')
    expect(db.prepare(`select count(*) from "${name}"`).pluck().get()).toBe(1)
  })

  test('refuses null, another type, a value below its limit and one that is not listed', () => {
    for (const [column, { nullable, oneOf, atLeast, kind }] of Object.entries(columns)) {
      const wrong = (value: string) => () => insert(table, { ...literals(table, 2), [column]: value })
      if (!nullable) expect(wrong('null')).toThrow('NOT NULL constraint failed')
      if (oneOf !== undefined) expect(wrong("'something else'")).toThrow(`${name}_${sqlName(column)}`)
      if (atLeast !== undefined) expect(wrong(String(atLeast - 1))).toThrow(`${name}_${sqlName(column)}`)
      if (kind === 'flag') expect(wrong('2')).toThrow(`${name}_${sqlName(column)}`)
      if (kind === 'minor' || kind === 'count' || kind === 'instant')
        expect(wrong("'many'")).toThrow('cannot store TEXT')
    }
  })
})
