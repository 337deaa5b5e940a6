import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { grantsFor, postgres } from '@florin/storage-postgres'
import { createAcquirer, sandbox, startSandboxServer } from '@florin/testkit'
import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/postgres.md'), 'utf8')
const textOf = (name: string): string => readFileSync(join(root, 'docs/code', name), 'utf8')
const SCRIPTS = ['postgres-months.sql', 'postgres-next-month.sql']
const keys = ephemeralKeys(systemRuntime().random)

let server: EmbeddedPostgres
const acquirer = await startSandboxServer({ acquirer: createAcquirer() })
const open = (url: string): Promise<Florin> =>
  createFlorin({
    storage: postgres(url),
    gateways: { sandbox: sandbox({ baseUrl: acquirer.url, apiKey: 'sandbox_default' }) },
    keys,
  })
const pay = ({ payments }: Pick<Florin, 'payments'>, reference: string) =>
  payments.create({ reference, amount: '49.90', currency: 'EUR', method: { type: 'card', token: 'tok_approve' } })
const partsOf = async (table: string): Promise<readonly unknown[]> => {
  const rows = await server.sql(`select distinct tableoid::regclass::text as part from florin.${table} order by 1`)
  return rows.map(({ part }) => part)
}
const month = (ahead: number): string => {
  const now = new Date()
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
  return `${at.getUTCFullYear()}_${String(at.getUTCMonth() + 1).padStart(2, '0')}`
}

/** The first ten characters of an id's body. */
const instantOf = (ms: number): string => {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  return Array.from({ length: 10 }, (_, place) => alphabet[Math.floor(ms / 32 ** (9 - place)) % 32]).join('')
}

beforeAll(async () => {
  server = await startPostgres()
}, 120_000)
afterAll(async () => {
  await acquirer.close()
  await server?.stop()
})

describe("the guide's months", { timeout: 120_000 }, () => {
  it.each(SCRIPTS)('are the ones that run here: %s', (name) => {
    const shown = guide.split(`<!-- code: docs/code/${name} -->\n\`\`\`sql\n`)[1]?.split('```')[0]
    expect(shown).toBe(textOf(name))
  })

  it('take over what was there; while servers take payments the next one is added, and nobody waits or is refused', async () => {
    const before = await open(server.url)
    const { id } = await pay(before, 'before')
    await before.close()
    await server.sql(textOf('postgres-months.sql'))
    expect(await partsOf('attempts')).toEqual([`florin.attempts_${month(0)}`])
    await server.sql(`create role shop_app login; ${grantsFor({ role: 'shop_app' })}`)

    const florin = await open(server.url.replace('postgres@', 'shop_app@'))
    let running = true
    const told: string[] = []
    const buy = async (buyer: number): Promise<void> => {
      for (let n = 0; running; n++) told.push((await pay(florin, `${buyer}-${n}`)).status)
    }
    const buyers = [1, 2, 3, 4].map(buy)
    await server.sql(textOf('postgres-next-month.sql'))
    await server.sql(textOf('postgres-next-month.sql')) // a second time it is there
    running = false
    await Promise.all(buyers)
    expect(told.length).toBeGreaterThan(3)
    expect(new Set(told)).toEqual(new Set(['succeeded']))
    expect((await florin.payments.refund(id)).refunded).toBe('49.90')
    for (let turns = 0; turns < 3; turns++) await florin.tick()
    expect(await florin.verify()).toMatchObject({ ok: true, chain: { unsealed: 0 } })
    await florin.close()
    expect(await partsOf('events')).toContain(`florin.events_${month(0)}`)
    expect(await server.sql(`select to_regclass('florin.events_${month(2)}') is not null as there`)).toEqual([
      { there: true },
    ])
  })

  it('and whatever else the guide says can be divided: Florin trades on over all of it', async () => {
    await server.sql('create database divided')
    const url = new URL(server.url)
    url.pathname = '/divided'
    await (await open(url.href)).close() // makes the tables
    const wholes = ['payments', 'idempotency_keys', 'customers', 'payment_methods', 'checkouts', 'accounts', 'entries']
    const byMerchant = [...wholes, 'ledger_transactions', 'gateway_refs', 'allocations', 'events', 'attempts']
    const byPayment = ['refunds', 'obligations', 'reviews', 'shares', 'payment_winners']
    const byTime = [...byPayment.map((name) => [name, 'payment']), ['seals', 'first'], ['webhook_bodies', 'id']]
    const divide = (name = '', how: string, parts: readonly string[]): string =>
      [
        `alter table florin.${name} rename to ${name}_whole`,
        `create table florin.${name} (like florin.${name}_whole including all) partition by ${how}`,
        ...parts.map((part, i) => `create table florin.${name}_${i} partition of florin.${name} ${part}`),
        `insert into florin.${name} select * from florin.${name}_whole`,
        `drop table florin.${name}_whole`,
      ].join(';')
    const half = (rest: number): string => `for values with (modulus 2, remainder ${rest})`
    const middle = (name = ''): string => (name === 'seals' ? '5' : 'ffffffff-0000-0000-0000-000000000000')
    const client = new pg.Client(url.href)
    await client.connect()
    for (const name of byMerchant) await client.query(divide(name, 'hash (merchant)', [half(0), half(1)]))
    for (const [name, column] of byTime) {
      const parts = [`for values from (minvalue) to ('${middle(name)}')`, 'default']
      await client.query(divide(name, `range (${column})`, parts))
    }
    const florin = await open(url.href)
    for (const merchant of ['mer_1', 'mer_2', 'mer_3']) {
      const api = florin.for(merchant)
      const { id } = await pay(api, 'first')
      expect((await api.payments.refund(id)).refunded).toBe('49.90')
      expect(await pay(api, 'first')).toMatchObject({ id }) // its key is found in its part
    }
    for (let turns = 0; turns < 3; turns++) await florin.tick()
    expect(await florin.verify()).toMatchObject({ ok: true, payments: { payments: 3 }, chain: { unsealed: 0 } })
    await florin.close()
    const { rows } = await client.query('select distinct tableoid::regclass::text as part from florin.seals')
    expect(rows).toHaveLength(2)
    await client.end()
  })

  it('begin and end with their months, by the instants in ids', async () => {
    await server.sql("select florin.make_month('2031-12-24')")
    const bounds = async (part: string): Promise<readonly string[]> => {
      const [row] = await server.sql(
        `select pg_get_expr(relpartbound, oid) as bound from pg_class where oid = 'florin.${part}'::regclass`,
      )
      return [...String(row?.bound).matchAll(/'([^']+)'/g)].map(([, text = '']) => text)
    }
    const instants = [Date.UTC(2031, 11, 1), Date.UTC(2032, 0, 1)]
    expect(await bounds('events_2031_12')).toEqual(instants.map((ms) => `pay_${instantOf(ms)}`))
    const hex = (ms: number) => ms.toString(16).padStart(12, '0')
    expect((await bounds('attempts_2031_12')).map((id) => id.replaceAll('-', ''))).toEqual(
      instants.map((ms) => hex(ms).padEnd(32, '0')),
    )
  })

  it.each(['events', 'events_rest', 'attempts'])('refuse deletions from %s, as the whole did', async (table) => {
    for (const part of [table, `${table.split('_')[0]}_${month(0)}`])
      await expect(server.sql(`delete from florin.${part}`)).rejects.toMatchObject({ code: '23001' })
  })
})
