import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { grantsFor, postgres } from '@florin/storage-postgres'
import { sandbox } from '@florin/testkit'
import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/postgres.md'), 'utf8')
const script = readFileSync(join(root, 'docs/code/postgres-partitions.sql'), 'utf8')
const MERCHANTS = ['mer_1', 'mer_2', 'mer_3', 'mer_4', 'mer_5', 'mer_6']

let server: EmbeddedPostgres

const ask = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const open = (url: string): Promise<Florin> =>
  createFlorin({
    storage: postgres(url),
    gateways: { sandbox: sandbox() },
    keys: ephemeralKeys(systemRuntime().random),
  })

const trade = async (florin: Florin, reference: string): Promise<void> => {
  const method = { type: 'card', token: 'tok_approve' } as const
  await Promise.all(
    MERCHANTS.map(async (merchant) => {
      const { payments } = florin.for(merchant)
      const { id } = await payments.create({ reference, amount: '49.90', currency: 'EUR', method })
      await payments.refund(id, { amount: '9.90' })
    }),
  )
  for (let turns = 0; turns < 3; turns++) await florin.tick()
}

beforeAll(async () => {
  server = await startPostgres()
}, 120_000)
afterAll(() => server?.stop())

describe("the guide's partitions", { timeout: 120_000 }, () => {
  it('are the ones that run here', () => {
    const [, shown] = /<!-- code: docs\/code\/postgres-partitions\.sql -->\n```sql\n([\s\S]*?)```/.exec(guide) ?? []
    expect(shown).toBe(script)
  })

  it('take over what was there, and Florin goes on as before: as a role that owns nothing, too', async () => {
    const before = await open(server.url)
    await trade(before, 'order-1')
    await before.close()
    await ask(script)
    await ask(`create role shop_app login; ${grantsFor({ role: 'shop_app' })}`)
    const after = await open(server.url.replace('postgres@', 'shop_app@'))
    await trade(after, 'order-2')
    expect(await after.verify()).toMatchObject({
      ok: true,
      payments: { payments: 2 * MERCHANTS.length },
      chain: { unsealed: 0 },
    })
    await after.close()
    const parts = await ask('select distinct tableoid::regclass as part from florin.entries')
    expect(parts.length).toBeGreaterThan(2)
  })

  it.each(['events', 'events_0', 'entries', 'entries_15'])('refuse changes of %s, as the whole did', async (table) => {
    await expect(ask(`delete from florin.${table}`)).rejects.toMatchObject({ code: '23001' })
    await expect(ask(`update florin.${table} set merchant = 'x'`)).rejects.toMatchObject({ code: '23001' })
  })
})
