import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { CATALOGUE } from '@florin/core/storage'
import { sandbox } from '@florin/testkit'
import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantsFor, postgres } from './index.ts'

let server: EmbeddedPostgres // one of its own: roles belong to a whole server

const ask = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  server = await startPostgres()
}, 120_000)
afterAll(() => server?.stop())

describe.each(['native', 'portable'] as const)('a role with what %s servers are granted', (profile) => {
  const schema = `of_${profile}`
  const role = `app_${profile}`
  const url = (): string => server.url.replace('postgres@', `${role}@`)

  beforeAll(async () => {
    const owner = postgres({ url: server.url, schema, profile })
    await owner.migrate()
    await owner.close()
    await ask(`create role ${role} login; grant all on all tables in schema ${schema} to ${role}`)
    await ask(grantsFor({ role, schema, profile }))
  })

  it('takes payments, and finds them in order', { timeout: 60_000 }, async () => {
    const florin = await createFlorin({
      storage: postgres({ url: url(), schema, profile, migrate: 'never' }),
      gateways: { sandbox: sandbox() },
      keys: ephemeralKeys(systemRuntime().random),
    })
    const method = { type: 'card', token: 'tok_approve' } as const
    const { id } = await florin.payments.create({ reference: 'order-1', amount: '49.90', currency: 'EUR', method })
    await florin.payments.refund(id, { amount: '9.90' })
    for (let turns = 0; turns < 3; turns++) await florin.tick()
    expect(await florin.verify()).toMatchObject({ ok: true, payments: { payments: 1 }, chain: { unsealed: 0 } })
    await florin.close()
  })

  it('may update only columns that ever change, delete only jobs and batches, and truncate nothing', async () => {
    const may =
      await ask(`select c.relname as name, a.attname as column, has_column_privilege('${role}', c.oid, a.attnum, 'update') as update
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relnamespace = '${schema}'::regnamespace and c.relkind = 'r'`)
    const updated = new Set(may.filter((row) => row.update).map(({ name, column }) => `${name}.${column}`))
    const mutable = CATALOGUE.flatMap(({ name, mutable: columns }) => columns.map((column) => ({ name, column })))
    const expected = mutable.length + (profile === 'portable' ? 1 : 0) // the row that commits lock
    expect(updated.size).toBe(expected)
    for (const table of ['events', 'entries', 'seals', 'ledger_transactions', 'payment_winners']) {
      expect([...updated].filter((column) => column.startsWith(`${table}.`))).toEqual([])
    }
    const whole =
      await ask(`select relname as name from pg_class where relnamespace = '${schema}'::regnamespace and relkind = 'r'
      and (has_table_privilege('${role}', oid, 'delete') or has_table_privilege('${role}', oid, 'truncate'))`)
    expect(whole.map(({ name }) => name).toSorted()).toEqual(['florin_batches', 'jobs'])
  })
})

it.each(['', 'a"b', 'x'.repeat(64)])("grants nothing to '%s', which is no name", (role) => {
  expect(() => grantsFor({ role })).toThrow(/the role must be a name/)
})
