import { FlorinError } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { describe, expect, it } from 'vitest'
import { ask, createWorld } from '../test/world.ts'
import { createHandler } from './index.ts'

const { call } = await createWorld()

describe('what goes wrong inside', () => {
  it('is not told to the caller, but to onError with the route', async () => {
    const heard: unknown[] = []
    const storage = memoryStorage()
    const secret = new Error('password=hunter2 at /var/lib/florin.db')
    const { call } = await createWorld(
      { onError: (error, request) => heard.push(error, request) },
      { storage: { ...storage, load: () => Promise.reject(secret) } },
    )
    const { status, text, json } = await call('GET', '/v1/payments/pay_01m7xrmmy0e00bxpeejxas9kz8')
    expect([status, json.code]).toEqual([500, 'internal'])
    expect(text).not.toContain('hunter2')
    expect(heard).toEqual([secret, { method: 'GET', route: '/v1/payments/{id}' }])
  })

  it('is 503 with Retry-After while the storage is away, and names no file', async () => {
    const storage = memoryStorage()
    const away = new FlorinError('storage_unavailable', 'disk full: /var/lib/florin.db')
    const { pay } = await createWorld({}, { storage: { ...storage, commit: () => Promise.reject(away) } })
    const { status, text, headers, json } = await pay()
    expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'storage_unavailable', '5'])
    expect(text).not.toContain('/var/lib')
  })

  it('does not matter to the answer when onError itself throws', async () => {
    const storage = memoryStorage()
    const { call } = await createWorld(
      {
        onError: () => {
          throw new Error('the logger is down')
        },
      },
      { storage: { ...storage, find: () => Promise.reject(new Error('no')) } },
    )
    expect((await call('GET', '/v1/payments')).status).toBe(500)
  })

  it('is a warning of the process, once and without its message, where nobody listens', async () => {
    const heard: Error[] = []
    const listen = (warning: Error): void => void (warning.name === 'FlorinWarning' && heard.push(warning))
    process.on('warning', listen)
    const storage = memoryStorage()
    const { florin } = await createWorld(
      {},
      { storage: { ...storage, find: () => Promise.reject(new Error('hunter2')) } },
    )
    const silent = createHandler({ florin, authorize: () => ({ merchant: 'mer_alice' }) })
    for (let i = 0; i < 3; i++) expect((await silent(ask('GET', '/v1/payments'))).status).toBe(500)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect(heard).toHaveLength(1)
    expect(heard[0]?.message).toContain('onError')
    expect(heard[0]?.message).not.toContain('hunter2')
  })

  it('after close is 503', async () => {
    const { florin, pay } = await createWorld()
    await florin.close()
    const { status, json } = await pay()
    expect([status, json.code]).toEqual([503, 'closed'])
  })
})

describe('GET /health', () => {
  it('tells anybody whether it can work, and no more', async () => {
    const { status, json } = await call('GET', '/health', { as: null })
    expect([status, json]).toEqual([200, { status: 'ok' }])
  })

  it('tells more where the host wants it', async () => {
    const { call } = await createWorld({ healthDetails: true })
    const { json } = await call('GET', '/health', { as: null })
    const { accounts, ...rest } = json
    const idle = { servers: 1, gateways: ['sandbox'], queued: 0, callsInFlight: 0, unsealed: { events: 0, lagMs: 0 } }
    expect(rest).toEqual({ status: 'ok', storage: 'memory', ...idle })
    expect(accounts).toMatchObject([{ gateway: 'sandbox', account: 'default', health: 'healthy', breaker: 'closed' }])
  })

  it('is 503 while the storage is away', async () => {
    const storage = memoryStorage()
    const { call } = await createWorld({}, { storage: { ...storage, head: () => Promise.reject(new Error('away')) } })
    const { status, json } = await call('GET', '/health')
    expect([status, json]).toEqual([503, { status: 'failing' }])
  })
})
