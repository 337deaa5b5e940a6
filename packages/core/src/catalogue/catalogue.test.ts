import { expect, test } from 'vitest'
import type { Column } from '../records/index.ts'
import { CATALOGUE } from './index.ts'

const each = CATALOGUE.map((table) => ({ table, name: table.name, columns: table.columns as Record<string, Column> }))
const keysOf = (table: (typeof CATALOGUE)[number]): readonly (readonly string[])[] => [
  table.key,
  ...Object.values(table.unique as Record<string, readonly string[]>),
]

/** Tables that are not one merchant's. Every other key starts with the merchant, so that a merchant can move to a shard of its own. */
const SHARED: Readonly<Record<string, string>> = {
  jobs: 'a worker leases from one queue for all merchants',
  seals: 'one chain a partition covers the events of all its merchants',
  webhook_inbox: 'a delivery is stored before anybody knows whose it is',
  webhook_bodies: 'so are its bytes',
  webhook_evidence: 'what is not authentic is nobody’s',
  reconciliation_sources: 'a gateway account or bank is that of all its merchants',
  reconciliation_runs: 'so are its files',
  statement_lines: 'so are their lines, some of which are nobody’s',
  statement_parts: 'so is what they say',
  odd_lines: 'so are those that did not fit',
  late_matches: 'so is what they settle',
  gateway_batches: 'a payout holds the money of many merchants',
  gateway_batch_parts: 'a payout’s parts are read together',
  breaks: 'a difference belongs to a source before it is anybody’s',
  reconciliation_places: 'a check reads one stream of all merchants',
  servers: 'what servers see of gateways concerns all merchants',
}

test('table names are unique, and so are the names within a table', () => {
  const names = CATALOGUE.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { table } of each) {
    const own = [...Object.keys(table.unique), ...Object.keys(table.index)]
    expect(new Set(own).size, table.name).toBe(own.length)
  }
})

test('the name key always means the primary key, save for the waiting key of a job', () => {
  for (const { table, name } of each) {
    expect(Object.keys(table.index), name).not.toContain('key')
    if (name !== 'jobs') expect(Object.keys(table.unique), name).not.toContain('key')
  }
})

test.each(each)(
  '$name: names are such that any database takes them, and differ without regard to case',
  ({ table, columns }) => {
    expect(table.name).toMatch(/^[a-z][a-z_]*$/)
    for (const name of [...Object.keys(columns), ...Object.keys(table.unique), ...Object.keys(table.index)]) {
      expect(name).toMatch(/^[a-z][a-zA-Z]*$/)
    }
    const lower = Object.keys(columns).map((name) => name.toLowerCase())
    expect(new Set(lower).size).toBe(lower.length)
  },
)

test.each(each)(
  '$name: the key and every unique key start with the merchant, or the table is known to be shared',
  ({ table }) => {
    for (const key of keysOf(table)) {
      if (table.name in SHARED) expect(key[0]).not.toBe('merchant')
      else expect(key[0]).toBe('merchant')
    }
  },
)

test.each(each)('$name: keys and indexes hold what every database orders alike', ({ table, columns }) => {
  for (const key of keysOf(table)) {
    for (const name of key) {
      expect(columns[name]?.nullable, name).toBe(false)
      expect(['id', 'text', 'count', 'instant'], name).toContain(columns[name]?.kind)
    }
  }
  for (const index of Object.values(table.index as Record<string, readonly string[]>)) {
    index.forEach((name, at) => {
      expect(['id', 'text', 'count', 'instant'], name).toContain(columns[name]?.kind)
      if (at > 0) expect(columns[name]?.nullable, `${name}: only the first column may leave rows out`).toBe(false)
    })
  }
})

test.each(each)('$name: what identifies a row never changes', ({ table }) => {
  for (const name of keysOf(table).flat()) expect(table.mutable).not.toContain(name)
})

test.each(each)('$name: what changes has a version, or is a job', ({ table }) => {
  if (table.mutable.length > 0 && table.name !== 'jobs') expect(table.mutable).toContain('version')
})

test.each(each)('$name: ids name their prefix, choices their values', ({ columns }) => {
  for (const [name, column] of Object.entries(columns)) {
    if (column.kind === 'id') expect(column.prefix, name).toMatch(/^[a-z]{2,5}$/)
    if (column.oneOf !== undefined) expect(new Set(column.oneOf).size, name).toBe(column.oneOf.length)
  }
})

test('a table that another holds begins its keys with the key of that one, whose rows are replaced by version', () => {
  const held = CATALOGUE.filter(({ heldBy }) => heldBy !== null)
  expect(held.map(({ name, heldBy }) => [name, heldBy])).toEqual([['statement_lines', 'reconciliation_sources']])
  for (const table of held) {
    const holder = CATALOGUE.find(({ name }) => name === table.heldBy)
    expect(holder?.mutable).toContain('version')
    for (const key of keysOf(table)) expect(key.slice(0, holder?.key.length)).toEqual(holder?.key)
  }
})

test('only jobs leave their table', () => {
  expect(CATALOGUE.filter(({ transient }) => transient).map(({ name }) => name)).toEqual(['jobs'])
})
