import {
  amount,
  CATALOGUE,
  count,
  defineTable,
  flag,
  id,
  instant,
  nullable,
  oneOf,
  sealed,
  text,
} from '@florin/core/storage'
import { expect, test } from 'vitest'
import { schemaDdl, schemaText, tableDdl } from './ddl.ts'
import { SQLITE } from './sqlite-dialect.ts'

const sample = defineTable('sample', {
  columns: {
    merchant: text(),
    id: id('smp'),
    state: oneOf('on', "it's"),
    paidTotal: nullable(amount()),
    final: flag(),
    secret: sealed(),
    due: nullable(instant()),
    version: count(),
  },
  key: ['merchant', 'id'],
  unique: { total: ['merchant', 'paidTotal'] },
  index: { due: ['due', 'merchant'], state: ['merchant', 'state'] },
  mutable: ['state', 'due', 'version'],
})

test('a table has typed columns, named checks, its keys and indexes, and guards', () => {
  expect(tableDdl(SQLITE, sample)).toEqual([
    `create table "sample" (
  "merchant" text not null, "id" text not null,
  "state" text not null constraint "sample_state" check ("state" in ('on', 'it''s')),
  "paid_total" integer constraint "sample_paid_total" check ("paid_total" >= 0),
  "final" integer not null constraint "sample_final" check ("final" in (0, 1)), "secret" blob not null,
  "due" integer, "version" integer not null constraint "sample_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid`,
    'create unique index "sample_total" on "sample" ("merchant", "paid_total")',
    'create index "sample_due" on "sample" ("due", "merchant") where "due" is not null',
    'create index "sample_state" on "sample" ("merchant", "state")',
    `create trigger "sample_fixed" before update of "merchant", "id", "paid_total", "final", "secret" on "sample" begin select raise(abort, 'sample: a column that never changes'); end`,
    `create trigger "sample_kept" before delete on "sample" begin select raise(abort, 'sample: rows are never deleted'); end`,
  ])
})

test('a table without mutable columns is append-only, and only a transient one lets rows go', () => {
  const shape = { columns: { merchant: text(), id: text() }, key: ['merchant', 'id'] } as const
  const log = tableDdl(SQLITE, defineTable('log', shape))
  expect(log.slice(1)).toEqual([
    `create trigger "log_frozen" before update on "log" begin select raise(abort, 'log is append-only'); end`,
    `create trigger "log_kept" before delete on "log" begin select raise(abort, 'log: rows are never deleted'); end`,
  ])
  const queue = tableDdl(SQLITE, defineTable('queue', { ...shape, transient: true }))
  expect(queue.join()).not.toContain('before delete')
})

test('the whole catalogue has names that a database keeps apart', () => {
  const statements = schemaDdl(SQLITE, CATALOGUE)
  const names = statements.map(
    (statement) => /^create (?:unique )?(?:table|index|trigger) "([^"]+)"/.exec(statement)?.[1],
  )
  expect(new Set(names).size).toBe(statements.length)
})

test('a schema as text does not depend on the order in which it was made', () => {
  expect(schemaText(['b', 'a\n'])).toBe('a;\n\nb;\n')
})
