import { CATALOGUE, isFlorinError, type SealRow, sealEvents } from '@florin/core/storage'
import { postgresDialect, schemaDdl } from '@florin/storage-sql'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { batch, bump, change, event, keyOf, keyTable, start } from '../test/rows.ts'
import { testServer } from '../test/server.ts'
import { type PostgresOptions, type PostgresStorage, postgres } from './index.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { OWN_DDL } from './own-ddl.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

const server = await testServer()
const open: PostgresStorage[] = []
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close()
})
const at = (schema: string, options: Partial<PostgresOptions> = {}): PostgresStorage => {
  const storage = postgres({ url: server.url, schema, ...options })
  open.push(storage)
  return storage
}

/** A schema as the server has it, in words that do not depend on its name; without what only newer servers list (not-null constraints). */
const dump = async (schema: string): Promise<string> => {
  const rows = await server.sql(
    `select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
        case when a.attnotnull then ' not null' else '' end || coalesce(' collate ' || nullif(l.collname, 'default'), '') as line
      from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_collation l on l.oid = a.attcollation
      where c.relnamespace = $1::regnamespace and c.relkind = 'r' and a.attnum > 0
    union all select 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = $1::regnamespace and contype <> 'n'
    union all select 'index ' || pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
      where c.relnamespace = $1::regnamespace
    union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
      where c.relnamespace = $1::regnamespace and not tgisinternal
    union all select 'options ' || relname || ' ' || reloptions::text from pg_class
      where relnamespace = $1::regnamespace and reloptions is not null`,
    [schema],
  )
  const lines = rows.map(({ line }) => String(line).replaceAll(`${schema}.`, ''))
  return `${lines.sort().join('\n')}\n`
}

test('the steps of the schema are what the catalogue describes, and arrive at the schema that is checked in', async () => {
  expect(MIGRATIONS.flatMap(({ statements }) => statements)).toEqual([
    ...OWN_DDL,
    ...schemaDdl(postgresDialect('any'), CATALOGUE),
  ])
  const schema = server.schema()
  await at(schema).migrate()
  await expect(await dump(schema)).toMatchFileSnapshot('migrations/schema.txt')
})

test('of many servers that start at once on an empty database one makes the schema, and all go on', async () => {
  const schema = server.schema()
  const storages = Array.from({ length: 6 }, () => at(schema))
  await Promise.all(storages.map((storage) => storage.migrate()))
  for (const storage of storages) expect(await storage.head(0)).toBeUndefined()
  expect((await storages[0]?.migrations.status())?.taken.map(({ number }) => number)).toEqual(
    MIGRATIONS.map(({ number }) => number),
  )
})

describe('the steps for a command line', () => {
  test('say what is pending, and the plan run by hand does the same as applying it', async () => {
    const [byHand, applied] = [server.schema(), server.schema()]
    const storage = at(byHand)
    expect(await storage.migrations.status()).toMatchObject({
      schema: byHand,
      taken: [],
      pending: [{ number: 1, name: 'first' }],
    })
    await server.sql(await storage.migrations.plan())
    const steps: string[] = []
    expect(await at(applied).migrations.apply(({ name }) => steps.push(name))).toEqual([{ number: 1, name: 'first' }])
    expect(steps).toEqual(['first'])
    expect(await dump(byHand)).toBe(await dump(applied))
    const { taken, pending } = await storage.migrations.status()
    expect([taken.map(({ number, name }) => [number, name]), pending]).toEqual([[[1, 'first']], []])
    expect(Math.abs((taken[0]?.at ?? 0) - Date.now())).toBeLessThan(600_000)
    expect([await storage.migrations.plan(), await storage.migrations.apply()]).toEqual(['', []])
    await storage.migrate()
  })

  test('a server that may not migrate says what is missing, and starts once it is there', async () => {
    const schema = server.schema()
    const storage = at(schema, { migrate: 'never' })
    await expect(storage.migrate()).rejects.toSatisfy(
      (error) => isFlorinError(error, 'configuration') && error.message.includes('lacks 1 first'),
    )
    await storage.migrations.apply()
    await storage.migrate()
  })
})

