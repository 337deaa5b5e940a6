import { FlorinError } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../test/world.ts'
import { API_VERSION } from './index.ts'

const { call } = await createWorld()

describe('addresses and methods', () => {
  it.each([
    '/',
    '/v1',
    '/v1/payments/',
    '/v1//payments',
    '/v1/payments/pay_1/destroy',
    '/v2/payments',
    '/V1/payments',
    '/v1/payments/%zz',
  ])('there is nothing at %s', async (path) => {
    const { status, json, headers } = await call('GET', path)
    expect([status, json.code]).toEqual([404, 'not_found'])
    expect(headers.get('content-type')).toBe('application/problem+json')
  })

  it.each([
    ['DELETE', '/v1/payments', 'POST, GET, HEAD, OPTIONS'],
    ['GET', '/v1/payments/pay_1/capture', 'POST, OPTIONS'],
    ['PUT', '/v1/payments/pay_1', 'GET, HEAD, OPTIONS'],
    ['HEAD', '/v1/payments/pay_1/refunds', 'POST, OPTIONS'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
  ])('%s %s is refused with what is allowed', async (method, path, allow) => {
    const { status, headers } = await call(method, path)
    expect([status, headers.get('allow')]).toEqual([405, allow])
  })

  it('OPTIONS says what is allowed, without credentials', async () => {
    const { status, headers, text } = await call('OPTIONS', '/v1/payments', { as: null })
    expect([status, headers.get('allow'), text]).toEqual([204, 'POST, GET, HEAD, OPTIONS', ''])
  })

  it('HEAD is GET without a body', async () => {
    const got = await call('GET', '/v1/payments')
    const headed = await call('HEAD', '/v1/payments')
    expect([headed.status, headed.text]).toEqual([200, ''])
    expect(headed.headers.get('content-type')).toBe(got.headers.get('content-type'))
    const refused = await call('HEAD', '/v1/payments', { as: null })
    expect([refused.status, refused.text]).toEqual([401, ''])
  })

  it('stand under the prefix, and nowhere else', async () => {
    const { call, handler } = await createWorld({ prefix: '/pay' })
    expect((await call('GET', '/pay/health')).status).toBe(200)
    expect((await call('GET', '/health')).status).toBe(404)
    expect((await call('GET', '/payhealth')).status).toBe(404)
    expect([handler.handles('/pay/v1/payments'), handler.handles('/v1/payments')]).toEqual([true, false])
  })
})

describe('credentials', () => {
  it('that nobody has are answered 401 with a challenge', async () => {
    for (const as of [null, 'mallory']) {
      const { status, headers, json } = await call('GET', '/v1/payments', { as })
      expect([status, json.code]).toEqual([401, 'unauthenticated'])
      expect(headers.get('www-authenticate')).toBe('Bearer realm="florin"')
    }
  })

  it('are looked at before the body is', async () => {
    const { status } = await call('POST', '/v1/payments', { as: null, body: '{broken' })
    expect(status).toBe(401)
  })

  it('that make authorize throw are answered 401, and the operator is told', async () => {
    const broken = await createWorld({
      authorize: () => {
        throw new Error('no such key: sk_live_1')
      },
    })
    const { status, text } = await broken.call('GET', '/v1/payments')
    expect(status).toBe(401)
    expect(text).not.toContain('sk_live_1')
    expect(broken.errors).toHaveLength(1)
  })

  it('may be refused by a FlorinError of the host', async () => {
    const busy = await createWorld({
      authorize: async () => {
        throw new FlorinError('overloaded', 'too many requests with this key: slow down')
      },
    })
    const { status, headers, json } = await busy.call('GET', '/v1/payments')
    expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'overloaded', '1'])
  })

  it.each([{ merchant: 'nobody' }, { merchant: '' }, {}, { merchant: 5 }, 'mer_alice'])(
    'for a merchant like %j are a fault of configuration, and never act for the default merchant',
    async (found) => {
      const wrong = await createWorld({ authorize: () => found as never })
      const { status, json } = await wrong.call('GET', '/v1/payments')
      expect([status, json.code]).toEqual([500, 'configuration'])
      expect(wrong.errors).toHaveLength(1)
    },
  )

  it('may have another challenge', async () => {
    const basic = await createWorld({ challenge: 'Basic realm="shop"' })
    const { headers } = await basic.call('GET', '/v1/payments', { as: null })
    expect(headers.get('www-authenticate')).toBe('Basic realm="shop"')
  })
})

describe('Florin-Version', () => {
  it('is told with every answer, and may be pinned', async () => {
    const { status, headers } = await call('GET', '/v1/payments', { headers: { 'florin-version': API_VERSION } })
    expect([status, headers.get('florin-version')]).toEqual([200, API_VERSION])
    expect((await call('GET', '/nowhere')).headers.get('florin-version')).toBe(API_VERSION)
  })

  it('of another date is refused by name', async () => {
    const { status, json } = await call('GET', '/v1/payments', { headers: { 'florin-version': '1999-12-31' } })
    expect([status, json.path]).toEqual([400, 'Florin-Version'])
    expect(json.detail).toContain(API_VERSION)
  })
})
