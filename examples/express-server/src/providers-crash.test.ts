import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createApiClient } from './api-client.ts'
import { type Child, startChild } from './faults/child.ts'
import { PROVIDERS } from './test-providers.ts'
import { createFolders, startTestServer } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

const SLOW_MS = 600 // longer than a kill takes, so that the answer never finds the server that asked
const ended: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

describe.each(PROVIDERS)('kill -9 with $name behind the server', { timeout: 150_000 }, ({ name, tokens, start }) => {
  it('loses no payment and no refund, and makes none twice', async () => {
    const folder = folders.make()
    let url = ''
    let server: Child | undefined
    const { double, env, slowNext } = await start(() => url)
    ended.push(
      () => server?.kill() ?? Promise.resolve(),
      () => double.close(),
    )
    const startServer = async (): Promise<void> => {
      const port = url === '' ? '0' : new URL(url).port
      const quick = { FLORIN_LEASE_MS: '200', FLORIN_RECOVERY_MS: '50' }
      server = await startChild('../main.ts', { ...env, ...quick, PORT: port, FLORIN_DB: `${folder}/test.db` })
      url = server.ready
    }
    /** Kills the server while the provider does what it was asked, before anybody was answered; and starts it again. */
    const killDuring = async (what: 'charge' | 'refund', ask: () => Promise<unknown>): Promise<void> => {
      const before = double.mutations()
      slowNext(what, SLOW_MS)
      const answer = ask().then(
        () => 'answered',
        () => 'cut off',
      )
      await expect.poll(() => double.mutations(), { interval: 5, timeout: 5_000 }).toBeGreaterThan(before)
      await server?.kill()
      expect(await answer).toBe('cut off')
      await startServer()
    }
    await startServer()
    const api = createApiClient(url, 'demo')
    const order = {
      reference: `${name}-killed`,
      amount: '100.00',
      currency: 'EUR',
      method: { type: 'card', token: tokens.approved },
    }

    await killDuring('charge', () => api.create(order, 'order-key'))
    const asked = { timeout: 45_000 } // a busy machine may miss two turns of the back-off
    await expect.poll(async () => (await api.create(order, 'order-key')).body.captured, asked).toBe('100.00')
    const { body: paid } = await api.create(order, 'order-key')
    expect(double.books().map(({ captured }) => captured)).toEqual([10_000n])

    await killDuring('refund', () => api.act(paid.id, 'refunds', { amount: '30.00' }, 'refund-key'))
    await expect.poll(async () => (await api.payment(paid.id)).refunded, asked).toBe('30.00')
    await api.act(paid.id, 'refunds', { amount: '30.00' }, 'refund-key')
    expect(await api.payment(paid.id)).toMatchObject({ status: 'succeeded', refundable: '70.00', needsReview: false })
    expect(double.books()).toMatchObject([{ captured: 10_000n, refunded: 3_000n }])

    await server?.stop()
    const again = await startTestServer(folder, env)
    ended.unshift(() => again.stop())
    expect(await again.example.florin.verify()).toMatchObject({ ok: true })
    const { data } = await again.api.balances()
    expect(data.find(({ account }) => account === 'merchant/pending/EUR')?.posted).toBe('70.00')
  })
})
