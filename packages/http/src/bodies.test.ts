import { describe, expect, it } from 'vitest'
import { createWorld, payment, read } from '../test/world.ts'

const { call, handler } = await createWorld()

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
    expect((await post(payment(), { 'content-encoding': '4111111111111111' })).text).not.toContain('4111111111111111')
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
