import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import type { GatewayRequest, Sent } from '@florin/core/gateways'
import { afterEach, describe, expect, it } from 'vitest'
import { type HttpTransportOptions, httpTransport } from './index.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const listen = async (server: Server | TcpServer): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const http = async (handler: RequestListener): Promise<string> => {
  const server = createServer(handler)
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return listen(server)
}

/** A server of raw sockets: `onRequest` is called with each whole request head that arrives. */
const tcp = async (onRequest: (socket: Socket, text: string, nth: number) => void) => {
  const sockets = new Set<Socket>()
  const seen: string[] = []
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      seen.push(data.toString('latin1'))
      onRequest(socket, data.toString('latin1'), seen.length)
    })
  })
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: await listen(server), seen, connections: () => sockets.size }
}

const transport = (baseUrl: string, more: Partial<HttpTransportOptions> = {}) => {
  const made = httpTransport({ baseUrl, ...more })
  cleanups.push(() => made.close())
  return made
}

const POST: GatewayRequest = {
  method: 'POST',
  path: '/v1/charges',
  headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
  body: '{"amount":"4990"}',
}
const GET: GatewayRequest = { method: 'GET', path: '/v1/charges?reference=att_1', headers: {}, body: null }
const within = (ms = 20_000) => ({ account: 'main', deadline: Date.now() + ms })
const reason = (sent: Sent): string => (sent.outcome === 'answered' ? '' : sent.reason)

describe('what was answered', () => {
  it('carries status, headers in lower case and the text, and sends the very request', async () => {
    const url = await http((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        response.writeHead(402, { 'X-Request-Id': 'r1', 'Content-Type': 'application/json', 'X-Many': ['a', 'b'] })
        response.end(JSON.stringify({ body, path: request.url, key: request.headers['idempotency-key'] }))
      })
    })
    const sent = await transport(`${url}/prefix/`).send(POST, within())
    if (sent.outcome !== 'answered') throw new Error(reason(sent))
    expect(sent.response.status).toBe(402)
    expect(sent.response.headers).toMatchObject({ 'x-request-id': 'r1', 'x-many': 'a, b' })
    expect(JSON.parse(sent.response.body)).toEqual({ body: POST.body, path: '/prefix/v1/charges', key: 'k1' })
  })

  it('includes errors of the server and redirects, which are not followed', async () => {
    const asked: (string | undefined)[] = []
    const url = await http((request, response) => {
      asked.push(request.url)
      response.writeHead(request.method === 'GET' ? 307 : 500, { location: '/elsewhere' }).end('moved')
    })
    const it = transport(url)
    expect(await it.send(GET, within())).toMatchObject({
      outcome: 'answered',
      response: { status: 307, body: 'moved' },
    })
    expect(await it.send(POST, within())).toMatchObject({ outcome: 'answered', response: { status: 500 } })
    expect(asked).toEqual([GET.path, POST.path])
  })

  it('is decoded by its charset', async () => {
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' }).end(Buffer.from([0x63, 0xe9]))
    })
    expect(await transport(url).send(GET, within())).toMatchObject({ response: { body: 'cé' } })
  })

  it('skips informational answers', async () => {
    const url = await http((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' })
      response.writeHead(201).end('made')
    })
    expect(await transport(url).send(POST, within())).toMatchObject({ response: { status: 201, body: 'made' } })
  })
})

describe('what was certainly not sent', () => {
  it('a refused connection', async () => {
    const server = createTcpServer()
    const url = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await transport(url).send(POST, within())).toEqual({
      outcome: 'not_sent',
      reason: 'no connection (ECONNREFUSED)',
      fault: 'connection',
    })
  })

  it('a name that does not resolve', async () => {
    const sent = await transport('https://gateway.invalid').send(POST, within())
    expect(sent).toMatchObject({ outcome: 'not_sent', fault: 'connection' })
  })

  it('a connection that does not stand in time, TLS included', async () => {
    const server = await tcp(() => {})
    const url = server.url.replace('http:', 'https:')
    const sent = await transport(url, { connectTimeoutMs: 100 }).send(POST, within())
    expect(sent).toEqual({
      outcome: 'not_sent',
      reason: 'no connection (UND_ERR_CONNECT_TIMEOUT)',
      fault: 'connection',
    })
    expect(server.seen.join('')).not.toContain('charges')
  })

  it('a connection that was being made at the deadline: the host’s fault, not ours', async () => {
    const server = await tcp(() => {})
    const sent = await transport(server.url.replace('http:', 'https:')).send(POST, within(50))
    expect(sent).toEqual({ outcome: 'not_sent', reason: 'no connection before the deadline', fault: 'connection' })
  })

  it('a connection that is reset during the TLS handshake', async () => {
    const server = await tcp((socket) => socket.resetAndDestroy())
    const sent = await transport(server.url.replace('http:', 'https:')).send(POST, within())
    expect(sent).toMatchObject({ outcome: 'not_sent', fault: 'connection' })
  })

  it('a request whose deadline comes while it waits for a connection, and it is not written later', async () => {
    const held: Socket[] = []
    const server = await tcp((socket) => void held.push(socket))
    const it = transport(server.url, { connections: 1 })
    const first = it.send(POST, within())
    const second = it.send({ ...POST, body: '{"second":true}' }, within(50))
    expect(await second).toEqual({ outcome: 'not_sent', reason: 'no connection before the deadline', fault: 'local' })
    held[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    expect((await first).outcome).toBe('answered')
    const third = it.send({ ...POST, body: '{"third":true}' }, within())
    while (held.length < 2) await new Promise((resolve) => setImmediate(resolve))
    held[1]?.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    expect((await third).outcome).toBe('answered')
    expect(server.seen.join('')).not.toContain('second')
  })

  it('a request after its deadline, beyond the bound, to another host, or after close', async () => {
    const url = await http(() => {})
    const it = httpTransport({ baseUrl: url, maxInFlight: 1 })
    expect(await it.send(POST, within(0))).toEqual({
      outcome: 'not_sent',
      reason: 'the deadline is over',
      fault: 'local',
    })
    for (const path of ['http://evil.test/x', '//evil.test/x', 'v1']) {
      expect(await it.send({ ...POST, path }, within())).toMatchObject({ outcome: 'not_sent', fault: 'local' })
    }
    const first = it.send(POST, within(200))
    expect(await it.send(POST, within())).toEqual({
      outcome: 'not_sent',
      reason: '1 requests are at work already',
      fault: 'local',
    })
    expect((await first).outcome).toBe('unknown')
    await it.close()
    expect(await it.send(POST, within())).toEqual({
      outcome: 'not_sent',
      reason: 'the transport is closed',
      fault: 'local',
    })
  })

  it('a request that cannot be written at all', async () => {
    const url = await http(() => {})
    const sent = await transport(url).send({ ...POST, headers: { 'x-bad': 'a\r\nb: c' } }, within())
    expect(sent).toMatchObject({ outcome: 'not_sent', fault: 'local' })
  })
})

