import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { sandbox } from '@florin/testkit'
import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type PostgresOptions, postgres } from './index.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

/** What the guide says that a PostgreSQL-compatible distributed database may lack. */
const LACKING: Readonly<Record<string, RegExp>> = {
  'transaction numbers': /pg_current_xact_id|\btxid_|::xid/i,
  snapshots: /pg_(current_)?snapshot/i,
  'positions in the log': /pg_current_wal|pg_last_wal|pg_walfile/i,
  'physical places': /\bctid\b|\btableoid\b/i,
  'planner settings': /enable_(seqscan|hashjoin|mergejoin|bitmapscan|sort)|plan_cache_mode|\bjit\b/i,
  'discarded plans': /\bdiscard\b/i,
  'advisory locks': /pg_advisory|pg_try_advisory/i,
  'listen and notify': /\b(listen|notify)\b/i,
  savepoints: /\bsavepoint\b/i,
  sequences: /\b(nextval|setval|bigserial|generated (always|by default))\b/i,
  'foreign keys': /\bforeign key\b|\breferences\b/i,
  'locks on tables': /\block table\b/i,
}

let server: EmbeddedPostgres
let heard = ''
/** Stands before the server and hears all that it is asked: statements are texts on the wire. */
const listener = createServer((client) => {
  const upstream = connect(server.port, '127.0.0.1')
  client.on('data', (data: Buffer) => {
    heard += data.toString('latin1')
  })
  client.pipe(upstream).pipe(client)
  for (const socket of [client, upstream]) socket.on('error', () => client.destroy())
})

beforeAll(async () => {
  server = await startPostgres()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
})
afterAll(async () => {
  listener.close()
  await server?.stop()
})

/** Everything that the server was asked by a Florin that migrates, sells, refunds, recovers and verifies. */
const statementsOf = async (profile: NonNullable<PostgresOptions['profile']>): Promise<string> => {
  const schema = `florin_${profile}`
  const url = new URL(server.url)
  url.port = String((listener.address() as AddressInfo).port)
  heard = ''
  const storage = postgres({ url: url.href, schema, profile })
  const keys = ephemeralKeys(systemRuntime().random)
  const florin = await createFlorin({ storage, gateways: { sandbox: sandbox() }, keys })
  florin.start()
  const method = { type: 'card', token: 'tok_approve' } as const
  const order = { amount: '9.00', currency: 'EUR', method } as const
  const { id } = await florin.payments.create({ ...order, reference: profile })
  await florin.payments.refund(id, { amount: '1.00' })
  await florin.payments.create({ ...order, reference: profile }, { idempotencyKey: 'again' }).catch(() => {}) // loses
  await florin.tick()
  expect(await florin.verify()).toMatchObject({ ok: true })
  await florin.close()
  return heard
}

test('the portable profile asks for nothing that the guide says it leaves out; the native one would be noticed', async () => {
  const portable = await statementsOf('portable')
  expect(portable).toMatch(/insert into "florin_portable"."events"/)
  const used = (text: string): string[] =>
    Object.entries(LACKING).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []))
  expect(used(portable)).toEqual([])
  expect(used(await statementsOf('native'))).toEqual(
    expect.arrayContaining(['transaction numbers', 'snapshots', 'planner settings', 'discarded plans']),
  )
})
