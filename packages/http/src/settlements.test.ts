import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FlorinError } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { afterAll, describe, expect, it } from 'vitest'
import { ask, createWorld } from '../test/world.ts'
import { toNode } from './index.ts'

const world = await createWorld({}, { settlement: { daily: { mode: 'batch' } } })
const { call, pay, florin, handler } = world

const settled = async (): Promise<string> => {
  await pay()
  await florin.for('mer_alice').settlements.run({ plan: 'daily' })
  const { json } = await call('GET', '/v1/settlements?limit=1')
  return ((json.data as { id: string }[])[0] as { id: string }).id
}

const text = async (path: string): Promise<Response> => handler(ask('GET', path))

describe('/v1/settlements', () => {
  it('lists and reads, with plans and wallets', async () => {
    const id = await settled()
    const one = await call('GET', `/v1/settlements/${id}`)
    expect([one.status, one.json]).toMatchObject([200, { object: 'settlement', state: 'completed', paid: '49.90' }])
    expect((await call('GET', '/v1/settlements?owner=merchant&currency=EUR&state=completed')).json.data).toHaveLength(1)
    expect((await call('GET', '/v1/settlement-plans')).json.data).toEqual([
      { name: 'daily', mode: 'batch', nextAt: null, lastAt: null, missedAt: null },
    ])
    expect((await call('GET', '/v1/wallet')).json).toMatchObject({
      balances: [{ available: '49.90', pending: '0.00' }],
    })
    expect((await call('GET', '/v1/wallet?seller=ann')).json).toEqual({ object: 'wallet', seller: 'ann', balances: [] })
    expect((await call('GET', '/v1/wallets')).json).toEqual({ object: 'list', data: [] })
  })

  it('gives a statement in the format that is asked for', async () => {
    const id = await settled()
    const csv = await text(`/v1/settlements/${id}/statement?format=csv`)
    expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(await csv.text()).toMatch(/capture,pay_\w+,\S+,49\.90,EUR\r\n/)
    const html = await text(`/v1/settlements/${id}/statement?format=html`)
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const { json } = await call('GET', `/v1/settlements/${id}/statement`)
    expect(json).toMatchObject({ settlement: { id }, lines: [{ kind: 'capture', amount: '49.90' }] })
    const head = await handler(ask('HEAD', `/v1/settlements/${id}/statement?format=csv`))
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it("shows nothing of another merchant's", async () => {
    const id = await settled()
    for (const path of [`/v1/settlements/${id}`, `/v1/settlements/${id}/statement?format=html`]) {
      expect((await call('GET', path, { as: 'bob' })).status, path).toBe(404)
    }
    expect((await call('GET', '/v1/settlements', { as: 'bob' })).json.data).toEqual([])
    expect((await call('GET', '/v1/wallet', { as: 'bob' })).json.balances).toEqual([])
  })

  it.each(['settlements?state=lost', 'settlements?owner=merchant', 'settlements/stl_1/statement?format=pdf'])(
    'refuses %s',
    async (path) => {
      const { status, json } = await call('GET', `/v1/${path}`)
      expect([status, json.code]).toEqual([400, 'invalid_request'])
    },
  )
})

describe('a statement over Node', () => {
  const server = createServer(toNode(handler))
  afterAll(() => server.close())

  it('goes out in pieces, whole', async () => {
    const id = await settled()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const headers = { authorization: 'Bearer alice' }
    const response = await fetch(`http://127.0.0.1:${port}/v1/settlements/${id}/statement?format=html`, { headers })
    expect(response.headers.get('content-length')).toBeNull()
    expect(await response.text()).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  })

  it('is broken off where its lines cannot be read any more, and the operator hears of it', async () => {
    const inner = memoryStorage()
    let broken = false
    const storage: typeof inner = {
      ...inner,
      find: (table, query) => {
        if (broken && table.name === 'entries') throw new FlorinError('storage_corrupt', 'an entry is missing')
        return inner.find(table, query)
      },
    }
    const sick = await createWorld({}, { storage, settlement: { daily: { mode: 'batch' } } })
    await sick.pay()
    await sick.florin.for('mer_alice').settlements.run({ plan: 'daily' })
    const { json } = await sick.call('GET', '/v1/settlements')
    const [one] = json.data as { id: string }[]
    broken = true
    const own = createServer(toNode(sick.handler))
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve))
    const { port } = own.address() as AddressInfo
    const headers = { authorization: 'Bearer alice' }
    const get = async (path: string): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text()
    await expect(get(`/v1/settlements/${one?.id}/statement?format=csv`)).rejects.toThrow(
      /terminated|other side closed|fetch failed/,
    )
    expect(sick.errors).toMatchObject([{ code: 'storage_corrupt' }])
    expect(await get('/v1/wallet')).toContain('49.90') // and the server goes on
    own.close()
  })
})
