import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { GatewayRequest } from '@florin/core/gateways'
import { afterEach, describe, expect, it } from 'vitest'
import { type HttpTransportOptions, httpTransport } from './index.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const transport = (baseUrl: string, more: Partial<HttpTransportOptions> = {}) => {
  const made = httpTransport({ baseUrl, ...more })
  cleanups.push(() => made.close())
  return made
}

const http = async (handler: RequestListener): Promise<string> => {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const tcp = async (onData: (socket: Socket, nth: number) => void): Promise<string> => {
  let nth = 0
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      nth += 1
      onData(socket, nth)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const REQUEST: GatewayRequest = { method: 'POST', path: '/', headers: {}, body: '{}' }
const to = (ms = 20_000) => ({ account: 'main', deadline: Date.now() + ms })

describe('an answer', () => {
  it('with a head that is too long is unknown', async () => {
    const url = await http((_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(3_000) }).end('ok'))
    const sent = await transport(url, { maxHeaderBytes: 1_000 }).send(REQUEST, to())
    expect(sent).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('UND_ERR_HEADERS_OVERFLOW') })
    expect((await transport(url).send(REQUEST, to())).outcome).toBe('answered')
  })

  it('with a head that never ends is unknown, by size or by deadline', async () => {
    const url = await tcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const drip = setInterval(() => socket.write(`x-a: ${'y'.repeat(1_000)}\r\n`), 1)
      socket.on('close', () => clearInterval(drip))
    })
    expect((await transport(url).send(REQUEST, to())).outcome).toBe('unknown')
    const slow = await tcp((socket) => void socket.write('HTTP/1.1 200 OK\r\nx-a: '))
    expect(await transport(slow).send(REQUEST, to(100))).toEqual({
      outcome: 'unknown',
      reason: 'no answer before the deadline',
    })
  })

  it('of 10 MB is given up at the limit, and the next one is read', async () => {
    const big = Buffer.alloc(10_000_000, 'x')
    let asked = 0
    const url = await http((_, response) => {
      asked += 1
      response.end(asked === 1 ? big : 'ok')
    })
    const it = transport(url)
    expect(await it.send(REQUEST, to())).toEqual({
      outcome: 'unknown',
      reason: 'the answer is longer than 1048576 bytes',
    })
    expect(await it.send(REQUEST, to())).toMatchObject({ response: { body: 'ok' } })
  })

  it('that promises less than it brings is what it promised, and its connection is not used again', async () => {
    const url = await tcp((socket, nth) =>
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-length: ${nth === 1 ? 4 : 2}\r\n\r\n${nth === 1 ? 'mine{"surplus"}' : 'ok'}`,
      ),
    )
    const it = transport(url, { connections: 1 })
    expect((await it.send(REQUEST, to())).outcome).not.toBe('not_sent')
    expect(await it.send(REQUEST, to())).toMatchObject({ response: { body: 'ok' } })
  })

  it('with two lengths that contradict each other is unknown', async () => {
    const url = await tcp((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nhello'),
    )
    expect((await transport(url).send(REQUEST, to())).outcome).toBe('unknown')
  })

  it('without content is an empty text', async () => {
    const url = await http((_, response) => response.writeHead(204).end())
    expect(await transport(url).send(REQUEST, to())).toMatchObject({ response: { status: 204, body: '' } })
  })

  it('keeps its Retry-After, and a 429 or 503 is sent once', async () => {
    let asked = 0
    const url = await http((_, response) => {
      asked += 1
      response.writeHead(asked === 1 ? 429 : 503, { 'retry-after': '120' }).end()
    })
    const it = transport(url)
    for (const status of [429, 503])
      expect(await it.send(REQUEST, to())).toMatchObject({ response: { status, headers: { 'retry-after': '120' } } })
    expect(asked).toBe(2)
  })
})

describe('a request', () => {
  it('of 10 MB goes through whole', async () => {
    const url = await http((request, response) => {
      let bytes = 0
      request.on('data', (chunk) => {
        bytes += chunk.length
      })
      request.on('end', () => response.end(String(bytes)))
    })
    const sent = await transport(url).send({ ...REQUEST, body: 'x'.repeat(10_000_000) }, to())
    expect(sent).toMatchObject({ response: { body: '10000000' } })
  })

  it('that the host refuses in the middle is answered or unknown, never not sent', async () => {
    const url = await tcp((socket) => socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n'))
    const sent = await transport(url).send({ ...REQUEST, body: 'x'.repeat(10_000_000) }, to())
    expect(sent.outcome).not.toBe('not_sent')
  })
})
