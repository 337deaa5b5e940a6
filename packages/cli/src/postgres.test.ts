import { postgres } from '@florin/storage-postgres'
import { type TestDatabase, testDatabase } from '@florin/testkit/postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, trade } from '../test/shop.ts'
import { run } from './run.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
}, 60_000)
afterAll(() => database?.close())

const florin = async (...args: readonly string[]) => {
  let [out, err] = ['', '']
  const output = {
    line: (text: string) => {
      out += `${text}\n`
    },
    progress: (text: string) => {
      err += text
    },
    terminal: false,
  }
  const env = { FLORIN_DATABASE: database.url, FLORIN_SCHEMA: database.schema }
  return { code: await run(args, env, output), out, err }
}

const sql = async (text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: database.url, options: `-c search_path=${database.schema}` })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

describe('on a PostgreSQL', { timeout: 60_000 }, () => {
  it('prints what migrating would do, does it once for several at a time, and says so', async () => {
    expect(await florin('status')).toMatchObject({ code: 1, out: expect.stringContaining('1 step is missing') })
    const planned = await florin('migrate', '--dry-run')
    expect(planned).toMatchObject({ code: 0, out: expect.stringContaining('create table "payments"') })
    const all = await Promise.all(Array.from({ length: 4 }, () => florin('migrate', '--json')))
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(all.flatMap(({ out }) => JSON.parse(out).taken)).toEqual([{ number: 1, name: 'first' }])
    const { code, out } = await florin('status', '--json')
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, ok: true, schema: database.schema, unsealed: 0 })
  })

  it('verifies what was traded, and finds what was changed since', async () => {
    const shop = await openShop(postgres({ url: database.url, schema: database.schema }))
    await trade(shop, 'order-1')
    await shop.close()
    expect(await florin('verify')).toMatchObject({ code: 0, out: expect.stringContaining('✓ payments  1 payments') })
    await sql("update payments set captured = captured + 1 where reference = 'order-1'")
    const bad = await florin('verify')
    expect(bad).toMatchObject({ code: 1, out: expect.stringContaining('captured is 4991, its attempts say 4990') })
  })

  it('makes a restored database fit to go on', async () => {
    const at = ['--schema', `${database.schema}_c`]
    await florin('migrate', ...at)
    const shop = await openShop(postgres({ url: database.url, schema: `${database.schema}_c` }))
    await trade(shop, 'order-1')
    await shop.close()
    // What a dump of a server that is a million transactions ahead leaves here.
    const events = `${database.schema}_c.events`
    await sql(`alter table ${events} disable trigger user; update ${events} set xact = xact + 1000000;
      alter table ${events} enable trigger user`)
    expect(await florin('status', ...at)).toMatchObject({ code: 2, err: expect.stringContaining('run florin migrate') })
    expect(await florin('migrate', ...at)).toMatchObject({ code: 0 })
    expect(await florin('status', ...at)).toMatchObject({ code: 0 })
    await sql(`drop schema ${database.schema}_c cascade`)
  })

  it('prints a script that can be run by hand', async () => {
    const { out } = await florin('migrate', '--dry-run', '--schema', `${database.schema}_b`)
    await sql(out)
    expect(await florin('status', '--schema', `${database.schema}_b`)).toMatchObject({ code: 0 })
    await sql(`drop schema ${database.schema}_b cascade`)
  })
})