test('a database that a newer Florin upgraded is refused, whatever is asked of it', async () => {
  const schema = server.schema()
  await at(schema).migrate()
  await server.sql(`insert into "${schema}"."florin_migrations" values (99, 'future', 0)`)
  const storage = at(schema)
  for (const work of [() => storage.migrate(), () => storage.migrations.status(), () => storage.migrations.plan()]) {
    await expect(work()).rejects.toSatisfy(
      (error) => isFlorinError(error, 'schema_newer') && error.message.includes(schema),
    )
  }
})

test('a database keeps its profile', async () => {
  const schema = server.schema()
  await at(schema, { profile: 'portable' }).migrate()
  await at(schema, { profile: 'portable' }).migrate()
  await expect(at(schema).migrate()).rejects.toSatisfy(
    (error) => isFlorinError(error, 'configuration') && /profile 'portable'.*says 'native'/.test(error.message),
  )
})

test('before anything is migrated, every call says so', async () => {
  const storage = at(server.schema())
  await expect(storage.head(0)).rejects.toSatisfy(
    (error) => isFlorinError(error, 'configuration') && error.message.includes('call migrate()'),
  )
})

test('after a restore into a server that counts transactions from the start, new events come after the old ones', async () => {
  const schema = server.schema()
  const before = at(schema)
  await before.migrate()
  await before.commit(batch(change([], [event('old', 1)])))
  const [seal] = sealEvents(undefined, 0, 1, await before.unsealed(10))
  await before.seal(seal as SealRow)
  // What a dump of a server that is a million transactions ahead leaves here.
  await server.sql(`alter table "${schema}"."events" disable trigger user`)
  await server.sql(`update "${schema}"."events" set "xact" = "xact" + 1000000`)
  await server.sql(`alter table "${schema}"."events" enable trigger user`)
  const refused = at(schema, { migrate: 'never' })
  await expect(refused.migrate()).rejects.toSatisfy(
    (error) => isFlorinError(error, 'configuration') && /was restored/.test(error.message),
  )
  const [after, another] = [at(schema), at(schema)]
  await Promise.all([after.migrate(), another.migrate()])
  await after.commit(batch(change([], [event('new', 1)])))
  await another.commit(batch(change([], [event('new', 2)])))
  expect((await after.unsealed(10)).map(({ subject, version }) => [subject, version])).toEqual([
    ['new', 1],
    ['new', 2],
  ])
  expect(await another.unsealed(10, 'all')).toHaveLength(2)
})

test('a row is replaced in its own part of a partitioned table, and what stands at that place in others stays', async () => {
  const schema = server.schema()
  const storage = at(schema)
  await storage.migrate()
  await server.sql(`set search_path to "${schema}"; alter table idempotency_keys rename to whole;
    create table idempotency_keys (like whole) partition by hash (key)`)
  for (const part of [0, 1, 2, 3]) {
    await server.sql(
      `set search_path to "${schema}"; create table part_${part} partition of idempotency_keys for values with (modulus 4, remainder ${part})`,
    )
  }
  await server.sql(`alter table "${schema}"."idempotency_keys" add primary key (merchant, operation, key)`)
  const keys = Array.from({ length: 12 }, (_, i) => `key-${i}`)
  for (const key of keys) await storage.commit(batch(change([start(key)])))
  for (const key of keys) await storage.commit(batch(change([bump(key, 1)])))
  const rows = await storage.load(keyTable, keys.map(keyOf))
  expect(rows.map((row) => row?.version)).toEqual(keys.map(() => 2))
  expect(await storage.commit(batch(change([bump('key-0', 2)])))).toEqual([{ committed: true }])
})
