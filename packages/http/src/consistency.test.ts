import { memoryStorage } from '@florin/core/memory'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../test/world.ts'

/** A storage whose copies stand still at what they were told to have, and say what they were asked for. */
const withReplicas = () => {
  const storage = memoryStorage()
  const asked: (string | undefined)[] = []
  const replicas = {
    token: () => 'moment-2',
    reads: (after?: string) => {
      asked.push(after)
      return storage
    },
    health: async () => [{ name: 'copy', status: 'ok', behindBytes: 0, lagMs: 0 }] as const,
  }
  return { asked, storage: { ...storage, replicas } }
}

describe('Florin-Consistency', () => {
  it('is on every answer about a merchant where reads go to replicas, and leads a read past older copies', async () => {
    const { asked, storage } = withReplicas()
    const { call } = await createWorld({}, { storage })
    const first = await call('GET', '/v1/payments')
    expect(first.headers.get('florin-consistency')).toBe('moment-2')
    expect((await call('GET', '/health', { as: null })).headers.get('florin-consistency')).toBeNull()
    asked.length = 0
    await call('GET', '/v1/payments', { headers: { 'Florin-Consistency': 'moment-1' } })
    expect(asked).toEqual(['moment-1'])
  })

  it('is not there without replicas, where every read sees everything, and is then of no effect', async () => {
    const { call } = await createWorld()
    const { status, headers } = await call('GET', '/v1/payments', { headers: { 'Florin-Consistency': 'moment-1' } })
    expect([status, headers.get('florin-consistency')]).toEqual([200, null])
  })

  it.each(['', 'x'.repeat(65)])('is refused by its name when it cannot be one: %j', async (token) => {
    const { call } = await createWorld()
    const { status, json } = await call('GET', '/v1/payments', { headers: { 'Florin-Consistency': token } })
    expect([status, json.code, json.path]).toEqual([400, 'invalid_request', 'Florin-Consistency'])
  })
})
