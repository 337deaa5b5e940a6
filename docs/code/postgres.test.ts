import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { postgres } from '@florin/storage-postgres'
import { sandbox } from '@florin/testkit'
import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/postgres.md'), 'utf8')
const roles = readFileSync(join(root, 'docs/code/postgres-roles.sql'), 'utf8')
const DENIED = { code: '42501' } // insufficient_privilege

let server: EmbeddedPostgres // one of its own: roles belong to a whole server
let shop: Florin

/** The database, as a role. */
const as = (role: string): string => server.url.replace('postgres@', `${role}@`)

const ask = async (role: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: as(role) })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const florin = (role: string, ...args: readonly string[]) => {
  const program = join(root, 'packages/cli/src/main.ts')
  const env = { PATH: process.env.PATH, DATABASE_URL: as(role) }
  return spawnSync(process.execPath, ['--conditions=@florin/source', program, ...args], { encoding: 'utf8', env })
}

beforeAll(async () => {
  server = await startPostgres()
  await ask('postgres', roles)
}, 120_000)

afterAll(async () => {
  await shop?.close()
  await server?.stop()
})

describe("the guide's roles", { timeout: 120_000 }, () => {
  it('are the ones that run here', () => {
    const [, shown] = /<!-- code: docs\/code\/postgres-roles\.sql -->\n```sql\n([\s\S]*?)```/.exec(guide) ?? []
    expect(shown).toBe(roles)
  })

  it('let the owner take the steps, and grant what the servers need, again and again', async () => {
    expect(florin('florin_owner', 'migrate')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1 step taken'),
    })
    const { stdout: grants, status } = florin('florin_owner', 'grants', '--role', 'florin_app')
    expect(status).toBe(0)
    await ask('florin_owner', grants)
    await ask('florin_owner', grants)
  })

  it('let the servers take payments, and give money back', async () => {
    shop = await createFlorin({
      storage: postgres({ url: as('florin_app') }),
      gateways: { sandbox: sandbox() },
      keys: ephemeralKeys(systemRuntime().random),
    })
    const method = { type: 'card', token: 'tok_approve' } as const
    const order = { reference: 'order-1', amount: '49.90', currency: 'EUR', method } as const
    const { id } = await shop.payments.create(order, { idempotencyKey: 'k-1' })
    expect((await shop.payments.create(order, { idempotencyKey: 'k-1' })).id).toBe(id)
    expect(await shop.payments.refund(id, { amount: '9.90' })).toMatchObject({ refundState: 'partial' })
    const held = await shop.payments.create({ ...order, reference: 'order-2', capture: 'manual' })
    await shop.payments.capture(held.id, { amount: '20.00' })
    for (let turns = 0; turns < 3; turns++) await shop.tick()
    expect(await shop.verify()).toMatchObject({ ok: true, chain: { unsealed: 0 } })
  })

  it.each([
    ["update florin.events set type = 'x'"],
    ['delete from florin.events'],
    ['truncate florin.events'],
    ['update florin.entries set amount = 1'],
    ['delete from florin.entries'],
    ["update florin.seals set hash = '\\x00'"],
    ['update florin.ledger_transactions set digest = null'],
    ['delete from florin.payments'],
    ["update florin.payments set currency = 'USD'"],
    ['delete from florin.payment_winners'],
    ['delete from florin.accounts'],
    ['alter table florin.events disable trigger all'],
    ['drop table florin.events'],
    ['insert into florin.florin_migrations values (99, $$x$$, 0)'],
    ["update florin.florin_state set value = 'portable'"],
    ['create table florin.mine (n int)'],
    ['create temporary table mine (n int)'],
  ])('do not let the servers: %s', async (sql) => {
    await expect(ask('florin_app', sql)).rejects.toMatchObject(DENIED)
  })

  it('do not let even the owner change or remove what happened, short of removing the triggers', async () => {
    for (const sql of [
      "update florin.events set type = 'x'",
      'delete from florin.entries',
      'delete from florin.seals',
    ]) {
      await expect(ask('florin_owner', sql)).rejects.toMatchObject({ code: '23001' }) // restrict_violation
    }
  })

  it('let the auditor verify, and write nothing', async () => {
    expect(florin('florin_auditor', 'verify')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('✓ payments  2'),
    })
    await expect(ask('florin_auditor', "update florin.payments set status = 'declined'")).rejects.toMatchObject(DENIED)
    await expect(ask('florin_auditor', 'insert into florin.jobs default values')).rejects.toMatchObject(DENIED)
  })
})
