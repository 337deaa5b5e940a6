import { FlorinError } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { describe, expect, it } from 'vitest'
import { ask, createWorld, payment, read } from '../test/world.ts'
import { API_VERSION, createHandler } from './index.ts'

const world = await createWorld()
const { call, handler } = world

const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  call('POST', '/v1/payments', { body, headers })

describe('a body', () => {
  it('of more than 1 MiB is refused, and the limit named', async () => {
    const { status, json } = await post(payment({ description: 'x'.repeat(2_000_000) }))
    expect([status, json.code, json.maxBytes]).toEqual([413, 'body_too_large', 1_048_576])
    expect(json.detail).toContain('1048576')
  })

  it('that only says that it is too large is not read', async () => {
    let pulled = 0
    const stream = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 })
    const headers = { authorization: 'Bearer alice', 'content-type': 'application/json', 'content-length': '2000000' }
    const request = new Request('http://shop.test/v1/payments', {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    })
    expect((await handler(request)).status).toBe(413)
    expect(pulled).toBe(0)
  })

  it('that never ends is read up to the limit, and called off', async () => {
    let bytes = 0
    let canceled = false
    const stream = new ReadableStream({
      pull: (controller) => {
        bytes += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
      cancel: () => {
        canceled = true
      },
    })
    const headers = { authorization: 'Bearer alice', 'content-type': 'application/json' }
    const request = new Request('http://shop.test/v1/payments', {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    })
    expect((await handler(request)).status).toBe(413)
    expect(bytes).toBeLessThan(1_400_000)
    expect(canceled).toBe(true)
  })

  it('that breaks off is refused, and nothing is charged', async () => {
    const stream = new ReadableStream({ start: (controller) => controller.error(new Error('gone')) })
    const headers = { authorization: 'Bearer alice', 'content-type': 'application/json' }
    const request = new Request('http://shop.test/v1/payments', {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    })
    const { status, json } = await read(await handler(request))
    expect([status, json.code]).toEqual([400, 'invalid_request'])
  })

  it('that is broken JSON is refused with the place, and not quoted', async () => {
    const { status, json, text } = await post('{"reference": "order-1",\n "method": {"token": "tok_secret"}, }')
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json).toMatchObject({ line: 2, column: 37, position: 61 })
    expect(json.detail).toContain('line 2, column 37')
    expect(text).not.toContain('tok_secret')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'application/json; charset=latin1'])(
    'of type %s is refused',
    async (type) => {
      const { status, json, headers } = await post(payment(), { 'content-type': type })
      expect([status, json.code]).toEqual([415, 'unsupported_media_type'])
      expect(json.detail).toContain(type.includes('latin1') ? 'latin1' : type)
      expect(headers.get('accept')).toBe('application/json')
    },
  )

  it('without a type, or compressed, is refused', async () => {
    const headers = { authorization: 'Bearer alice' }
    const bytes = new TextEncoder().encode(JSON.stringify(payment()))
    const untyped = new Request('http://shop.test/v1/payments', { method: 'POST', headers, body: bytes })
    expect((await handler(untyped)).status).toBe(415)
    expect((await post(payment(), { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json; profile=x'])(
    'of type %s is read',
    async (type) => {
      expect((await post(payment(), { 'content-type': type })).status).toBe(201)
    },
  )

  it('that is not UTF-8 is refused', async () => {
    const bytes = Buffer.concat([Buffer.from('{"reference":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    const { status, json } = await post(new Uint8Array(bytes))
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.detail).toContain('UTF-8')
  })

  it('may be of any language', async () => {
    const made = await post(payment({ description: 'Käsekuchen für 李さん 🍰' }))
    expect(made.json.description).toBe('Käsekuchen für 李さん 🍰')
  })

  it.each([
    '{"__proto__": {"reference": "x"}}',
    '{"metadata": {"__proto__": "x"}}',
    '{"metadata": {"\\u005f_proto__": "x"}}',
    '{"orders": [[{"__proto__": {}}]]}',
  ])('with %s is refused and changes no prototype', async (body) => {
    const { status, json } = await post(body)
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.detail).toContain('__proto__')
    expect(({} as { reference?: string }).reference).toBeUndefined()
  })

  it.each(['[]', 'null', '"x"', '1', '{"constructor": {"prototype": {}}}', '['.repeat(200_000) + ']'.repeat(200_000)])(
    'that is %.20s is refused as malformed',
    async (body) => {
      const { status, json } = await post(body)
      expect([status, json.code]).toEqual([400, 'invalid_request'])
    },
  )

  it('that is empty is refused where it is needed', async () => {
    const { status, json } = await call('POST', '/v1/payments')
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.detail).toContain('empty')
  })

  it('that authorize has eaten is a fault of configuration', async () => {
    const eats = await createWorld({
      authorize: async (request) => {
        await request.text()
        return { merchant: 'mer_alice' }
      },
    })
    const { status, json } = await eats.pay()
    expect([status, json.code]).toEqual([500, 'configuration'])
    expect(String(eats.errors[0])).toContain('request.clone()')
  })
})

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
    expect(json).toEqual({ status: 'ok', storage: 'memory', gateways: ['sandbox'], queued: 0, callsInFlight: 0 })
  })

  it('is 503 while the storage is away', async () => {
    const storage = memoryStorage()
    const { call } = await createWorld({}, { storage: { ...storage, head: () => Promise.reject(new Error('away')) } })
    const { status, json } = await call('GET', '/health')
    expect([status, json]).toEqual([503, { status: 'failing' }])
  })
})
