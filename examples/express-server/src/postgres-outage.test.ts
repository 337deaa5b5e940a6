import { type EmbeddedPostgres, startPostgres } from '@florin/testkit/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFolders, startTestServer, type TestServer } from './test-server.ts'

const folders = createFolders()
const card = { type: 'card', token: 'tok_approve' }
const order = (reference: string) => ({ reference, amount: '49.90', currency: 'EUR', method: card })

let database: EmbeddedPostgres
let server: TestServer

beforeAll(async () => {
  database = await startPostgres()
  server = await startTestServer(folders.make(), { FLORIN_DB: database.url })
}, 120_000)

afterAll(async () => {
  await server?.stop()
  await database?.stop()
  folders.remove()
})

describe('a PostgreSQL that goes away', { timeout: 120_000 }, () => {
  it('costs no payment: it is refused while nothing can be kept, and works again by itself', async () => {
    const before = await server.api.create(order('before'), 'k-before')
    expect(before.body.status).toBe('succeeded')
    await database.kill()

    const asked = performance.now()
    const during = await server.api.create(order('during'), 'k-during')
    expect(during).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } })
    expect(performance.now() - asked).toBeLessThan(15_000)
    const acquirer = server.example.gateways.sandbox?.here?.acquirer
    expect(acquirer?.books().charges).toHaveLength(1) // nobody was asked for what could not be kept

    await database.restart()
    const again = async () => (await server.api.create(order('during'), 'k-during')).body.status
    await expect.poll(again, { timeout: 30_000 }).toBe('succeeded')
    expect(acquirer?.books().charges).toHaveLength(2)
    expect(await server.api.payment(before.body.id)).toMatchObject({ status: 'succeeded', captured: '49.90' })
    const report = await server.example.florin.verify()
    expect(report).toMatchObject({ ok: true, payments: { payments: 2 } })
  })
})
