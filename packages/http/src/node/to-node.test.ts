import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorld, payment } from '../../test/world.ts'
import { toNode } from '../index.ts'

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
})

/** A real server; gives its port. */
const serve = (listener: RequestListener): Promise<number> => {
  const server = createServer(listener)
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

const world = await createWorld()
const port = await serve(toNode(world.handler))

const alice = { authorization: 'Bearer alice', 'content-type': 'application/json' }
const post = (at: number, body: string | Uint8Array, headers: Record<string, string> = alice) =>
  fetch(`http://127.0.0.1:${at}/v1/payments`, { method: 'POST', headers, body: body as string })

/** Sends bytes as they are and reads until the server closes or `enough` is there. */
const exchange = (at: number, parts: readonly string[], enough: string): Promise<string> =>
  new Promise((resolve) => {
    let told = ''
    const socket = connect(at, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
    })
    socket.on('data', (chunk) => {
      told += chunk.toString()
      if (told.includes(enough)) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(told))
  })

describe('a node:http server', () => {
  it('takes a payment, reads it, and replays its bytes', async () => {
    const body = JSON.stringify(payment())
    const headers = { ...alice, 'idempotency-key': 'over-sockets' }
    const made = await post(port, body, headers)
    const text = await made.text()
    expect([made.status, JSON.parse(text).status]).toEqual([201, 'succeeded'])
    expect(made.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(await (await post(port, body, headers)).text()).toBe(text)
    const got = await fetch(`http://127.0.0.1:${port}/v1/payments/${JSON.parse(text).id}`, { headers: alice })
    expect(await got.text()).toBe(text)
  })

  it('charges once for 50 duplicates at once', async () => {
    const body = JSON.stringify(payment())
    const headers = { ...alice, 'idempotency-key': 'burst' }
    const before = world.acquirer.books().charges.length
    const told = await Promise.all(Array.from({ length: 50 }, () => post(port, body, headers)))
    expect(world.acquirer.books().charges.length).toBe(before + 1)
    expect(told.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(told.some(({ status }) => status === 201)).toBe(true)
  })

  it('answers HEAD, OPTIONS and 204 without a body', async () => {
    const url = `http://127.0.0.1:${port}/v1/payments`
    const head = await fetch(url, { method: 'HEAD', headers: alice })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const options = await fetch(url, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS'])
  })

  it('hears a body without a length', async () => {
    const told = await new Promise<IncomingMessage>((resolve) => {
      const req = httpRequest({ port, method: 'POST', path: '/v1/payments', headers: alice }, resolve)
      const body = JSON.stringify(payment())
      req.write(body.slice(0, 10))
      req.end(body.slice(10))
    })
    expect(told.statusCode).toBe(201)
    told.resume()
  })

  it.each([2_000_000, 12_000_000])(
    'tells the sender of %i bytes the limit, and goes on over the same line',
    async (bytes) => {
      const told = await post(port, `"${'x'.repeat(bytes)}"`)
      expect([told.status, ((await told.json()) as { maxBytes: number }).maxBytes]).toEqual([413, 1_048_576])
      expect((await post(port, JSON.stringify(payment()))).status).toBe(201)
    },
  )

  it('cuts the line of a sender that does not stop', async () => {
    const socket = connect(port, '127.0.0.1')
    let told = ''
    let sent = 0
    socket.on('data', (chunk) => {
      told += chunk.toString()
    })
    socket.on('error', () => {})
    socket.write(
      'POST /v1/payments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    )
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const pour = (): void => {
      while (!socket.destroyed && sent < 200_000_000) {
        sent += 65_536
        if (!socket.write(chunk)) {
          socket.once('drain', pour)
          return
        }
      }
    }
    pour()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(told).toContain('413')
    expect(sent).toBeLessThan(100_000_000)
  })

  it('charges nobody for a body that breaks off, and goes on serving', async () => {
    const before = world.acquirer.books().charges.length
    const whole = JSON.stringify(payment())
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    const head = `POST /v1/payments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice\r\ncontent-type: application/json\r\ncontent-length: ${whole.length}\r\n\r\n`
    await new Promise<void>((resolve) => void socket.write(head + whole.slice(0, -1), () => resolve()))
    socket.destroy()
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    expect(world.acquirer.books().charges.length).toBe(before)
    expect(world.errors).toEqual([])
  })

  it.each([
    ['a host that is none', 'GET /health HTTP/1.1\r\nhost: a b<c>\r\n\r\n', '{"status":"ok"}'],
    ['no host', 'GET /health HTTP/1.0\r\n\r\n', '{"status":"ok"}'],
    [
      'an address in absolute form',
      'GET http://shop.test/health HTTP/1.1\r\nhost: shop.test\r\n\r\n',
      '{"status":"ok"}',
    ],
    ['a path that looks like a host', 'GET //evil.test/health HTTP/1.1\r\nhost: x\r\n\r\n', '"not_found"'],
    ['a method that Fetch forbids', 'TRACE /health HTTP/1.1\r\nhost: x\r\n\r\n', '"invalid_request"'],
    ['an address that is none', 'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n', '"invalid_request"'],
    [
      'two credentials',
      'GET /v1/payments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice\r\nauthorization: Bearer bob\r\n\r\n',
      '"unauthenticated"',
    ],
  ])('bears %s', async (_, sent, enough) => {
    expect(await exchange(port, [sent], enough)).toContain(enough)
  })
})

describe('as middleware', () => {
  it('passes on what is not its own, and answers what is', async () => {
    const listener = toNode(world.handler)
    const at = await serve((req, res) => listener(req, res, () => res.end('the shop')))
    expect(await (await fetch(`http://127.0.0.1:${at}/`)).text()).toBe('the shop')
    expect(await (await fetch(`http://127.0.0.1:${at}/v1/payments-and-more?x=/v1/payments`)).text()).toBe('the shop')
    expect((await fetch(`http://127.0.0.1:${at}/v1/payments/pay_none`, { headers: alice })).status).toBe(404)
  })

  /** What express.json() does to a request. */
  const parse = async (req: IncomingMessage, keep: (raw: Buffer) => object): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    Object.assign(req, keep(Buffer.concat(chunks)))
  }

  it('hands on an error that names the remedy when a parser consumed the body', async () => {
    const listener = toNode(world.handler)
    const heard: unknown[] = []
    const at = await serve(async (req, res) => {
      await parse(req, (raw) => ({ body: JSON.parse(raw.toString()) }))
      listener(req, res, (error) => {
        heard.push(error)
        res.end()
      })
    })
    await post(at, JSON.stringify(payment()))
    expect(heard).toEqual([
      expect.objectContaining({ code: 'configuration', message: expect.stringContaining('before express.json()') }),
    ])
  })

  it('answers the same as a problem where nobody takes errors', async () => {
    const listener = toNode(world.handler)
    const at = await serve(async (req, res) => {
      await parse(req, (raw) => ({ body: JSON.parse(raw.toString()) }))
      listener(req, res)
    })
    const told = await post(at, JSON.stringify(payment()))
    const json = (await told.json()) as { code: string; detail: string }
    expect([told.status, json.code]).toEqual([500, 'configuration'])
    expect(json.detail).toContain('before express.json()')
  })

  it.each(['body', 'rawBody'])('takes the bytes that a raw parser kept in %s', async (name) => {
    const listener = toNode(world.handler)
    const at = await serve(async (req, res) => {
      await parse(req, (raw) => ({ body: {}, [name]: raw }))
      listener(req, res)
    })
    expect((await post(at, JSON.stringify(payment()))).status).toBe(201)
  })

  it('minds no parser where there is no body to lose', async () => {
    const listener = toNode(world.handler)
    const at = await serve(async (req, res) => {
      await parse(req, () => ({ body: {} }))
      listener(req, res)
    })
    const { json } = await world.pay({ capture: 'manual' })
    const captured = await fetch(`http://127.0.0.1:${at}/v1/payments/${json.id}/capture`, {
      method: 'POST',
      headers: alice,
    })
    expect([captured.status, ((await captured.json()) as { status: string }).status]).toEqual([200, 'succeeded'])
  })

  it('hands on what a handler throws, and as a listener hides it', async () => {
    const broken = toNode(() => Promise.reject(new Error('secret')))
    const at = await serve(broken)
    const told = await fetch(`http://127.0.0.1:${at}/`)
    expect([told.status, (await told.text()).includes('secret')]).toEqual([500, false])
    const heard: unknown[] = []
    const next = await serve((req, res) => broken(req, res, (error) => void res.end(String(heard.push(error)))))
    await fetch(`http://127.0.0.1:${next}/`)
    expect(heard).toEqual([new Error('secret')])
  })

  it('serves any Fetch handler, cookies and bytes too', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    const at = await serve(toNode(async (request) => new Response(await request.arrayBuffer(), { headers })))
    const bytes = new Uint8Array([0, 255, 128, 10])
    const told = await post(at, bytes)
    expect(told.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(new Uint8Array(await told.arrayBuffer())).toEqual(bytes)
  })
})