describe('what is unknown', () => {
  it('a reset after the request was read', async () => {
    const server = await tcp((socket) => socket.resetAndDestroy())
    const sent = await transport(server.url).send(POST, within())
    expect(sent.outcome).toBe('unknown')
    expect(server.seen).toHaveLength(1)
  })

  it('a connection that closes after the request was read: exactly one request arrives, GET or POST', async () => {
    const server = await tcp((socket) => socket.end())
    for (const request of [POST, GET]) {
      const before = server.seen.length
      expect((await transport(server.url).send(request, within())).outcome).toBe('unknown')
      await new Promise((resolve) => setTimeout(resolve, 30)) // a second try would come at once
      expect(server.seen.length - before).toBe(1)
    }
  })

  it('the same on a socket that has served before: still exactly one', async () => {
    const server = await tcp((socket, _, nth) => {
      if (nth === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      else socket.end()
    })
    const it = transport(server.url, { connections: 1 })
    expect((await it.send(GET, within())).outcome).toBe('answered')
    expect((await it.send(GET, within())).outcome).toBe('unknown')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(server.seen).toHaveLength(2)
    expect(server.connections()).toBe(1)
  })

  it('no answer before the deadline', async () => {
    const server = await tcp(() => {})
    const sent = await transport(server.url).send(POST, within(100))
    expect(sent).toEqual({ outcome: 'unknown', reason: 'no answer before the deadline' })
    expect(server.seen).toHaveLength(1)
  })

  it('an answer that drips beyond the deadline', async () => {
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('five!')
    })
    const sent = await transport(url).send(POST, within(150))
    expect(sent).toEqual({ outcome: 'unknown', reason: 'no answer before the deadline' })
  })

  it('a body that breaks off', async () => {
    const server = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":"ch_1"'))
    expect((await transport(server.url).send(POST, within())).outcome).toBe('unknown')
  })

  it('a chunked body that breaks off', async () => {
    const server = await tcp((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    )
    expect((await transport(server.url).send(POST, within())).outcome).toBe('unknown')
  })

  it('an answer that is not HTTP', async () => {
    const server = await tcp((socket) => socket.end('220 smtp.example.com ESMTP\r\n'))
    expect((await transport(server.url).send(POST, within())).outcome).toBe('unknown')
  })

  it('an answer that is too long, whether it says so or not', async () => {
    const declared = await http((_, response) => {
      response.writeHead(200, { 'content-length': '2000' }).end('x'.repeat(2000))
    })
    const chunked = await http((_, response) => {
      response.writeHead(200)
      for (let i = 0; i < 20; i += 1) response.write('x'.repeat(100))
      response.end()
    })
    for (const url of [declared, chunked]) {
      const sent = await transport(url, { maxAnswerBytes: 1_000 }).send(POST, within())
      expect(sent).toEqual({ outcome: 'unknown', reason: 'the answer is longer than 1000 bytes' })
    }
  })

  it('bytes that are no text, and a compression that nobody asked for', async () => {
    const cut = await http((_, response) => response.end(Buffer.from([0x7b, 0xc3])))
    const gzip = await http((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
    for (const url of [cut, gzip])
      expect(await transport(url).send(POST, within())).toEqual({
        outcome: 'unknown',
        reason: 'the answer is not text',
      })
  })
})

it('goes on after every failure, and serves many at once', async () => {
  let count = 0
  const url = await http((_, response) => {
    count += 1
    if (count % 3 === 0) response.destroy()
    else response.end('ok')
  })
  const it = transport(url, { connections: 8 })
  const sent = await Promise.all(Array.from({ length: 90 }, () => it.send(POST, within())))
  expect(sent.filter((each) => each.outcome === 'answered')).toHaveLength(60)
  expect(sent.filter((each) => each.outcome === 'unknown')).toHaveLength(30)
  expect(count).toBe(90)
})
